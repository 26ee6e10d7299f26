// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A batch in a request, to be found again in the answer.
struct SentBatch {
    var partition: SenderPartition
    var batch: ProducerBatch
    var bytes: ByteBuffer
}

extension ProducerSender {
    /// Sends whatever can be sent: a request a leader, with at most one batch of a partition, while the leader has
    /// answered all but `max.in.flight` of them.
    func sendAll(_ now: ContinuousClock.Instant) {
        guard fatalError == nil else { return }
        var byLeader: [Int32: [SenderPartition]] = [:]
        for partition in active where partition.mutedUntil <= now && !partition.queue.waiting.isEmpty {
            if isIdempotent, !prepareIdentity(partition) { continue }
            if !isInTransaction(partition) { continue }
            if let leader = leader(of: partition, now) {
                partition.leader = leader
                byLeader[leader, default: []].append(partition)
            } else {
                staleTopics.insert(partition.topic.name)
            }
        }
        for (leader, partitions) in byLeader {
            guard let connection = openConnection(to: leader) else { continue }
            while connection.isOpen, links[leader]?.inFlight ?? 0 < configuration.maxInFlight {
                let batches = gather(partitions, leader, now)
                if batches.isEmpty { break }
                send(batches, to: leader, connection)
            }
        }
        refreshStaleTopics()
    }

    /// The leader as far as is known. Takes note of how many partitions the topic has by now, and of knowledge that is
    /// too old.
    private func leader(of partition: SenderPartition, _ now: ContinuousClock.Instant) -> Int32? {
        let topic = partition.topic
        guard let known = cluster.assumeIsolated({ $0.topics[topic.name] }) else { return nil }
        if known.fetchedAt + cluster.configuration.metadataMaxAge < now { staleTopics.insert(topic.name) }
        let count = known.metadata.partitions.count
        if count > 0, count != topic.partitionCount { state.resize(topic, to: count) }
        return known.metadata.partition(partition.partition)?.leader
    }

    /// Gives a partition its producer id; false while there is none.
    private func prepareIdentity(_ partition: SenderPartition) -> Bool {
        if partition.queue.identity.isSet { return true }
        guard identity.isSet else {
            // A transactional producer gets its id from initTransactions.
            if configuration.transactionalID == nil { askForIdentity() }
            return false
        }
        partition.queue.adopt(identity)
        return true
    }

    private func gather(
        _ partitions: [SenderPartition], _ leader: Int32, _ now: ContinuousClock.Instant
    ) -> [SentBatch] {
        let start = links[leader, default: BrokerLink()].cursor
        links[leader]?.cursor += 1
        var batches: [SentBatch] = []
        var byteCount = 0
        for offset in partitions.indices {
            let partition = partitions[(start + offset) % partitions.count]
            guard partition.mutedUntil <= now, let head = partition.queue.waiting.first?.batch else { continue }
            let size = head.bytes?.readableBytes ?? head.byteCount
            if !batches.isEmpty, byteCount + size > configuration.maxRequestSize { continue }
            switch partition.queue.next(maxInFlight: configuration.maxInFlight) {
            case .wait:
                continue
            case .needsIdentity:
                if partition.queue.identity.id == identity.id { identity = .none }
                partition.queue.forgetIdentity()
                _ = prepareIdentity(partition)
            case .send(let entry, let identity):
                let bytes = entry.batch.encoded(
                    identity, sequence: entry.sequence ?? -1, isTransactional: configuration.transactionalID != nil)
                entry.batch.attempts += 1
                // Whatever becomes of it, the broker may have added the partition.
                if transaction.addsImplicitly { transaction.hasBegun = true }
                byteCount += bytes.readableBytes
                debug?(
                    .msg,
                    "\(partition.name): sending \(entry.batch.recordCount) records, \(bytes.readableBytes) bytes, to "
                        + "broker \(leader), attempt \(entry.batch.attempts), producer \(identity.id) epoch "
                        + "\(identity.epoch) sequence \(entry.sequence ?? -1)")
                batches.append(SentBatch(partition: partition, batch: entry.batch, bytes: bytes))
            }
        }
        return batches
    }

