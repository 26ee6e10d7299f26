// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Adding and verifying partitions by state")
struct AddPartitionsStateTests {
    private static let me = ProducerIdentity(id: 7, epoch: 4)
    private let third = TransactionWorld.orders[2]

    private func add(
        _ state: TransactionState, _ partitions: Set<TopicPartition>, by producer: ProducerIdentity = me
    ) -> TransactionDecision {
        TransactionMetadata.sample(state).adding(partitions, by: producer, clientVersion: 2, now: 1_000_000)
    }

    @Test(
        "The first partition begins a transaction",
        arguments: [TransactionState.empty, .completeCommit, .completeAbort])
    func begin(_ state: TransactionState) {
        guard case .write(let next) = add(state, [third]) else {
            Issue.record("nothing is written")
            return
        }
        #expect(next.state == .ongoing && next.partitions == [third] && next.identity == Self.me)
        #expect(next.startTimestamp == 1_000_000 && next.lastUpdateTimestamp == 1_000_000)
        #expect(next.clientTransactionVersion == 2)
    }

    @Test("A further partition joins the transaction, which keeps its start; a known one changes nothing")
    func ongoing() {
        guard case .write(let next) = add(.ongoing, [third]) else {
            Issue.record("nothing is written")
            return
        }
        #expect(next.partitions == Set(TransactionWorld.orders) && next.startTimestamp == 890_000)
        #expect(add(.ongoing, [TransactionWorld.orders[0]]) == .answer(.none))
    }

    @Test(
        "While markers are written everybody has to wait", arguments: [TransactionState.prepareCommit, .prepareAbort])
    func prepared(_ state: TransactionState) {
        #expect(add(state, [third]) == .answer(.concurrentTransactions))
        #expect(add(state, [third], by: ProducerIdentity(id: 8, epoch: 0)) == .answer(.concurrentTransactions))
    }

    @Test(
        "States that are never written are an error of the server",
        arguments: [TransactionState.dead, .prepareEpochFence])
    func impossible(_ state: TransactionState) {
        #expect(add(state, [third]) == .answer(.unknownServerError))
    }

    @Test(
        "Another id or epoch is refused",
        arguments: [TransactionState.empty, .ongoing, .completeCommit, .completeAbort])
    func fenced(_ state: TransactionState) {
        #expect(add(state, [third], by: ProducerIdentity(id: 8, epoch: 4)) == .answer(.invalidProducerIDMapping))
        #expect(add(state, [third], by: ProducerIdentity(id: 7, epoch: 3)) == .answer(.producerFenced))
        #expect(add(state, [third], by: ProducerIdentity(id: 7, epoch: 5)) == .answer(.producerFenced))
    }

    @Test("Verification names the partitions that are not in the transaction", arguments: TransactionState.allCases)
    func verify(_ state: TransactionState) {
        let metadata = TransactionMetadata.sample(state)
        let asked = Set(TransactionWorld.orders)
        let found = metadata.verifying(asked, by: Self.me)
        switch state {
        case .prepareCommit, .prepareAbort:
            #expect(found == Dictionary(uniqueKeysWithValues: asked.map { ($0, .concurrentTransactions) }))
        case .ongoing:
            #expect(found == [third: .transactionAbortable])
        default:
            #expect(found == Dictionary(uniqueKeysWithValues: asked.map { ($0, .transactionAbortable) }))
        }
        #expect(metadata.verifying([third], by: ProducerIdentity(id: 7, epoch: 3)) == [third: .producerFenced])
        #expect(
            metadata.verifying([third], by: ProducerIdentity(id: 1, epoch: 4)) == [third: .invalidProducerIDMapping])
    }

    @Test("A transaction times out when it has been open for longer than allowed, unless it has no limit")
    func timeout() {
        var metadata = TransactionMetadata.sample(.ongoing)
        #expect(!metadata.isTimedOut(now: 950_000))
        #expect(metadata.isTimedOut(now: 950_001))
        metadata.timeoutMs = .max
        #expect(!metadata.isTimedOut(now: .max))
        for state in TransactionState.allCases where state != .ongoing {
            #expect(!TransactionMetadata.sample(state).isTimedOut(now: .max))
        }
    }

    @Test("Only an id without an open transaction expires", arguments: TransactionState.allCases)
    func expiration(_ state: TransactionState) {
        let metadata = TransactionMetadata.sample(state)
        #expect(!metadata.isExpired(now: 999_999, after: 100_000))
        let mayExpire = [.empty, .completeCommit, .completeAbort].contains(state)
        #expect(metadata.isExpired(now: 1_000_000, after: 100_000) == mayExpire)
    }
}
