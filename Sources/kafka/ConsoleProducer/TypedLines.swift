// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// Lines typed at a terminal, with an editor. Records are data, so that they are only kept for later runs where that is
/// asked for.
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
    /// Whether the prompt stands on the screen.
    private let isPrompting = Atomic(false)

    static let historyName = "console-producer-history"

    init(_ context: Context, _ signals: Signals, keepsHistory: Bool) {
        self.context = context
        self.signals = signals
        file = keepsHistory ? HistoryFile(named: Self.historyName, context.environment) : nil
        box = LineEditor(history: file?.load() ?? [], complete: { _ in .init() }).map(Box.init)
        guard context.environment.isTerminalError, context.environment.isCapableTerminal else { return }
        context.interrupting(
            .init(
                before: { [weak self] in
                    if self?.isPrompting.load(ordering: .relaxed) == true { context.err.write("\r\u{1b}[K") }
                },
                after: { [weak self] in
                    guard self?.isPrompting.load(ordering: .relaxed) == true else { return }
                    context.err.write(Self.prompt)
                    context.err.flush()
                }))
    }

    private static let prompt = ">"

    /// The next line; nil at the end and after a signal.
    func next() async -> String? {
        guard let box else { return nil }
        let pending = Pending()
        // A signal does not end the wait of the thread that reads, but the process ends soon.
        signals.onSignal { pending.resume(.end) }
        let line = await withCheckedContinuation { continuation in
            pending.set(continuation)
            isPrompting.store(true, ordering: .relaxed)
            Thread.detach { pending.resume(box.editor.read(prompt: Self.prompt)) }
        }
        isPrompting.store(false, ordering: .relaxed)
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
