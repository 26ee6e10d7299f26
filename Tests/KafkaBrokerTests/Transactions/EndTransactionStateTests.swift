// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("EndTxn by state")
struct EndTransactionStateTests {
    private static let me = ProducerIdentity(id: 7, epoch: 4)
    private static let earlier = ProducerIdentity(id: 7, epoch: 3)
    private static let later = ProducerIdentity(id: 7, epoch: 5)
    private static let stranger = ProducerIdentity(id: 8, epoch: 4)

    private func end(
        _ state: TransactionState, _ commit: Bool, _ producer: ProducerIdentity, version: Int16
    ) -> TransactionDecision {
        TransactionMetadata.sample(state).ending(
            commit: commit, by: producer, clientVersion: version, newProducerID: nil, now: 1_000_000)
    }

    @Test("An open transaction is committed or aborted; the older protocol keeps the epoch", arguments: [true, false])
    func ongoingOld(commit: Bool) throws {
        guard case .write(let next) = end(.ongoing, commit, Self.me, version: 0) else {
            Issue.record("nothing is written")
            return
        }
        #expect(next.state == (commit ? .prepareCommit : .prepareAbort) && next.identity == Self.me)
        #expect(next.partitions.count == 2 && next.lastUpdateTimestamp == 1_000_000)
        let completed = next.completed(now: 2_000_000)
        #expect(completed.state == (commit ? .completeCommit : .completeAbort))
        #expect(completed.identity == Self.me && completed.partitions.isEmpty)
        #expect(completed.startTimestamp == 890_000 && completed.lastUpdateTimestamp == 2_000_000)
    }

    @Test("An open transaction is committed or aborted; the newer protocol bumps the epoch", arguments: [true, false])
    func ongoingNew(commit: Bool) {
        guard case .write(let next) = end(.ongoing, commit, Self.me, version: 2) else {
            Issue.record("nothing is written")
            return
        }
        #expect(next.state == (commit ? .prepareCommit : .prepareAbort) && next.identity == Self.later)
        #expect(next.lastProducerEpoch == 4 && next.clientTransactionVersion == 2)
        #expect(next.completed(now: 0).identity == Self.later)
    }

    static let old: [(TransactionState, Bool, ErrorCode)] = [
        (.empty, true, .invalidTxnState), (.empty, false, .invalidTxnState),
        (.prepareCommit, true, .concurrentTransactions), (.prepareCommit, false, .concurrentTransactions),
        (.prepareAbort, true, .concurrentTransactions), (.prepareAbort, false, .concurrentTransactions),
        (.completeCommit, true, .none), (.completeCommit, false, .invalidTxnState),
        (.completeAbort, true, .invalidTxnState), (.completeAbort, false, .none),
        (.dead, true, .unknownServerError), (.prepareEpochFence, false, .unknownServerError),
    ]

    @Test("The older protocol, in every state but Ongoing", arguments: old)
    func oldTable(_ state: TransactionState, _ commit: Bool, _ expected: ErrorCode) {
        #expect(end(state, commit, Self.me, version: 0) == .answer(expected))
    }

    @Test("The older protocol wants the very epoch and id, in every state", arguments: TransactionState.allCases)
    func oldFencing(_ state: TransactionState) {
        #expect(end(state, true, Self.earlier, version: 0) == .answer(.producerFenced))
        #expect(end(state, true, Self.later, version: 0) == .answer(.producerFenced))
        #expect(end(state, true, Self.stranger, version: 0) == .answer(.invalidProducerIDMapping))
    }

    /// State, commit, whether it is a retry, and the answer; nil: the epoch is bumped.
    static let new: [(TransactionState, Bool, Bool, ErrorCode?)] = [
        (.empty, false, true, .producerFenced), (.empty, false, false, nil),
        (.empty, true, true, .producerFenced), (.empty, true, false, .invalidTxnState),
        (.completeAbort, false, true, ErrorCode.none), (.completeAbort, false, false, nil),
        (.completeAbort, true, true, .producerFenced), (.completeAbort, true, false, .invalidTxnState),
        (.completeCommit, false, true, .invalidTxnState), (.completeCommit, false, false, nil),
        (.completeCommit, true, true, ErrorCode.none), (.completeCommit, true, false, .invalidTxnState),
        (.ongoing, true, true, .producerFenced), (.ongoing, false, true, .producerFenced),
        (.dead, true, false, .unknownServerError), (.prepareEpochFence, true, false, .unknownServerError),
    ]

    @Test("The newer protocol, in every state but Prepare", arguments: new)
    func newTable(_ state: TransactionState, _ commit: Bool, _ isRetry: Bool, _ expected: ErrorCode?) {
        let decision = end(state, commit, isRetry ? Self.earlier : Self.me, version: 2)
        if let expected {
            #expect(decision == .answer(expected))
            return
        }
        guard case .write(let next) = decision else {
            Issue.record("\(decision) writes nothing")
            return
        }
        #expect(next.state == .prepareAbort && next.identity == Self.later && next.partitions.isEmpty)
        #expect(next.startTimestamp == 1_000_000)
    }

    @Test(
        "While markers are written everybody has to wait", arguments: [TransactionState.prepareCommit, .prepareAbort])
    func prepared(_ state: TransactionState) {
        for producer in [Self.me, Self.earlier, Self.later, Self.stranger] {
            for commit in [true, false] {
                #expect(end(state, commit, producer, version: 2) == .answer(.concurrentTransactions))
            }
        }
    }

    @Test(
        "The newer protocol refuses strangers and later epochs",
        arguments: [TransactionState.empty, .ongoing, .completeCommit, .completeAbort])
    func newFencing(_ state: TransactionState) {
        #expect(end(state, false, Self.stranger, version: 2) == .answer(.invalidProducerIDMapping))
        #expect(end(state, false, Self.later, version: 2) == .answer(.producerFenced))
        #expect(end(state, false, ProducerIdentity(id: 7, epoch: 2), version: 2) == .answer(.producerFenced))
    }

    @Test("The last epoch ends its transaction with a new producer id, and its retry is recognized")
    func rotation() {
        let last = ProducerIdentity(id: 7, epoch: .max - 1)
        let metadata = TransactionMetadata.sample(.ongoing, epoch: .max - 1)
        func end(_ metadata: TransactionMetadata, _ commit: Bool, _ newProducerID: Int64?) -> TransactionDecision {
            metadata.ending(
                commit: commit, by: last, clientVersion: 2, newProducerID: newProducerID, now: 1_000_000)
        }
        #expect(end(metadata, true, nil) == .needsProducerID)
        guard case .write(let prepared) = end(metadata, true, 60) else {
            Issue.record("nothing is written")
            return
        }
        // The markers carry an epoch above all that the producer had.
        #expect(prepared.identity == ProducerIdentity(id: 7, epoch: .max) && prepared.nextProducerID == 60)
        let completed = prepared.completed(now: 1)
        #expect(completed.identity == ProducerIdentity(id: 60, epoch: 0))
        #expect(completed.previousProducerID == 7 && completed.nextProducerID == -1)
        #expect(completed.lastProducerEpoch == Int16.max - 1)
        #expect(end(completed, true, nil) == .answer(.none))
        #expect(end(completed, false, nil) == .answer(.invalidTxnState))
    }
}
