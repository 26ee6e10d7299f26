// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
internal import Synchronization

/// What a command may know of the world around it; tests make their own and look at what was written.
final class Context: Sendable {
    let out: Output
    let err: Output
    let input: Int32
    let environment: Environment
    let tools: ToolTable
    private let state = Mutex(State())

    private struct State {
        var name = "kafka"
        var failed = false
        var writesJSON = false
        var hasReportedLostOutput = false
        var interruption: Interruption?
    }

    /// What must be done around a message where half a line stands already, such as a prompt.
    struct Interruption: Sendable {
        var before: @Sendable () -> Void
        var after: @Sendable () -> Void = {}
    }

    let notices = ClientNotices()
    /// Whether clients say what they wait for; not where a busy process runs both them and their broker.
    let tellsNotices: Bool

    init(
        out: Output, err: Output, input: Int32 = 0, environment: Environment = Environment(),
        tools: ToolTable = ToolTable(listed: []) { _ in nil }, tellsNotices: Bool = true
    ) {
        self.out = out
        self.err = err
        self.input = input
        self.environment = environment
        self.tools = tools
        self.tellsNotices = tellsNotices
    }

    static func standard(_ tools: ToolTable) -> Context {
        Context(out: Output(descriptor: 1), err: Output(descriptor: 2), tools: tools)
    }

    /// The tool that runs, for messages.
    var name: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    /// Whether tables are written as JSON, an object a line.
    var writesJSON: Bool {
        get { state.withLock { $0.writesJSON } }
        set { state.withLock { $0.writesJSON = newValue } }
    }

    /// Whether something was refused that did not end the command.
    var failed: Bool { state.withLock { $0.failed } }

    /// One of several targets could not be done: names it, and the command ends with status 1.
    func fail(_ message: String) {
        state.withLock { $0.failed = true }
        error(name, message)
    }

    /// The command ends with status 1; its output says why.
    func fail() { state.withLock { $0.failed = true } }

    func warn(_ message: String) { error(name, "WARN: \(message)") }

    /// Messages interrupt this from now on.
    func interrupting(_ interruption: Interruption?) { state.withLock { $0.interruption = interruption } }

    /// A line on standard error that is no error: progress, counts.
    func note(_ message: String) {
        out.flush()
        write(message)
    }

    func error(_ name: String, _ message: String) { note("\(name): \(ErrorText.line(message))") }

    /// The same while standard output may be held up by whoever reads it: what waits there goes on waiting.
    func tell(_ name: String, _ message: String) {
        write("\(name): \(ErrorText.line(message))")
    }

    /// A line for whoever looks for a fault; may hold anything that came from outside.
    func trace(_ line: String) { write(VisibleText.of(line)) }

    /// A line on standard output that is data for whoever reads on, byte for byte; a terminal gets it made visible.
    func data(_ line: String) {
        if environment.isTerminalOutput { out.line(line) } else { out.write(line + "\n") }
    }

    private func write(_ line: String) {
        let interruption = state.withLock { $0.interruption }
        interruption?.before()
        err.line(line)
        err.flush()
        interruption?.after()
    }

    /// Writes out what is left; the status of a command whose output got lost is 1.
    func finish(_ status: Int32) -> Int32 {
        out.flush()
        reportLostOutput()
        return out.failure == nil ? status : 1
    }

    /// Says that the output got lost, if it did, and once; at the latest at the end.
    func reportLostOutput() {
        guard let failure = out.failure else { return }
        let isKnown = state.withLock { state in
            defer { state.hasReportedLostOutput = true }
            return state.hasReportedLostOutput
        }
        if !isKnown { error(name, failure) }
    }
}
