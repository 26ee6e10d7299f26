// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The beginning and the end of transactions.
extension ProducerSender {
    private static let notOpen = ClientError(
        .invalidArgument, "no transaction is open: call beginTransaction before appending")

    func transactionalID() throws(ClientError) -> String {
        guard let id = configuration.transactionalID else {
            throw ClientError(.configuration, "transactional.id is not set, which transactions need")
        }
        if let fatalError { throw fatalError }
        return id
    }

    func initTransactions() async throws(ClientError) {
        let id = try transactionalID()
        guard transaction.phase == .uninitialized else {
            throw ClientError(.invalidArgument, "initTransactions has been called before")
        }
        state.block(Self.notOpen)
        identity = try await initTransactionalID(id)
        transaction.addsImplicitly = hasImplicitAdds() ?? false
        transaction.phase = .ready
    }

    /// A producer id with an epoch above all that this transactional id had.
    private func initTransactionalID(_ id: String) async throws(ClientError) -> ProducerIdentity {
        let known = identity
        let timeoutMs = configuration.transactionTimeout.milliseconds32
        let response: InitProducerIdResponse = try await coordinate { (version) throws(ClientError) in
            InitProducerIdRequest {
                $0.transactionalID = id
                $0.transactionTimeoutMs = timeoutMs
                if version >= 3 {
                    $0.producerID = known.id
                    $0.producerEpoch = known.epoch
                }
            }
        } code: {
            $0.errorCode
        }
        guard response.producerID >= 0, response.producerEpoch >= 0 else {
            throw ClientError(.invalidResponse, "the broker gave the producer id \(response.producerID), which is none")
        }
        return ProducerIdentity(id: response.producerID, epoch: response.producerEpoch)
    }

    /// Whether the cluster has `transaction.version` 2, as far as is known now; nil while no broker is connected.
    private func hasImplicitAdds() -> Bool? {
        guard let versions = cluster.assumeIsolated({ $0.newestVersions }) else { return nil }
        let level = versions.response.finalizedFeatures.first { $0.name == "transaction.version" }?.maxVersionLevel
        return (level ?? 0) >= 2 && versions.highestCommon(.endTxn, EndTxnRequest.versions) ?? 0 >= 5
    }

    func beginTransaction() throws(ClientError) {
        _ = try transactionalID()
        switch transaction.phase {
        case .ready: break
        case .uninitialized:
            throw ClientError(.invalidArgument, "initTransactions must be called before beginTransaction")
        case .failed(let error): throw error
        case .open, .ending: throw ClientError(.invalidArgument, "a transaction is open already")
        }
        transaction.begin()
        state.block(nil)
    }

    /// Whether something is open that nobody is ending.
    var hasOpenTransaction: Bool {
        guard fatalError == nil, !hasStopped else { return false }
        switch transaction.phase {
        case .open, .failed: return true
        default: return false
        }
    }

    /// Lets nothing more be appended.
    /// - Throws: unless a transaction is open and nothing in it has failed.
    func prepareCommit() throws(ClientError) {
        _ = try transactionalID()
        switch transaction.phase {
        case .open: state.block(Self.notOpen)
        case .ending(commit: true): break
        case .failed(let error): throw error
        default: throw ClientError(.invalidArgument, "no transaction is open")
        }
    }

    /// Drops what waits; what is on its way is waited for by a flush.
    func prepareAbort() throws(ClientError) {
        _ = try transactionalID()
        switch transaction.phase {
        case .open, .failed: break
        case .ending(commit: false): return
        case .ending(commit: true):
            throw ClientError(
                .invalidArgument, "whether the transaction is committed is not known: call commitTransaction again")
        default: throw ClientError(.invalidArgument, "no transaction is open")
        }
        state.block(Self.notOpen)
        transaction.phase = .ending(commit: false)
        for closed in state.collect(linger: .zero, now: .now, mayPass: false, mayClose: { _ in true }).batches {
            enqueue(closed)
        }
        dropWaiting(ClientError(.cancelled, "the transaction has been aborted"))
    }

