// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import KafkaText
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

    /// A name, and how it is shown.
    private static let name = "a\u{1b}[31m\u{9b}2J\u{202e}\nü"
    private static let shown = "a\\x1b[31m\\x9b2J\\u202e\\x0aü"

    private func context() -> Context {
        Context(out: Output(), err: Output(), environment: Environment(outputIsTerminal: false))
    }

    @Test("So it is in lines and tables on standard output, where columns stay below each other")
    func tables() {
        let lines = context()
        lines.out.line("Cluster ID: \(Self.name)")
        #expect(lines.out.text == "Cluster ID: a\\x1b[31m\\x9b2J\\u202e\nü\n", "a text may be of several lines")
        let older = context()
        Table(columns: [.init("GROUP", 5), .init("HOST", 0)], rows: [[Self.name, "h"]]).print(older)
        #expect(older.out.text == "GROUP HOST\n\(Self.shown) h\n")
        let newer = context()
        TabTable(headers: ["GROUP"], rows: [[Self.name]]).print(newer)
        #expect(newer.out.text == "GROUP".padded(Self.shown.count) + "\t\n\(Self.shown)\t\n")
        #expect(Columns.text([Self.name, "b"], width: 80) == "\(Self.shown)  b\n", "what Tab offers")
    }

    @Test("JSON escapes it, so that a reader gets the text as it is")
    func json() throws {
        let context = context()
        context.write(.string(Self.name))
        #expect(context.out.text == #""a\u001B[31m\u009B2J\u202E\nü""# + "\n")
        #expect(try JSON.parse(context.out.text) == .string(Self.name))
    }

    @Test("Data goes out as it is, but to a terminal")
    func data() {
        for isTerminal in [false, true] {
            let context = Context(
                out: Output(), err: Output(), environment: Environment(outputIsTerminal: isTerminal))
            context.data("| payload: \u{1b}[2J")
            #expect(context.out.text == (isTerminal ? "| payload: \\x1b[2J\n" : "| payload: \u{1b}[2J\n"))
        }
    }

    @Test("Groups, clients and hosts that brokers tell are shown, and given as they are in JSON")
    func groups() async throws {
        let kafka = try await FakeKafka()
        kafka.change { $0.groups[Self.name] = 1 }
        for words in [["consumer-groups", "--list"], ["consumer-groups", "--list", "--state"], ["groups", "--list"]] {
            let run = await kafka.run(words)
            #expect(run.status == 0 && run.output.contains(Self.shown), "\(words): \(run)")
            #expect(!run.output.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{9b}" }, "\(words): \(run)")
            let json = await kafka.run(words + ["--output", "json"])
            #expect(try JSON.parse(json.output)["group"] == .string(Self.name), "\(words): \(json)")
        }
        await kafka.stop()
    }

    @Test("The id of a cluster in a damaged directory and the name of a file are shown")
    func files() async throws {
        let directory = "/tmp/kafka-visible-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let properties = "version=1\nnode.id=1\ndirectory.id=\(KafkaUUID.random())\ncluster.id=a\u{1b}[31m\n"
        try properties.write(toFile: directory + "/meta.properties", atomically: false, encoding: .utf8)
        let info = await CommandRun(["storage", "info", "--data-dir", directory])
        #expect(info.output.contains("cluster.id=a\\x1b[31m,"), "\(info)")
        let file = directory + "/\u{1b}[31m.index"
        try Data().write(to: URL(fileURLWithPath: file))
        let dump = await CommandRun(["dump-log", file])
        #expect(dump.output.contains("/\\x1b[31m.index is empty."), "\(dump)")
        #expect(!(info.output + dump.output).contains("\u{1b}"))
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
