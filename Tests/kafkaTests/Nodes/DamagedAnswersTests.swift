// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import kafka

@Suite("Answers with any number in any place")
struct DamagedAnswersTests {
    private static let lines = [
        "topics --describe", "topics --describe --output json", "topics --describe --under-replicated-partitions",
        "consumer-groups --describe --group g --verbose", "consumer-groups --describe --group g --members --verbose",
        "consumer-groups --describe --group g --state --verbose", "consumer-groups --list --state",
        "consumer-groups --reset-offsets --group g --topic orders --shift-by 9223372036854775807 --dry-run",
        "share-groups --describe --group g --verbose", "share-groups --describe --group g --members --verbose",
        "share-groups --describe --group g --state --verbose", "streams-groups --describe --group g --verbose",
        "streams-groups --describe --group g --members --verbose",
        "streams-groups --describe --group g --state --verbose",
        "groups --list", "get-offsets orders --output json", "log-dirs --describe", "transactions list",
        "transactions describe --transactional-id t", "transactions describe-producers --topic orders --partition 0",
        "transactions find-hanging --topic orders --max-transaction-timeout 0", "delegation-tokens --describe",
        "configs --describe --entity-type topics", "configs --describe --entity-type users",
        "configs --describe --broker 1", "delete-records orders:0:1", "broker-api-versions", "features describe",
        "metadata-quorum describe --status", "metadata-quorum describe --replication --human-readable",
        "cluster list-endpoints", "leader-election --election-type preferred --all-topic-partitions",
        "reassign-partitions --list", "reassign-partitions --list --output json",
    ]

    private static let numbers: [[UInt8]] = [
        Array(repeating: 0xFF, count: 8), Array(repeating: 0, count: 8), [0x7F] + Array(repeating: 0xFF, count: 7),
        [0x80] + Array(repeating: 0, count: 7), [0x80] + Array(repeating: 0, count: 6) + [1],
        [0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0],
    ]

    /// Writes one to three numbers of 1, 2, 4 or 8 bytes over an answer, but not over where a node is to be found.
    private static func damage(_ answer: ByteBuffer, _ random: inout SeededRandom) -> ByteBuffer {
        var bytes = Array(answer.readableBytesView)
        let host = Array("127.0.0.1".utf8)
        var isAddress = Array(repeating: false, count: bytes.count)
        for start in bytes.indices.dropLast(host.count) where bytes[start...].starts(with: host) {
            for index in max(0, start - 2)..<min(bytes.count, start + host.count + 4) { isAddress[index] = true }
        }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let number = numbers.randomElement(using: &random)!.prefix([1, 2, 4, 8].randomElement(using: &random)!)
            guard number.count < bytes.count else { continue }
            let start = Int.random(in: 0...(bytes.count - number.count), using: &random)
            guard !isAddress[start..<(start + number.count)].contains(true) else { continue }
            bytes.replaceSubrange(start..<(start + number.count), with: number)
        }
        return ByteBuffer(bytes: bytes)
    }

    @Test("are printed or refused by every tool, which never traps", arguments: lines)
    func damaged(line: String) async throws {
        let seed = UInt64.random(in: .min ... .max)
        let random = Mutex(SeededRandom(seed: seed))
        let isWhole = Atomic(true)
        let kafka = try await FakeKafka(
            nodes: 1, { _, key, _, _ in FullAnswers.answer(key) },
            damage: { key, answer in
                if isWhole.load(ordering: .relaxed) { return answer }
                // Of three answers one; versions rarely, for without them nothing else is asked.
                return random.withLock { random in
                    let isChosen = Int.random(in: 0..<(key == .apiVersions ? 12 : 3), using: &random) == 0
                    return isChosen ? Self.damage(answer, &random) : answer
                }
            })
        kafka.change { state in
            state.topics = ["orders": [[1]]]
            state.groups = ["g": 1]
            state.configs = [.init(kind: 2, name: "orders"): ["retention.ms": "1"]]
            state.moves = [.init("orders", 0): [1]]
        }
        let words = line.split(separator: " ").map(String.init)
        let whole = await kafka.run(words)
        #expect(whole.status == 0, "\(whole)")
        isWhole.store(false, ordering: .relaxed)
        for round in 0..<Self.rounds {
            let run = await kafka.run(words, patience: 200)
            #expect(run.status == 0 || run.status == 1 && !run.error.isEmpty, "seed \(seed), round \(round): \(run)")
        }
        await kafka.stop()
    }

    private static var rounds: Int { Environment()["KAFKA_TEST_ROUNDS"].flatMap { Int($0) } ?? 10 }
}