    func endTransaction(commit: Bool) async throws(ClientError) {
        let id = try transactionalID()
        if commit, case .failed(let error) = transaction.phase { throw error }
        transaction.phase = .ending(commit: commit)
        // What comes to the coordinator behind the end would begin another transaction, or be taken for that of a
        // producer that has been fenced off.
        await transaction.adding?.value
        if let fatalError { throw fatalError }
        if transaction.hasBegun { try await sendEnd(id, commit: commit) }
        let hadImplicitAdds = transaction.addsImplicitly
        transaction.addsImplicitly = hasImplicitAdds() ?? hadImplicitAdds
        if transaction.isInDoubt || transaction.addsImplicitly && !hadImplicitAdds {
            adopt(try await initTransactionalID(id))
            transaction.isInDoubt = false
        }
        transaction.phase = .ready
    }

    private func sendEnd(_ id: String, commit: Bool) async throws(ClientError) {
        let identity = identity
        let response: EndTxnResponse
        do throws(ClientError) {
            response = try await coordinate(versions: transaction.addsImplicitly ? 5...5 : 0...4) {
                (_) throws(ClientError) in
                EndTxnRequest {
                    $0.transactionalID = id
                    $0.producerID = identity.id
                    $0.producerEpoch = identity.epoch
                    $0.committed = commit
                }
            } code: {
                $0.errorCode
            }
        } catch {
            // Nothing to abort is as good as aborted.
            if !commit, !transaction.hasBegun, fatalError == nil { return }
            if !error.isRetriable, error.kind != .cancelled { transaction.phase = .failed(error) }
            throw error
        }
        transaction.hasBegun = false
        guard response.producerID >= 0 else { return }
        adopt(ProducerIdentity(id: response.producerID, epoch: response.producerEpoch))
        transaction.isInDoubt = false
    }

    private func adopt(_ identity: ProducerIdentity) {
        self.identity = identity
        for partition in partitions.values { partition.queue.adopt(identity) }
    }

    /// Something could not be done: what is left of the transaction fails with it.
    /// - Returns: the error to throw, which nobody takes for one that passes.
    @discardableResult
    func failTransaction(_ cause: ClientError) -> ClientError {
        let error = cause.isRetriable ? ClientError(.broker(.transactionAbortable), cause.message) : cause
        guard configuration.transactionalID != nil, transaction.phase == .open else { return error }
        transaction.isInDoubt = true
        transaction.phase = .failed(error)
        state.block(error)
        dropWaiting(error)
        return error
    }

    private func dropWaiting(_ error: ClientError) {
        for partition in active {
            let inFlight = Set(partition.queue.inFlight.map(\.batch.id))
            for batch in partition.queue.expire({ !inFlight.contains($0.id) }) {
                report(partition, batch, .failure(error))
            }
        }
    }

    /// Asks the transaction's coordinator, again while it is busy with the last one.
    func coordinate<R: RequestMessage>(
        versions: ClosedRange<Int16> = R.versions, _ make: @Sendable (Int16) throws(ClientError) -> R,
        code: (R.Response) -> ErrorCode
    ) async throws(ClientError) -> R.Response {
        let id = configuration.transactionalID ?? ""
        let deadline = ContinuousClock.now + configuration.maxBlock
        return try await retrying(
            until: deadline, transactionBackoff, "\(R.apiKey) of transactional id \(id)", troubles: cluster.troubles
        ) { () throws(ClientError) in
            let response: R.Response = try await Admin(cluster).send(
                to: .transaction(id), versions: versions, make)
            let code = code(response)
            guard code != .none else { return response }
            if code == .notCoordinator || code == .coordinatorNotAvailable {
                await cluster.forgetCoordinator(.transaction, id)
            }
            let error = ClientError(code, "transactional id \(id)")
            noteTransactionError(code, error)
            throw error
        }
    }

    /// The markers of the transaction before are written within milliseconds, usually.
    var transactionBackoff: Backoff {
        Backoff(
            min(.milliseconds(20), cluster.configuration.retryBackoff), cluster.configuration.retryBackoffMax)
    }

    /// What a coordinator's refusal means for the whole producer.
    func noteTransactionError(_ code: ErrorCode, _ error: ClientError) {
        switch code {
        case .producerFenced, .invalidProducerEpoch, .transactionalIDAuthorizationFailed, .clusterAuthorizationFailed,
            .invalidTxnState:
            fail(fatally: error)
        case .invalidProducerIDMapping, .unknownProducerID:
            // The coordinator has forgotten the producer (transactional.id.expiration.ms) and has nothing to end.
            transaction.hasBegun = false
            transaction.isInDoubt = true
            identity = .none
        default:
            break
        }
    }
}
