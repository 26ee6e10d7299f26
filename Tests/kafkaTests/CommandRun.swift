// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

/// A call of the executable within the test process.
struct CommandRun {
    var status: Int32
    var output: String
    var error: String

    /// - Parameters:
    ///   - variables: the environment; by default one that names an address where nobody listens.
    ///   - terminalWidth: the characters of a line, if output goes to a terminal.
    init(
        _ words: [String], variables: [String: String] = ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"],
        terminalWidth: Int? = nil
    ) async {
        let environment = Environment(
            variables: variables, outputIsTerminal: terminalWidth != nil, terminalWidth: terminalWidth)
        let context = Context(
            out: Output(), err: Output(), environment: environment, tools: Tools.table,
            tellsNotices: false)
        let ended = await Dispatch.run(["kafka"] + words, context)
        status = context.finish(ended)
        output = context.out.text
        error = context.err.text
    }

    /// The only line on standard error; nil when there is not exactly one, or when the status or the output is not
    /// that of a refusal.
    var refusal: String? {
        let lines = error.split(separator: "\n", omittingEmptySubsequences: false)
        guard status == 1, output.isEmpty, lines.count == 2, lines[1].isEmpty else { return nil }
        return String(lines[0])
    }
}
