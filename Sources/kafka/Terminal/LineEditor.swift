// SPDX-License-Identifier: Apache-2.0

import CEdit
import Libc

/// Lines typed at a terminal, with the keys of Emacs (or those of ~/.editrc), history and Tab: libedit behind a safe
/// face. It belongs to the thread that made it.
final class LineEditor {
    enum Line: Equatable {
        case text(String)
        /// Ctrl-C: what was typed counts for nothing.
        case cancelled
        /// Ctrl-D on an empty line, or the terminal has gone.
        case end
    }

    /// What Tab does to the line: the last characters before the cursor give way to `replacement`; or there is a choice.
    struct Completion: Equatable {
        var replaced = 0
        var replacement = ""
        var choices: [String] = []
    }

    private let editor: OpaquePointer
    private let history: OpaquePointer
    private let complete: (_ textBeforeCursor: String) -> Completion
    private var prompt = strdup("")
    private var isCancelled = false

    /// - Parameters:
    ///   - history: earlier lines, the oldest first.
    ///   - complete: what Tab offers; has to answer at once.
    init?(history lines: [String], complete: @escaping (_ textBeforeCursor: String) -> Completion) {
        kafka_el_locale()
        guard let history = history_init() else { return nil }
        guard let editor = kafka_el_init("kafka") else {
            history_end(history)
            return nil
        }
        self.editor = editor
        self.history = history
        self.complete = complete
        kafka_el_set_owner(editor, Unmanaged.passUnretained(self).toOpaque())
        kafka_history_limit(history, Int32(HistoryFile.limit))
        kafka_el_set_history(editor, history)
        for line in lines { remember(line) }
        kafka_el_set_prompt(editor) { LineEditor.of($0).prompt }
        bindKeys()
    }

    deinit {
        el_end(editor)
        history_end(history)
        free(prompt)
    }

    private func bindKeys() {
        // ~/.editrc first, so that Tab and Ctrl-C stay what they are here.
        el_source(editor, nil)
        kafka_el_bind(editor, "^R", "em-inc-search-prev")
        kafka_el_bind(editor, "\\e[1;5C", "em-next-word")
        kafka_el_bind(editor, "\\e[1;5D", "ed-prev-word")
        kafka_el_bind(editor, "\\e[3~", "ed-delete-next-char")
        kafka_el_add(editor, "kafka-complete", "Complete a word", "^I") { LineEditor.of($0).pressedTab($1) }
        kafka_el_add(editor, "kafka-cancel", "Drop the line", "^C") { editor, _ in LineEditor.of(editor).pressedCancel()
        }
        kafka_el_keys_not_signals(editor)
    }

    private static func of(_ editor: OpaquePointer?) -> LineEditor {
        Unmanaged<LineEditor>.fromOpaque(kafka_el_owner(editor)).takeUnretainedValue()
    }

    func read(prompt text: String) -> Line {
        free(prompt)
        prompt = strdup(text)
        isCancelled = false
        var count: Int32 = 0
        kafka_el_take_terminal(editor)
        guard let line = el_gets(editor, &count), count > 0 else { return .end }
        if isCancelled { return .cancelled }
        let text = String(cString: line)
        return .text(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    /// Adds to the lines that the arrow keys bring back.
    func remember(_ line: String) { kafka_history_add(history, line) }

    private func pressedCancel() -> UInt8 {
        isCancelled = true
        // As a terminal shows it; then as if Enter had been pressed.
        let line = el_line(editor).pointee
        el_cursor(editor, Int32(Self.characters(line.cursor, line.lastchar)))
        el_insertstr(editor, "^C")
        el_push(editor, "\n")
        return UInt8(CC_REFRESH)
    }

    private func pressedTab(_: Int32) -> UInt8 {
        let line = el_line(editor).pointee
        let completion = complete(Self.text(line.buffer, line.cursor))
        if !completion.choices.isEmpty {
            kafka_el_print(editor, "\n" + Columns.text(completion.choices, width: Columns.terminalWidth))
        }
        if completion.replaced > 0 { el_deletestr(editor, Int32(completion.replaced)) }
        if !completion.replacement.isEmpty { el_insertstr(editor, completion.replacement) }
        if !completion.choices.isEmpty { return UInt8(CC_REDISPLAY) }
        return UInt8(completion.replacement.isEmpty ? CC_REFRESH_BEEP : CC_REFRESH)
    }

    private static func text(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> String {
        let bytes = UnsafeRawBufferPointer(start: from, count: to - from)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func characters(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int {
        text(from, to).unicodeScalars.count
    }
}
