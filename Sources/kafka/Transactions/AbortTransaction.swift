// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka transactions abort`: writes the marker that no coordinator writes any more.
struct AbortTransaction: Sendable {
    private struct Producer: Sendable {
        var id: Int64
        var epoch: Int16
        var coordinatorEpoch: Int32
    }

    private let partition: TopicPartition
    private let startOffset: Int64?
    private let given: Producer?

    init(_ partition: TopicPartition, _ arguments: Arguments) throws {
        self.partition = partition
        startOffset = try arguments.integer("start-offset")
        let producer = try arguments.integer("producer-id", Int64.self)
        guard startOffset != nil || producer != nil else {
            throw CommandError(
                "The transaction to abort must be identified either with --start-offset (for brokers on 3.0 or above) "
                    + "or with --producer-id, --producer-epoch, and --coordinator-epoch (for older brokers)")
        }
        guard startOffset == nil, let producer else {
            given = nil
            return
        }
        guard let epoch = try arguments.integer("producer-epoch", Int16.self) else {
            throw CommandError("Missing required argument --producer-epoch")
        }
        guard let coordinator = try arguments.integer("coordinator-epoch", Int32.self) else {
            throw CommandError("Missing required argument --coordinator-epoch")
        }
        // -1 is what describe-producers shows before the first marker; 0 is not above any real epoch.
        given = Producer(id: producer, epoch: epoch, coordinatorEpoch: max(coordinator, 0))
    }

    func run(_ admin: Admin) async throws {
        let producer = if let given { given } else { try await find(admin) }
        do throws(ClientError) {
            try await admin.abortTransaction(
                partition, producerID: producer.id, producerEpoch: producer.epoch,
                coordinatorEpoch: producer.coordinatorEpoch)
        } catch {
            throw CommandError("Failed to abort the transaction of producer \(producer.id): \(error.message)")
        }
    }

    private func find(_ admin: Admin) async throws -> Producer {
        let state = try await admin.describeProducers([partition])[partition]?.get()
        let found = state?.activeProducers.first { $0.currentTxnStartOffset == startOffset }
        guard let found else {
            throw CommandError(
                "Could not find any open transactions starting at offset \(startOffset ?? -1) on partition \(partition)"
            )
        }
        return Producer(
            id: found.producerID, epoch: Int16(truncatingIfNeeded: found.producerEpoch),
            coordinatorEpoch: max(found.coordinatorEpoch, 0))
    }
}
