// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lines typed at a terminal, with an editor and the history of earlier runs.
final class TypedLines: Sendable {
    /// The editor is used by one thread at a time: `next` is not called again before it has returned. Hence unchecked.
    private final class Box: @unchecked Sendable {
        let editor: LineEditor
        init(_ editor: LineEditor) { self.editor = editor }
    }

    private let box: Box?
    private let file: HistoryFile?
    private let signals: Signals
    private let context: Context
    private let settings = TerminalSettings()

    static let historyName = "console-producer-history"

    init(_ context: Context, _ signals: Signals) {
        self.context = context
        self.signals = signals
        file = HistoryFile(named: Self.historyName, context.environment)
        box = LineEditor(history: file?.load() ?? [], complete: { _ in .init() }).map(Box.init)
    }

    /// The next line; nil at the end and after a signal.
    func next() async -> String? {
        guard let box else { return nil }
        let pending = Pending()
        // A signal does not end the wait of the thread that reads, but the process ends soon.
        signals.onSignal { pending.resume(.end) }
        let line = await withCheckedContinuation { continuation in
            pending.set(continuation)
            Thread.detach { pending.resume(box.editor.read(prompt: ">")) }
        }
        if signals.received != nil { settings?.restore() }
        switch line {
        case .text(let text):
            if !text.isEmpty {
                box.editor.remember(text)
                file?.append(text)
            }
            return text
        case .cancelled:
            // The editor has taken Ctrl-C for a key; it means what it means everywhere.
            signals.deliver(SIGINT)
            return nil
        case .end:
            context.out.write("\n")
            return nil
        }
    }

    /// A continuation that is resumed once, by whoever comes first.
    private final class Pending: Sendable {
        private let state = Mutex(
            (continuation: CheckedContinuation<LineEditor.Line, Never>?.none, line: LineEditor.Line?.none))

        func set(_ continuation: CheckedContinuation<LineEditor.Line, Never>) {
            let line = state.withLock { state in
                if state.line == nil { state.continuation = continuation }
                return state.line
            }
            if let line { continuation.resume(returning: line) }
        }

        func resume(_ line: LineEditor.Line) {
            let continuation = state.withLock { state in
                defer { state.continuation = nil }
                if state.line == nil { state.line = line }
                return state.continuation
            }
            continuation?.resume(returning: line)
        }
    }
}
