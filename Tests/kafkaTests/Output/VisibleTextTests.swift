// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import kafka

@Suite("What others wrote, on a terminal")
struct VisibleTextTests {
    @Test("Control characters are shown and not sent, in every error, warning and note")
    func hidden() {
        let hostile = "a\u{1b}[31mb\u{7}\u{7f}\u{9b}2J\u{85}ü\t→"
        let visible = "a\\x1b[31mb\\x07\\x7f\\x9b2J\\x85ü\t→"
        #expect(VisibleText.of(hostile) == visible)
        let context = Context(out: Output(), err: Output())
        context.error("kafka", hostile)
        context.warn(hostile)
        context.fail(hostile)
        context.note("one\n" + hostile)
        #expect(
            context.err.text == "kafka: \(visible)\nkafka: WARN: \(visible)\nkafka: \(visible)\none\n\(visible)\n")
    }

    @Test("So it is in the broker's log")
    func log() {
        let handler = Recorder()
        var log = VisibleLog(handler)
        log.logLevel = .info
        Logger(label: "broker") { _ in log }.warning("topic \u{1b}]0;x\u{7}\nnext")
        #expect(handler.messages.withLock { $0 } == ["topic \\x1b]0;x\\x07\\x0anext"])
    }

    private final class Recorder: LogHandler, Sendable {
        let messages = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) { messages.withLock { $0.append(event.message.description) } }
    }
}
