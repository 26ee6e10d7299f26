// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import NIOCore

/// Appends batches, on the event loop of the connection: parse, check, write, answer. Only what takes long to decompress
/// is handed on, so that nobody else on the loop waits for it; the connection's next request does.
///
/// Versions 0 to 2 are advertised but refused, see `ApiVersionsHandler`.
///
/// WRITE on the transactional id of a transaction's records, without which nothing is done, and on the topics; an id that
/// nobody has is unknown.
struct ProduceHandler: RequestHandler {
    let partitions: PartitionRegistry
    /// Runs what blocks: an fsync that `flush.messages` asks for.
    let background: BackgroundQueue
    /// `min.insync.replicas` above 1 can't be met by one node.
    let minInsyncReplicas: @Sendable (_ topic: String) -> Int
    /// Decides whether a transactional batch may be appended, and adds its partition to the transaction (KIP-890).
    let transactions: any TransactionGate
    let logger: Logger
    /// Checks batches whose records take long to decompress.
    let inflation: BackgroundQueue
    /// Where there are several.
    var node: NodeView?

    /// Bytes that a request's records may become on the event loop: some milliseconds, and more than most clients send.
    private static let inflatedBytesOnLoop = 2 << 20
    /// After so many of them others on the loop have their turn.
    private static let inflatedBytesInTurn = 128 << 10

    func handle(_ request: ProduceRequest, _ context: RequestContext, _ reply: Reply<ProduceResponse>) {
        guard (-1...1).contains(request.acks) else {
            return answer(request, reply, refused(request, .invalidRequiredAcks), flushing: [])
        }
        guard request.isTransactional else { return append(request, context, reply, TransactionAdmission()) }
        // Without an id nobody could say whose transaction it is.
        guard let transactionalID = request.transactionalID,
            context.authorize(.write, .transactionalID, transactionalID)
        else {
            return answer(request, reply, refused(request, .transactionalIDAuthorizationFailed), flushing: [])
        }
        transactions.admit(
            request, transactionalID, version: context.apiVersion, on: context.eventLoop,
            where: { context.authorize(.write, .topic, $0, audit: .none) }
        ) { admission in
            append(request, context, reply, admission)
        }
    }

    private func append(
        _ request: ProduceRequest, _ context: RequestContext, _ reply: Reply<ProduceResponse>,
        _ admission: TransactionAdmission
    ) {
        var progress = Progress(request, admission, now: WallClock.milliseconds())
        guard append(&progress, context, inflationLimit: Self.inflatedBytesOnLoop) else {
            return inflation.run { [progress] in
                var progress = progress
                context.countingTime { _ = append(&progress, context, inflationLimit: .max) }
                answer(request, reply, progress.response, flushing: progress.unflushed)
            }
        }
        guard progress.inflatedBytes <= Self.inflatedBytesInTurn else {
            return context.eventLoop.execute { [progress] in
                answer(request, reply, progress.response, flushing: progress.unflushed)
            }
        }
        answer(request, reply, progress.response, flushing: progress.unflushed)
    }

    /// How far a request has been carried out.
    private struct Progress: Sendable {
        let request: ProduceRequest
        let admission: TransactionAdmission
        let now: Int64
        var response = ProduceResponse()
        var unflushed: [Partition] = []
        var inflatedBytes = 0

        init(_ request: ProduceRequest, _ admission: TransactionAdmission, now: Int64) {
            self.request = request
            self.admission = admission
            self.now = now
            response.responses.reserveCapacity(request.topicData.count)
        }

        /// Says where a node is that leads (KIP-951).
        mutating func name(_ id: Int32, _ node: NodeView, _ connection: ConnectionInfo) {
            guard !response.nodeEndpoints.contains(where: { $0.nodeID == id }),
                let endpoint = node.endpoint(of: id, connection)
            else { return }
            response.nodeEndpoints.append(
                .init {
                    ($0.nodeID, $0.host, $0.port) = (id, endpoint.host, endpoint.port)
                    $0.rack = node.endpoints[id]?.rack
                })
        }
    }

    /// Appends what is not appended yet, in order.
    /// - Returns: false if the next batch takes more to decompress than the limit leaves.
    private func append(_ progress: inout Progress, _ context: RequestContext, inflationLimit: Int) -> Bool {
        let request = progress.request
        // The last topic may have been begun.
        for position in max(progress.response.responses.count - 1, 0)..<request.topicData.count {
            let requested = request.topicData[position]
            let topic =
                context.apiVersion >= 13 ? partitions.topic(requested.topicID) : partitions.topic(requested.name)
            if position == progress.response.responses.count {
                progress.response.responses.append(
                    .init {
                        $0.name = requested.name
                        $0.topicID = requested.topicID
                    })
            }
            let done = progress.response.responses[position].partitionResponses.count
            // An id that nobody has is no secret; whether a name is a topic's may be.
            let mayWrite =
                topic == nil && context.apiVersion >= 13 || done > 0
                || context.authorize(
                    .write, .topic, topic?.name ?? requested.name, count: requested.partitionData.count)
            for data in requested.partitionData.dropFirst(done) {
                guard mayWrite else {
                    progress.response.responses[position].partitionResponses.append(
                        .refused(data.index, .topicAuthorizationFailed))
                    continue
                }
                let limit = inflationLimit == .max ? .max : inflationLimit - progress.inflatedBytes
                let answer = append(data, to: topic, &progress, context, inflationLimit: limit)
                if answer.errorCode == .operationNotAttempted { return false }
                progress.response.responses[position].partitionResponses.append(answer)
            }
        }
        return true
    }