    private func send(_ batches: [SentBatch], to leader: Int32, _ connection: Connection) {
        var request = ProduceRequest {
            $0.acks = configuration.acks
            $0.timeoutMs = cluster.configuration.requestTimeout.milliseconds32
            $0.transactionalID = configuration.transactionalID
        }
        var ordered: [SentBatch] = []
        var haveIDs = true
        for (_, group) in Dictionary(grouping: batches, by: { $0.partition.topic.index }) {
            let name = group[0].partition.topic.name
            let topicID = cluster.assumeIsolated { $0.topics[name]?.metadata.topicID } ?? .zero
            if topicID == .zero { haveIDs = false }
            request.topicData.append(
                ProduceRequest.Topic {
                    $0.name = name
                    $0.topicID = topicID
                    $0.partitionData = group.map { sent in
                        ProduceRequest.Partition {
                            $0.index = sent.partition.partition
                            $0.records = .deferred(byteCount: sent.bytes.readableBytes)
                        }
                    }
                })
            ordered += group
        }
        let version: Int16
        do throws(ClientError) {
            version = try connection.version(of: ProduceRequest.self, within: produceVersions(haveIDs: haveIDs))
        } catch {
            return fail(fatally: error)
        }
        links[leader, default: BrokerLink()].inFlight += 1
        state.noteRequest(retries: batches.count { $0.batch.attempts > 1 })
        let names = Dictionary(
            request.topicData.map { ($0.topicID, $0.name) }, uniquingKeysWith: { first, _ in first })
        connection.submit(
            request, version: version, timeout: cluster.configuration.requestTimeout, records: ordered.map(\.bytes),
            expectsResponse: configuration.acks != 0
        ) { result in
            self.complete(ordered, leader, result, names)
        }
    }

    /// Version 13 names topics by id; 12 and above add partitions to transactions (KIP-890).
    private func produceVersions(haveIDs: Bool) -> ClosedRange<Int16> {
        guard configuration.transactionalID != nil else { return 3...(haveIDs ? 13 : 12) }
        return transaction.addsImplicitly ? 12...(haveIDs ? 13 : 12) : 3...11
    }

    private func complete(
        _ batches: [SentBatch], _ leader: Int32, _ result: Result<ProduceResponse, ClientError>,
        _ names: [KafkaUUID: String]
    ) {
        links[leader]?.inFlight -= 1
        switch result {
        case .failure(let error):
            for sent in batches { refuse(sent, nil, error) }
        case .success(let response) where configuration.acks == 0:
            _ = response
            for sent in batches where sent.partition.queue.acknowledge(sent.batch.id) {
                report(sent.partition, sent.batch, .success(Delivered(baseOffset: -1, logAppendTime: -1)))
            }
        case .success(let response):
            var answers: [TopicPartition: ProduceResponse.Partition] = [:]
            for topic in response.responses {
                let name = topic.name.isEmpty ? names[topic.topicID] ?? "" : topic.name
                for partition in topic.partitionResponses {
                    answers[TopicPartition(name, partition.index)] = partition
                }
            }
            for sent in batches { take(answers[sent.partition.name], for: sent) }
        }
        // With acks=0 this is called in the midst of a round.
        if configuration.acks != 0 { run() } else { wake() }
    }

