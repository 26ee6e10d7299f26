// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaText
import Testing

@testable import kafka

/// What Apache Kafka's own tool printed for the files of a directory that Apache Kafka wrote, in Tests/Golden.
@Suite("dump-log prints what kafka-dump-log.sh prints", .serialized)
struct DumpLogGoldenTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden")
    /// Longer lines were cut when they were recorded.
    private static let longestLine = 600
    static let recordings = try! FileManager.default
        .contentsOfDirectory(atPath: golden.appending(path: "dump-log").path).sorted()

    private struct Recording {
        var arguments: [String]
        var lines: [String]

        init(_ name: String) throws {
            let text = try String(contentsOf: golden.appending(path: "dump-log/\(name)"), encoding: .utf8)
            lines = text.trimmingCharacters(in: .newlines).components(separatedBy: "\n")
            arguments = lines.removeFirst().split(separator: " ").dropFirst(2).map(String.init)
        }
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        let archive = Self.golden.appending(path: "datadir/kafka-4.0-clean.tar.zst").path
        tar.arguments = ["tar", "--sparse", "--zstd", "-C", directory.path, "-xf", archive]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        try await body(directory.path + "/")
    }

    /// Runs the tool as if inside the directory.
    private func dump(_ arguments: [String], in directory: String) async throws -> (CommandRun, lines: [String]) {
        let words = arguments.map { word in
            word.contains("/") ? word.split(separator: ",").map { directory + $0 }.joined(separator: ",") : word
        }
        let run = await CommandRun(["dump-log"] + words)
        let lines = run.output.replacing(directory, with: "").split(separator: "\n").map { String($0) }
        return (run, lines)
    }

    @Test("line for line", arguments: recordings.filter { !$0.hasPrefix("transaction-state") })
    func lines(name: String) async throws {
        let recording = try Recording(name)
        try await withDirectory { directory in
            let (run, lines) = try await dump(recording.arguments, in: directory)
            #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
            #expect(lines.count == recording.lines.count)
            for (line, wanted) in zip(lines, recording.lines) {
                #expect(String(line.prefix(Self.longestLine)) == wanted)
            }
        }
    }

    /// Kafka's releases print the same facts as JSON.
    @Test("and the facts of transactions", arguments: recordings.filter { $0.hasPrefix("transaction-state") })
    func transactions(name: String) async throws {
        let recording = try Recording(name)
        try await withDirectory { directory in
            let (run, lines) = try await dump(recording.arguments, in: directory)
            #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
            #expect(lines.count == recording.lines.count)
            for (line, wanted) in zip(lines, recording.lines) {
                let (head, facts) = Self.parts(wanted)
                #expect(Self.parts(line).head == head)
                if facts.isEmpty {
                    #expect(line == wanted)
                } else {
                    #expect(try Self.facts(ofJSON: Self.parts(line).facts) == Self.facts(ofText: facts))
                }
            }
        }
    }

    private static func parts(_ line: String) -> (head: String, facts: String) {
        guard let key = line.range(of: " key: ") else { return (line, "") }
        return (String(line[..<key.lowerBound]), String(line[key.upperBound...]))
    }

    private struct Facts: Equatable {
        var id: String
        var producerID: Int
        var epoch: Int
        var state: String
        var partitions: Set<String>
        var updated: Int
        var timeout: Int
    }

    /// `transaction_metadata::transactionalId=tx-1 payload: producerId:1,producerEpoch:0,state=Ongoing,partitions=[…],…`
    private static func facts(ofText text: String) throws -> Facts {
        let pattern =
            /transaction_metadata::transactionalId=(\S+) payload: producerId:(\d+),producerEpoch:(\d+),state=(\w+),partitions=\[([^\]]*)\],txnLastUpdateTimestamp=(\d+),txnTimeoutMs=(\d+)/
        let match = try #require(try pattern.wholeMatch(in: text)).output
        return Facts(
            id: String(match.1), producerID: try #require(Int(match.2)), epoch: try #require(Int(match.3)),
            state: String(match.4), partitions: Set(match.5.split(separator: ",").map(String.init)),
            updated: try #require(Int(match.6)), timeout: try #require(Int(match.7)))
    }

    private static func facts(ofJSON text: String) throws -> Facts {
        let parts = text.components(separatedBy: " payload: ")
        func data(_ text: String) throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return try #require(object?["data"] as? [String: Any])
        }
        let key = try data(parts[0])
        let value = try data(parts[1])
        func number(_ name: String) throws -> Int { try #require(value[name] as? Int) }
        let states = [
            "Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead",
            "PrepareEpochFence",
        ]
        let topics = value["transactionPartitions"] as? [[String: Any]] ?? []
        let partitions = try topics.flatMap { topic in
            let name = try #require(topic["topic"] as? String)
            return try #require(topic["partitionIds"] as? [Int]).map { "\(name)-\($0)" }
        }
        return Facts(
            id: try #require(key["transactionalId"] as? String), producerID: try number("producerId"),
            epoch: try number("producerEpoch"), state: states[try number("transactionStatus")],
            partitions: Set(partitions), updated: try number("transactionLastUpdateTimestampMs"),
            timeout: try number("transactionTimeoutMs"))
    }

    @Test(
        "A corrupted byte is reported with file and position, and the tool ends with status 1",
        arguments: [
            ("plain-0/00000000000000000000.log", 1000, "935"), ("transactions-0/00000000000000000017.snapshot", 20, ""),
            ("small-segments-0/00000000000000001128.index", 1, ""),
        ])
    func corrupted(file: String, at position: Int, reported: String) async throws {
        try await withDirectory { directory in
            let path = URL(filePath: directory + file)
            var bytes = try Data(contentsOf: path)
            bytes[position] ^= 0x55
            try bytes.write(to: path)
            let (run, _) = try await dump(["--files", file, "--print-data-log"], in: directory)
            #expect(run.status == 1)
            let lines = run.error.split(separator: "\n")
            #expect(lines.allSatisfy { $0.contains(directory + file) && $0.contains("position") }, "\(run.error)")
            #expect(!lines.isEmpty && run.error.contains("position \(reported)"), "\(run.error)")
        }
    }
}
