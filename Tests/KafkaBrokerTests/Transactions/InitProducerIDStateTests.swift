// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("InitProducerId by state")
struct InitProducerIDStateTests {
    private func initialize(
        _ metadata: TransactionMetadata, expected: ProducerIdentity? = nil, newProducerID: Int64? = nil,
        serverVersion: Int16 = 2
    ) -> TransactionDecision {
        metadata.initializing(
            timeoutMs: 5_000, expected: expected, newProducerID: newProducerID, serverVersion: serverVersion,
            now: 1_000_000)
    }

    private func written(_ decision: TransactionDecision) throws -> TransactionMetadata {
        guard case .write(let metadata) = decision else {
            Issue.record("\(decision) writes nothing")
            throw CancellationError()
        }
        return metadata
    }

    @Test("A new transactional id gets epoch 0")
    func newID() throws {
        let created = TransactionMetadata(producerID: 9, timeoutMs: 1, lastUpdateTimestamp: 0)
        let next = try written(initialize(created))
        #expect(next.identity == ProducerIdentity(id: 9, epoch: 0))
        #expect(next.state == .empty && next.timeoutMs == 5_000 && next.startTimestamp == -1)
        #expect(next.lastUpdateTimestamp == 1_000_000)
    }

    @Test(
        "Without an open transaction the epoch goes up by one, and no earlier producer can go on",
        arguments: [TransactionState.empty, .completeCommit, .completeAbort])
    func bump(_ state: TransactionState) throws {
        let next = try written(initialize(.sample(state)))
        #expect(next.identity == ProducerIdentity(id: 7, epoch: 5))
        #expect(next.state == .empty && next.partitions.isEmpty && next.lastProducerEpoch == -1)
        #expect(
            initialize(next, expected: ProducerIdentity(id: 7, epoch: 4)) == .answer(.producerFenced))
    }

    @Test(
        "While markers are written the producer has to wait",
        arguments: [TransactionState.prepareCommit, .prepareAbort])
    func prepared(_ state: TransactionState) {
        #expect(initialize(.sample(state)) == .answer(.concurrentTransactions))
        // Even one that isn't known: the id may be about to change.
        #expect(
            initialize(.sample(state), expected: ProducerIdentity(id: 99, epoch: 0)) == .answer(.concurrentTransactions)
        )
    }

    @Test(
        "States that are never written are an error of the server",
        arguments: [TransactionState.dead, .prepareEpochFence])
    func impossible(_ state: TransactionState) {
        #expect(initialize(.sample(state)) == .answer(.unknownServerError))
    }

    @Test("An open transaction is aborted with one bump of the epoch", arguments: [Int16(0), 1, 2])
    func ongoing(_ serverVersion: Int16) throws {
        let next = try written(initialize(.sample(.ongoing), serverVersion: serverVersion))
        #expect(next.state == .prepareAbort && next.identity == ProducerIdentity(id: 7, epoch: 5))
        #expect(next.partitions == Set(TransactionWorld.orders.prefix(2)))
        #expect(next.startTimestamp == 890_000 && next.timeoutMs == 60_000)
        #expect(next.clientTransactionVersion == (serverVersion >= 2 ? 2 : 0))
        #expect(next.completed(now: 1).identity == ProducerIdentity(id: 7, epoch: 5))
    }

    @Test("A producer that goes on after an error gets the next epoch, and the same again when it asks again (KIP-360)")
    func recovering() throws {
        let me = ProducerIdentity(id: 7, epoch: 4)
        let next = try written(initialize(.sample(.completeAbort), expected: me))
        #expect(next.identity == ProducerIdentity(id: 7, epoch: 5) && next.lastProducerEpoch == 4)
        let again = try written(initialize(next, expected: me))
        #expect(again.identity == next.identity)
        #expect(initialize(again, expected: ProducerIdentity(id: 7, epoch: 3)) == .answer(.producerFenced))
        #expect(initialize(again, expected: ProducerIdentity(id: 8, epoch: 5)) == .answer(.producerFenced))
    }

    @Test("A producer whose transactional id expired goes on with a new one")
    func expired() throws {
        let created = TransactionMetadata(producerID: 9, timeoutMs: 1, lastUpdateTimestamp: 0)
        let next = try written(initialize(created, expected: ProducerIdentity(id: 3, epoch: 12)))
        #expect(next.identity == ProducerIdentity(id: 9, epoch: 0))
    }

    @Test("When the epochs are used up there is a new producer id", arguments: [Int16.max - 1, .max])
    func exhausted(_ epoch: Int16) throws {
        let metadata = TransactionMetadata.sample(.completeCommit, epoch: epoch)
        #expect(initialize(metadata) == .needsProducerID)
        let next = try written(initialize(metadata, newProducerID: 50))
        #expect(next.identity == ProducerIdentity(id: 50, epoch: 0))
        #expect(next.previousProducerID == 7 && next.lastProducerEpoch == -1)
    }

    @Test("A retry after the epochs were used up finds the new producer id, also of a coordinator that was restarted")
    func exhaustedRetry() throws {
        let me = ProducerIdentity(id: 7, epoch: .max - 1)
        let rotated = try written(
            initialize(.sample(.empty, epoch: .max - 1), expected: me, newProducerID: 50))
        #expect(rotated.identity == ProducerIdentity(id: 50, epoch: 0) && rotated.lastProducerEpoch == Int16.max - 1)
        let record = try rotated.record(transactionalID: "tx", transactionVersion: 2)
        guard case .state(_, let reloaded) = try TransactionLogEntry(record) else { throw CancellationError() }
        for metadata in [rotated, reloaded] {
            let again = try written(initialize(metadata, expected: me))
            #expect(again.identity == rotated.identity)
        }
        #expect(initialize(rotated, expected: ProducerIdentity(id: 7, epoch: 5)) == .answer(.producerFenced))
    }

    @Test("Fencing the last epoch leaves none without a producer, and the next id begins at 0")
    func fencingTheLastEpoch() throws {
        let last = TransactionMetadata.sample(.ongoing, epoch: .max - 1)
        // The older protocol: the highest epoch is for the markers; InitProducerId rotates.
        let old = try written(initialize(last, serverVersion: 0))
        #expect(old.producerEpoch == .max && old.nextProducerID == -1)
        #expect(initialize(old.completed(now: 1), serverVersion: 0) == .needsProducerID)
        // The newer one rotates with the end of the transaction.
        #expect(initialize(last) == .needsProducerID)
        let new = try written(initialize(last, newProducerID: 50))
        #expect(new.producerEpoch == .max && new.producerID == 7 && new.nextProducerID == 50)
        let completed = new.completed(now: 1)
        #expect(completed.identity == ProducerIdentity(id: 50, epoch: 0) && completed.previousProducerID == 7)
        // An epoch that should not have come to be doesn't overflow.
        let beyond = try written(initialize(.sample(.ongoing, epoch: .max), newProducerID: 50, serverVersion: 2))
        #expect(beyond.producerEpoch == .max)
        #expect(try written(initialize(.sample(.ongoing, epoch: .max), serverVersion: 0)).producerEpoch == .max)
    }
}