    private func take(_ answer: ProduceResponse.Partition?, for sent: SentBatch) {
        guard let answer else {
            let error = ClientError(.invalidResponse, "the broker's answer lacks \(sent.partition.name)")
            return refuse(sent, .unknownServerError, error)
        }
        guard answer.errorCode == .none else {
            var message = answer.errorMessage
            if let first = answer.recordErrors.first {
                message = first.batchIndexErrorMessage ?? message
            }
            let error = ClientError(answer.errorCode, "writing to \(sent.partition.name)", message)
            noteRefusal(answer.errorCode, message, sent.partition)
            return refuse(sent, answer.errorCode, error)
        }
        guard sent.partition.queue.acknowledge(sent.batch.id) else { return }
        sent.partition.backoff.reset()
        sent.partition.lastError = nil
        if let troubles = cluster.troubles { troubles.accepted(sent.partition.troubleName) }
        debug?(
            .msg,
            "\(sent.partition.name): \(sent.batch.recordCount) records are stored from offset \(answer.baseOffset)")
        report(
            sent.partition, sent.batch,
            .success(Delivered(baseOffset: answer.baseOffset, logAppendTime: answer.logAppendTimeMs)))
    }

    /// Tells of what may pass, but does not at once.
    private func noteRefusal(_ code: ErrorCode, _ message: String?, _ partition: SenderPartition) {
        guard let troubles = cluster.troubles, code.isRetriable else { return }
        // These settle themselves.
        guard code != .outOfOrderSequenceNumber, code != .concurrentTransactions else { return }
        let words = message.flatMap { $0.isEmpty ? nil : $0 } ?? code.whileWaiting
        troubles.refused(partition.troubleName, words, cause: "\(code) of topic \(partition.topic.name)")
    }

    private func refuse(_ sent: SentBatch, _ code: ErrorCode?, _ error: ClientError) {
        let (partition, batch) = (sent.partition, sent.batch)
        debug?(.msg, "\(partition.name): \(batch.recordCount) records are not stored: \(error.message)")
        batch.lastError = error
        partition.lastError = error
        let now = ContinuousClock.now
        // Of an answer that can't be read nobody knows whether the batch is stored, as of a connection that broke.
        let isPassing = code?.isRetriable ?? (error.isRetriable || error.kind == .invalidResponse)
        let isLate = now >= batch.openedAt + deliveryTimeout
        let mayRetry =
            !isLate && batch.attempts <= configuration.retries && (code != nil || isPassing) && transaction.mayRetry
        guard let verdict = partition.queue.refuse(batch.id, code, mayRetry: mayRetry) else { return }
        switch verdict {
        case .delivered:
            report(partition, batch, .success(Delivered(baseOffset: -1, logAppendTime: -1)))
        case .retry:
            if code == .concurrentTransactions {
                // The transaction before is being ended; that has nothing to do with the leader.
                var backoff = transactionBackoff
                partition.mutedUntil = now + backoff.next()
                break
            }
            partition.mutedUntil = now + partition.backoff.next()
            if code == nil || code != .outOfOrderSequenceNumber { staleTopics.insert(partition.topic.name) }
        case .split:
            split(partition, batch)
        case .fail:
            partition.backoff.reset()
            report(
                partition, batch,
                .failure(isLate && isPassing ? late(partition, batch) : explain(error, partition, batch)))
            switch code {
            case .producerFenced, .clusterAuthorizationFailed, .transactionalIDAuthorizationFailed,
                .unsupportedForMessageFormat:
                fail(fatally: error)
            default:
                break
            }
        }
    }

    private func explain(_ error: ClientError, _ partition: SenderPartition, _ batch: ProducerBatch) -> ClientError {
        guard error.errorCode == .messageTooLarge || error.errorCode == .recordListTooLarge else { return error }
        let size = batch.bytes?.readableBytes ?? batch.byteCount
        return ClientError(
            error.kind, "a record of \(size) bytes with its batch is too large for \(partition.name): \(error.message)")
    }

    private func split(_ partition: SenderPartition, _ batch: ProducerBatch) {
        do throws(RecordError) {
            let parts = try batch.halves(compression)
            partition.queue.replace(batch.id, with: parts)
            for _ in parts.dropFirst() { state.noteSplit(partition.topic, partition.partition) }
        } catch {
            for batch in partition.queue.expire({ $0.id == batch.id }) {
                report(
                    partition, batch, .failure(ClientError(.invalidArgument, "records for \(partition.name): \(error)"))
                )
            }
        }
    }
}