    private func append(
        _ data: ProduceRequest.Partition, to topic: PartitionRegistry.Topic?, _ progress: inout Progress,
        _ context: RequestContext, inflationLimit: Int
    ) -> ProduceResponse.Partition {
        var answer = ProduceResponse.Partition()
        answer.index = data.index
        answer.baseOffset = -1
        func refuse(_ error: ErrorCode, _ message: String? = nil) -> ProduceResponse.Partition {
            answer.errorCode = error
            answer.errorMessage = message
            return answer
        }
        guard let topic else {
            return refuse(context.apiVersion >= 13 ? .unknownTopicID : .unknownTopicOrPartition)
        }
        guard let partition = topic.partitions[data.index] else { return refuse(.unknownTopicOrPartition) }
        if let node, !node.leads(partition) {
            let leader = node.leader(of: partition)
            (answer.currentLeader.leaderID, answer.currentLeader.leaderEpoch) = leader
            if context.apiVersion >= 10 { progress.name(leader.id, node, context.connection) }
            return refuse(.notLeaderOrFollower)
        }
        if TopicName.isInternal(topic.name), context.clientID != TopicName.adminClientID {
            return refuse(.invalidTopicException, "The topic \(topic.name) is written by the broker alone.")
        }
        if let refusal = progress.admission.refusals[partition.topicPartition] { return refuse(refusal) }
        if progress.request.acks == -1, minInsyncReplicas(topic.name) > node?.inSyncCount(partition) ?? 1 {
            return refuse(
                .notEnoughReplicas,
                node == nil
                    ? "min.insync.replicas is above 1, and this broker is alone."
                    : "Fewer replicas are in sync than min.insync.replicas asks for.")
        }
        guard case .bytes(let bytes) = data.records else { return refuse(.invalidRecord, "There are no records.") }
        do throws(LogError) {
            let result = try partition.append(
                bytes, origin: .client, now: progress.now,
                verification: progress.admission.guards[partition.topicPartition],
                inflationLimit: max(inflationLimit, 0))
            progress.inflatedBytes += result.inflatedByteCount
            answer.baseOffset = result.baseOffset
            answer.logAppendTimeMs = result.logAppendTime
            answer.logStartOffset = result.logStartOffset
            if result.mustFlush || partition.mustFlush { progress.unflushed.append(partition) }
            if result.rolled { flushRolledSegments(of: partition) }
            return answer
        } catch {
            answer.logStartOffset = partition.log.logStartOffset
            answer.recordErrors = error.recordErrors.map { issue in
                .init {
                    $0.batchIndex = Int32(issue.index)
                    $0.batchIndexErrorMessage = issue.message
                }
            }
            return refuse(error.code, error.message)
        }
    }

    /// A segment that is full won't change any more: it goes to disk at once, so that a restart needn't check it.
    private func flushRolledSegments(of partition: Partition) {
        background.run {
            // What goes wrong is said by the partition, and shows with the next append.
            _ = try? partition.flushRolledSegments(now: WallClock.milliseconds())
        }
    }

    private func refused(_ request: ProduceRequest, _ error: ErrorCode) -> ProduceResponse {
        ProduceResponse { response in
            response.responses = request.topicData.map { topic in
                .init {
                    $0.name = topic.name
                    $0.topicID = topic.topicID
                    $0.partitionResponses = topic.partitionData.map { .refused($0.index, error) }
                }
            }
        }
    }

    private func answer(
        _ request: ProduceRequest, _ reply: Reply<ProduceResponse>, _ response: ProduceResponse,
        flushing unflushed: [Partition]
    ) {
        if !unflushed.isEmpty {
            // The answer waits for the disk, the event loop doesn't.
            return background.run {
                var response = response
                for partition in unflushed {
                    do throws(LogError) { try partition.flush(now: WallClock.milliseconds()) } catch {
                        fail(partition, error, in: &response)
                    }
                }
                finish(request, reply, response)
            }
        }
        finish(request, reply, response)
    }

    private func fail(_ partition: Partition, _ error: LogError, in response: inout ProduceResponse) {
        for topic in response.responses.indices
        where response.responses[topic].name == partition.topicPartition.topic
            || response.responses[topic].topicID == partition.topicID
        {
            for index in response.responses[topic].partitionResponses.indices
            where response.responses[topic].partitionResponses[index].index == partition.topicPartition.partition {
                response.responses[topic].partitionResponses[index].errorCode = error.code
                response.responses[topic].partitionResponses[index].errorMessage = error.message
            }
        }
    }

    private func finish(_ request: ProduceRequest, _ reply: Reply<ProduceResponse>, _ response: ProduceResponse) {
        guard request.acks == 0 else { return reply(response) }
        let failed = response.responses.lazy.flatMap(\.partitionResponses).first { $0.errorCode != .none }
        if let failed {
            reply.close(reason: "a Produce request without acknowledgements failed with \(failed.errorCode)")
        } else {
            reply.withoutResponse()
        }
    }
}

extension ProduceRequest {
    /// Whether it has a batch of a transaction.
    fileprivate var isTransactional: Bool {
        topicData.contains { topic in
            topic.partitionData.contains { data in
                guard case .bytes(let bytes) = data.records else { return false }
                return bytes.readableBytes >= RecordBatchHeader.byteCount
                    && RecordBatchHeader(bytes, at: bytes.readerIndex).isTransactional
            }
        }
    }
}

extension ProduceResponse.Partition {
    fileprivate static func refused(_ index: Int32, _ error: ErrorCode) -> Self {
        Self {
            $0.index = index
            $0.errorCode = error
            $0.baseOffset = -1
        }
    }
}
