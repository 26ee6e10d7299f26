// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// The transactional producer against the broker of this package, in the protocol of each `transaction.version`.
@Suite struct TransactionTests {
    private func withBroker(
        _ version: Int16, partitions: Int32 = 1, _ body: (TransactionBroker) async throws -> Void
    ) async throws {
        let broker = try await TransactionBroker(transactionVersion: version, partitions: partitions)
        do {
            try await body(broker)
        } catch {
            try await broker.end()
            throw error
        }
        try await broker.end()
    }

    @Test("A committed transaction is seen whole, an aborted one not at all", arguments: [0, 1, 2] as [Int16])
    func committedAndAborted(version: Int16) async throws {
        try await withBroker(version, partitions: 3) { broker in
            try await broker.withProducer { producer, topic in
                #expect(throws: ClientError.self) { try producer.append("too early", to: topic) }
                let first = await producer.sender.identity
                for (round, commits) in [true, false, true, false, true].enumerated() {
                    try await producer.beginTransaction()
                    for index in 0..<30 {
                        let value = "\(commits ? "kept" : "dropped") \(round) \(index)"
                        try producer.append(value, to: topic, partition: Int32(index % 3))
                    }
                    if commits {
                        try await producer.commitTransaction()
                    } else {
                        try await producer.flush()
                        try await producer.abortTransaction()
                    }
                    #expect(throws: ClientError.self) { try producer.append("too late", to: topic) }
                }
                let last = await producer.sender.identity
                #expect(last.id == first.id && last.epoch == first.epoch + (version == 2 ? 5 : 0))
            }
            for partition in 0..<3 {
                let wanted = [0, 2, 4].flatMap { round in
                    stride(from: partition, to: 30, by: 3).map { "kept \(round) \($0)" }
                }
                #expect(try await broker.values(partition: Int32(partition)) == wanted)
            }
        }
    }

    @Test(
        "What is not sent yet is dropped with its transaction, and an empty one asks no broker",
        arguments: [1, 2] as [Int16])
    func unsent(version: Int16) async throws {
        try await withBroker(version) { broker in
            try await broker.withProducer("t", ["linger.ms": "60000"]) { producer, topic in
                try await producer.beginTransaction()
                try producer.append("never sent", to: topic)
                try await producer.abortTransaction()
                try await producer.beginTransaction()
                try await producer.commitTransaction()
                #expect(producer.statistics.requestsSent == 0)
                try await producer.beginTransaction()
                try producer.append("sent", to: topic)
                try await producer.commitTransaction()
            }
            #expect(try await broker.values() == ["sent"])
        }
    }

    @Test("Offsets are committed with the transaction, and only with it", arguments: [0, 1, 2] as [Int16])
    func offsets(version: Int16) async throws {
        let group = ConsumerGroupMetadata(groupID: "g")
        try await withBroker(version) { broker in
            func committed() async throws -> Int64? {
                try await Cluster.with(broker.configuration) { cluster in
                    try await Admin(cluster).committedOffsets(group: "g")[TopicPartition("orders", 0)]?.get().offset
                }
            }
            try await broker.withProducer { producer, topic in
                try await producer.beginTransaction()
                try producer.append("first", to: topic)
                try await producer.sendOffsets([TopicPartition("orders", 0): CommittedOffset(7)], group: group)
                try await producer.commitTransaction()
                try await producer.beginTransaction()
                try await producer.sendOffsets([TopicPartition("orders", 0): CommittedOffset(9)], group: group)
                try await producer.abortTransaction()
            }
            #expect(try await committed() == 7)
        }
    }

