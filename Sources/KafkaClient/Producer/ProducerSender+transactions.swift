// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ProducerSender {
    private static let notOpen = ClientError(
        .invalidArgument, "no transaction is open: call beginTransaction before appending")

    private func transactionalID() throws(ClientError) -> String {
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
        transaction.phase = .ready
    }

    /// A producer id with an epoch above all that this transactional id had.
    private func initTransactionalID(_ id: String) async throws(ClientError) -> ProducerIdentity {
        let known = identity
        let timeoutMs = configuration.transactionTimeout.milliseconds32
        let response: InitProducerIdResponse = try await request { (version) throws(ClientError) in
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
        return ProducerIdentity(id: response.producerID, epoch: response.producerEpoch)
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

    /// - Throws: unless a transaction is open and nothing in it has failed.
    func checkOpen() throws(ClientError) {
        _ = try transactionalID()
        switch transaction.phase {
        case .open: state.block(Self.notOpen)
        case .failed(let error): throw error
        default: throw ClientError(.invalidArgument, "no transaction is open")
        }
    }

    /// Drops what waits; what is on its way is waited for by a flush.
    func dropTransaction() throws(ClientError) {
        _ = try transactionalID()
        switch transaction.phase {
        case .open, .failed: break
        default: throw ClientError(.invalidArgument, "no transaction is open")
        }
        state.block(Self.notOpen)
        transaction.phase = .ending
        for closed in state.collect(linger: .zero, now: .now, mayClose: { _, _ in true }).batches { enqueue(closed) }
        let error = ClientError(.cancelled, "the transaction has been aborted")
        for partition in active {
            let inFlight = Set(partition.queue.inFlight.map(\.batch.id))
            for batch in partition.queue.expire({ !inFlight.contains($0.id) }) {
                if batch.attempts > 0 { transaction.isInDoubt = true }
                report(partition, batch, .failure(error))
            }
        }
    }

    func endTransaction(commit: Bool) async throws(ClientError) {
        let id = try transactionalID()
        if commit, case .failed(let error) = transaction.phase { throw error }
        transaction.phase = .ending
        if transaction.hasBegun {
            let identity = identity
            let _: EndTxnResponse = try await request(versions: 0...4) { (_) throws(ClientError) in
                EndTxnRequest {
                    $0.transactionalID = id
                    $0.producerID = identity.id
                    $0.producerEpoch = identity.epoch
                    $0.committed = commit
                }
            } code: {
                $0.errorCode
            }
        }
        if transaction.isInDoubt {
            identity = try await initTransactionalID(id)
            for partition in partitions.values { partition.queue.adopt(identity) }
            transaction.isInDoubt = false
        }
        transaction.phase = .ready
    }

    func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], _ group: ConsumerGroupMetadata
    ) async throws(ClientError) {
        let id = try transactionalID()
        guard transaction.phase == .open else { throw Self.notOpen }
        guard !offsets.isEmpty else { return }
        let identity = identity
        let _: AddOffsetsToTxnResponse = try await request { (_) throws(ClientError) in
            AddOffsetsToTxnRequest {
                $0.transactionalID = id
                $0.producerID = identity.id
                $0.producerEpoch = identity.epoch
                $0.groupID = group.groupID
            }
        } code: {
            $0.errorCode
        }
        transaction.hasBegun = true
        let response: TxnOffsetCommitResponse = try await Admin(cluster).send(
            to: .group(group.groupID), versions: 0...4
        ) { (version) throws(ClientError) in
            TxnOffsetCommitRequest(id, identity, offsets, group, version)
        }
        for topic in response.topics {
            for partition in topic.partitions where partition.errorCode != .none {
                let error = ClientError(
                    partition.errorCode, "committing the offset of \(topic.name)-\(partition.partitionIndex)")
                failTransaction(error)
                throw error
            }
        }
    }

    // MARK: Partitions

    /// Whether a partition is part of the transaction; if not, it is added and a new round follows.
    func isInTransaction(_ partition: SenderPartition) -> Bool {
        guard configuration.transactionalID != nil else { return true }
        switch transaction.phase {
        case .open, .ending: break
        default: return false
        }
        if transaction.added.contains(partition.name) { return true }
        addPartitions()
        return false
    }

    private func addPartitions() {
        guard !transaction.isAdding, let id = configuration.transactionalID else { return }
        transaction.isAdding = true
        Task {
            let names = active.map(\.name).filter { !transaction.added.contains($0) }
            let identity = identity
            do throws(ClientError) {
                let _: AddPartitionsToTxnResponse = try await request(versions: 0...3) { (_) throws(ClientError) in
                    AddPartitionsToTxnRequest {
                        $0.v3AndBelowTransactionalID = id
                        $0.v3AndBelowProducerID = identity.id
                        $0.v3AndBelowProducerEpoch = identity.epoch
                        $0.v3AndBelowTopics = names.byTopic.map { topic, indexes in
                            AddPartitionsToTxnRequest.Topic {
                                $0.name = topic
                                $0.partitions = indexes
                            }
                        }
                    }
                } code: { response in
                    let codes = response.resultsByTopicV3AndBelow.flatMap { topic in
                        topic.resultsByPartition.map(\.partitionErrorCode)
                    }
                    // Those that the coordinator did not try say nothing.
                    return codes.first { $0 != .none && $0 != .operationNotAttempted } ?? response.errorCode
                }
                transaction.added.formUnion(names)
                transaction.hasBegun = true
            } catch {
                failTransaction(error)
            }
            transaction.isAdding = false
            run()
        }
    }

    /// Something could not be done: what is left of the transaction fails with it.
    func failTransaction(_ error: ClientError) {
        guard configuration.transactionalID != nil, transaction.phase == .open else { return }
        transaction.isInDoubt = true
        transaction.phase = .failed(error)
        state.block(error)
        for partition in active {
            let inFlight = Set(partition.queue.inFlight.map(\.batch.id))
            for batch in partition.queue.expire({ !inFlight.contains($0.id) }) {
                report(partition, batch, .failure(error))
            }
        }
    }

    // MARK: Requests

    /// Asks the transaction's coordinator, again while it is busy with the last one.
    private func request<R: RequestMessage>(
        versions: ClosedRange<Int16> = R.versions, _ make: @Sendable (Int16) throws(ClientError) -> R,
        code: (R.Response) -> ErrorCode
    ) async throws(ClientError) -> R.Response {
        let id = configuration.transactionalID ?? ""
        let deadline = ContinuousClock.now + configuration.maxBlock
        return try await retrying(until: deadline, cluster.retryBackoff, "\(R.apiKey)") { () throws(ClientError) in
            let response: R.Response = try await Admin(cluster).send(
                to: .transaction(id), versions: versions, make)
            let code = code(response)
            guard code != .none else { return response }
            if code == .notCoordinator || code == .coordinatorNotAvailable {
                await cluster.forgetCoordinator(.transaction, id)
            }
            let error = ClientError(code, "transactional id \(id)")
            switch code {
            case .producerFenced, .invalidProducerEpoch, .invalidProducerIDMapping,
                .transactionalIDAuthorizationFailed, .clusterAuthorizationFailed:
                fail(fatally: error)
            default:
                break
            }
            throw error
        }
    }
}

extension TxnOffsetCommitRequest {
    init(
        _ id: String, _ identity: ProducerIdentity, _ offsets: [TopicPartition: CommittedOffset],
        _ group: ConsumerGroupMetadata, _ version: Int16
    ) {
        self.init {
            $0.transactionalID = id
            $0.groupID = group.groupID
            $0.producerID = identity.id
            $0.producerEpoch = identity.epoch
            if version >= 3 {
                $0.generationIDOrMemberEpoch = group.generationID
                $0.memberID = group.generationID < 0 ? "" : group.memberID
                $0.groupInstanceID = group.generationID < 0 ? nil : group.groupInstanceID
            }
            $0.topics = offsets.keys.byTopic.map { topic, indexes in
                TxnOffsetCommitRequest.Topic {
                    $0.name = topic
                    $0.partitions = indexes.map { index in
                        let offset = offsets[TopicPartition(topic, index)]
                        return TxnOffsetCommitRequest.Partition {
                            $0.partitionIndex = index
                            $0.committedOffset = offset?.offset ?? -1
                            if version >= 2 { $0.committedLeaderEpoch = offset?.leaderEpoch ?? -1 }
                            $0.committedMetadata = offset?.metadata ?? ""
                        }
                    }
                }
            }
        }
    }
}
