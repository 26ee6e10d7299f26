// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging

/// The answer to a request that may give the producer a new id or epoch.
struct ProducerAnswer: Sendable, Equatable {
    var error: ErrorCode
    var producer: ProducerIdentity

    static func refused(_ error: ErrorCode) -> ProducerAnswer {
        ProducerAnswer(error: error, producer: ProducerIdentity(id: -1, epoch: -1))
    }

    static func granted(_ producer: ProducerIdentity) -> ProducerAnswer {
        ProducerAnswer(error: .none, producer: producer)
    }
}

extension TransactionCoordinator {
    /// InitProducerId with a transactional id.
    ///
    /// - Parameter expected: what a producer that goes on after an error says it is (KIP-360).
    func initProducerID(
        _ transactionalID: String, timeoutMs: Int32, expected: ProducerIdentity?
    ) async -> ProducerAnswer {
        guard !transactionalID.isEmpty else { return .refused(.invalidRequest) }
        guard timeoutMs > 0, timeoutMs <= configuration.maxTimeoutMs else {
            return .refused(.invalidTransactionTimeout)
        }
        let error = await createTopic()
        guard error == .none else { return .refused(error) }
        let outcome = await change(transactionalID) { current, newProducerID, now in
            let created = newProducerID.map {
                TransactionMetadata(producerID: $0, timeoutMs: timeoutMs, lastUpdateTimestamp: now)
            }
            guard let metadata = current ?? created else { return .needsProducerID }
            return metadata.initializing(
                timeoutMs: timeoutMs, expected: expected, newProducerID: newProducerID,
                serverVersion: transactionVersion(), now: now)
        }
        switch outcome {
        case .unchanged(let error):
            return .refused(error)
        case .written(let metadata) where metadata.state == .prepareAbort:
            await complete(transactionalID)
            // The caller asks again, and gets an epoch that the fenced producer never had.
            return .refused(.concurrentTransactions)
        case .written(let metadata):
            return .granted(metadata.identity)
        }
    }

    /// Makes partitions part of the producer's transaction.
    ///
    /// - Parameter clientVersion: the transaction protocol of the producer, 0 or 2.
    func addPartitions(
        _ added: Set<TopicPartition>, to transactionalID: String, by producer: ProducerIdentity, clientVersion: Int16
    ) async -> ErrorCode {
        guard !transactionalID.isEmpty else { return .invalidRequest }
        let outcome = await change(transactionalID) { current, _, now in
            guard let current else { return .answer(.invalidProducerIDMapping) }
            return current.adding(added, by: producer, clientVersion: clientVersion, now: now)
        }
        guard case .unchanged(let error) = outcome else { return .none }
        return error
    }

    /// The code for each partition that is not part of the producer's transaction.
    func verifyPartitions(
        _ asked: Set<TopicPartition>, in transactionalID: String, by producer: ProducerIdentity
    ) -> [TopicPartition: ErrorCode] {
        func refuse(_ error: ErrorCode) -> [TopicPartition: ErrorCode] {
            Dictionary(asked.map { ($0, error) }) { first, _ in first }
        }
        guard !transactionalID.isEmpty else { return refuse(.invalidRequest) }
        if let refusal = refusal(of: transactionalID) { return refuse(refusal) }
        return transactions[transactionalID]?.verifying(asked, by: producer) ?? refuse(.invalidProducerIDMapping)
    }

    /// The partition of `__consumer_offsets` with the offsets of a group.
    func offsetsPartition(of groupID: String) async throws(CoordinatorLogError) -> TopicPartition {
        TopicPartition(TopicName.offsets, try await groups.partition(of: groupID))
    }

    /// EndTxn. The outcome is in the partitions when this returns, unless one of them can't be written.
    ///
    /// - Parameter clientVersion: the transaction protocol of the producer, 0 or 2.
    /// - Returns: the producer id and epoch of the next transaction.
    func endTransaction(
        _ transactionalID: String, commit: Bool, by producer: ProducerIdentity, clientVersion: Int16
    ) async -> ProducerAnswer {
        guard !transactionalID.isEmpty else { return .refused(.invalidRequest) }
        let outcome = await change(transactionalID) { current, newProducerID, now in
            guard let current else { return .answer(.invalidProducerIDMapping) }
            return current.ending(
                commit: commit, by: producer, clientVersion: clientVersion, newProducerID: newProducerID, now: now)
        }
        switch outcome {
        case .unchanged(.none):
            return transactions[transactionalID].map { .granted($0.identity) } ?? .refused(.invalidProducerIDMapping)
        case .unchanged(let error):
            return .refused(error)
        case .written(let prepared):
            await complete(transactionalID)
            return .granted(prepared.completed(now: 0).identity)
        }
    }

    /// What became of a decision.
    enum Outcome {
        case unchanged(ErrorCode)
        case written(TransactionMetadata)
    }

    /// Lets `decide` say what becomes of a transactional id, and writes it.
    ///
    /// - Parameter decide: gets what is known of the id, and a new producer id once it asked for one.
    func change(
        _ transactionalID: String,
        _ decide: (_ current: TransactionMetadata?, _ newProducerID: Int64?, _ now: Int64) -> TransactionDecision
    ) async -> Outcome {
        var newProducerID: Int64?
        while true {
            if let refusal = refusal(of: transactionalID) { return .unchanged(refusal) }
            if transactions[transactionalID]?.state.isPrepared == true, !completing.contains(transactionalID) {
                // A marker or the end could not be written before.
                await complete(transactionalID)
                if let refusal = refusal(of: transactionalID) { return .unchanged(refusal) }
            }
            switch decide(transactions[transactionalID], newProducerID, clock.now()) {
            case .answer(let error):
                return .unchanged(error)
            case .write(let metadata):
                let error = write(metadata, of: transactionalID)
                return error == .none ? .written(metadata) : .unchanged(error)
            case .needsProducerID:
                do { newProducerID = try await producerIDs.next() } catch {
                    warnings.log(
                        .error, "producers without an id",
                        "There is no producer id for \(transactionalID.printable): \(error)")
                    return .unchanged(.coordinatorLoadInProgress)
                }
            }
        }
    }
}