    @Test(
        "Offsets of a member that the group does not know let the transaction only be aborted",
        arguments: [1, 2] as [Int16])
    func strangersOffsets(version: Int16) async throws {
        let stranger = ConsumerGroupMetadata(groupID: "g", generationID: 3, memberID: "who")
        try await withBroker(version) { broker in
            try await broker.withProducer { producer, topic in
                try await producer.beginTransaction()
                try producer.append("dropped", to: topic)
                let offsets = [TopicPartition("orders", 0): CommittedOffset(7)]
                let refusal = await #expect(throws: ClientError.self) {
                    try await producer.sendOffsets(offsets, group: stranger)
                }
                #expect(refusal?.errorCode == .unknownMemberID || refusal?.errorCode == .illegalGeneration)
                await #expect(throws: ClientError.self) { try await producer.commitTransaction() }
                try await producer.abortTransaction()
                try await producer.beginTransaction()
                try producer.append("kept", to: topic)
                try await producer.commitTransaction()
            }
            #expect(try await broker.values() == ["kept"])
        }
    }

    @Test(
        "A second producer with the same id ends what the first left open, and fences it",
        arguments: [0, 1, 2] as [Int16])
    func fencing(version: Int16) async throws {
        try await withBroker(version) { broker in
            try await broker.withProducer { first, topic in
                try await first.beginTransaction()
                try first.append("left open", to: topic)
                try await first.flush()
                try await broker.withProducer { second, topic in
                    try await second.beginTransaction()
                    try second.append("second", to: topic)
                    try await second.commitTransaction()
                }
                try first.append("fenced", to: topic)
                await #expect(throws: ClientError.self) { try await first.commitTransaction() }
                // It learns of its successor from the coordinator at the latest.
                let fenced = await #expect(throws: ClientError.self) { try await first.abortTransaction() }
                #expect(fenced?.errorCode == .producerFenced || fenced?.errorCode == .invalidProducerEpoch)
                let still = await #expect(throws: ClientError.self) { try await first.beginTransaction() }
                #expect(still == fenced)
            }
            #expect(try await broker.values() == ["second"])
        }
    }

    @Test(
        "A restart of the broker in the midst of a transaction loses and doubles nothing",
        arguments: [0, 1, 2] as [Int16])
    func restart(version: Int16) async throws {
        try await withBroker(version) { broker in
            try await broker.withProducer("t", ["linger.ms": "0"]) { producer, topic in
                for round in 0..<4 {
                    try await producer.beginTransaction()
                    for index in 0..<100 { try producer.append("\(round) \(index)", to: topic) }
                    if round < 2 { try await producer.flush() }
                    try await broker.stop()
                    try await broker.start()
                    for index in 100..<200 { try producer.append("\(round) \(index)", to: topic) }
                    if round % 2 == 0 {
                        try await producer.commitTransaction()
                    } else {
                        try await producer.abortTransaction()
                    }
                }
            }
            let wanted = [0, 2].flatMap { round in (0..<200).map { "\(round) \($0)" } }
            #expect(try await broker.values() == wanted)
        }
    }

    @Test(
        "A record that the broker refuses lets the transaction only be aborted; the next one works",
        arguments: [0, 1, 2] as [Int16])
    func refusedRecord(version: Int16) async throws {
        try await withBroker(version) { broker in
            try await broker.withProducer { producer, topic in
                try await producer.beginTransaction()
                try producer.append("dropped", to: topic)
                try await producer.flush()
                try producer.append(String(repeating: "x", count: 20_000), to: topic)
                let refusal = await #expect(throws: ClientError.self) { try await producer.commitTransaction() }
                #expect(refusal?.errorCode == .messageTooLarge)
                let blocked = #expect(throws: ClientError.self) { try producer.append("not in this one", to: topic) }
                #expect(blocked == refusal)
                await #expect(throws: ClientError.self) { try await producer.beginTransaction() }
                try await producer.abortTransaction()
                try await producer.beginTransaction()
                try producer.append("kept", to: topic)
                try await producer.commitTransaction()
            }
            #expect(try await broker.values() == ["kept"])
        }
    }

    @Test(
        "Closing a producer aborts its open transaction, so that readers do not wait for its timeout",
        arguments: [1, 2] as [Int16])
    func closing(version: Int16) async throws {
        try await withBroker(version) { broker in
            try await broker.withProducer { producer, topic in
                try await producer.beginTransaction()
                try producer.append("dropped", to: topic)
                try await producer.flush()
            }
            #expect(try await broker.values() == [])
        }
    }

    @Test("A producer goes over to another transaction.version when it meets it")
    func changedVersion() async throws {
        try await withBroker(1) { broker in
            try await broker.withProducer { producer, topic in
                for (round, change) in [nil, (2, 1), nil, (1, 2), nil].enumerated()
                    as EnumeratedSequence<[(Int16, Int8)?]>
                {
                    if let (level, upgradeType) = change {
                        try await broker.setTransactionVersion(level, upgradeType: upgradeType)
                        // The versions are told when a connection is made.
                        try await broker.stop()
                        try await broker.start()
                    }
                    try await producer.beginTransaction()
                    try producer.append("\(round)", to: topic)
                    try await producer.commitTransaction()
                    let isSecond = await producer.sender.transaction.addsImplicitly
                    #expect(isSecond == (1...2).contains(round), "round \(round)")
                }
            }
            #expect(try await broker.values() == (0..<5).map(String.init))
        }
    }

    @Test("The calls of a transaction in a wrong order are refused")
    func order() async throws {
        try await withBroker(2) { broker in
            var configuration = broker.configuration
            try await Cluster.with(configuration) { cluster in
                let producer = try await Producer(cluster)
                let refusal = await #expect(throws: ClientError.self) { try await producer.initTransactions() }
                #expect(refusal?.message.contains("transactional.id") == true)
                await producer.close()
            }
            _ = try configuration.set("transactional.id", "t")
            try await Cluster.with(configuration) { cluster in
                let producer = try await Producer(cluster)
                await #expect(throws: ClientError.self) { try await producer.beginTransaction() }
                try await producer.initTransactions()
                await #expect(throws: ClientError.self) { try await producer.initTransactions() }
                await #expect(throws: ClientError.self) { try await producer.commitTransaction() }
                await #expect(throws: ClientError.self) { try await producer.abortTransaction() }
                try await producer.beginTransaction()
                await #expect(throws: ClientError.self) { try await producer.beginTransaction() }
                try await producer.abortTransaction()
                await producer.close()
            }
        }
    }
}
