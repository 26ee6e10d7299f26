// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Reads batches as they are on disk; waits on the partitions while there are fewer bytes than the client wants.
///
/// READ on the topics, CLUSTER_ACTION for a replica; an id that nobody has is unknown.
struct FetchHandler: RequestHandler {
    let partitions: PartitionRegistry
    let sessions: FetchSessionCache
    /// `fetch.max.bytes`: bytes of a response at most, whatever the client asks for.
    let maxBytes: Int
    /// Whether what is sent is counted by topic.
    var counts = false
    /// Where there are several.
    var node: NodeView?

    func handle(_ request: FetchRequest, _ context: RequestContext, _ reply: Reply<FetchResponse>) {
        let fetch: FetchContext
        do throws(ErrorCodeError) {
            fetch = try FetchContext(
                request, version: context.apiVersion, sessions: sessions, now: WallClock.milliseconds())
        } catch {
            let quota = context.throttleFetch { 0 }
            return reply(
                FetchResponse {
                    $0.errorCode = error.code
                    $0.throttleTimeMs = quota.throttleTimeMs
                })
        }
        let maxBytes = context.fetchLimit(max(min(Int(request.maxBytes), maxBytes), 0))
        let minBytes = min(Int(request.minBytes), maxBytes)
        let reader = FetchReader(
            registry: partitions, isolation: request.isolationLevel == 1 ? .readCommitted : .readUncommitted,
            usesTopicIDs: context.apiVersion >= 13, maxBytes: maxBytes, isReplica: request.isReplica,
            refused: refused(request, fetch.partitions, context), node: node)

        @Sendable func answer(_ outcome: FetchReader.Outcome) {
            let isSent = self.answer(fetch, outcome, context, reply)
            if counts, isSent { count(outcome, reader) }
        }
        let outcome = reader.read(fetch.partitions)
        if outcome.byteCount >= minBytes || outcome.isUrgent || request.maxWaitMs <= 0
            || fetch.partitions.isEmpty
        {
            return answer(outcome)
        }
        let waiter = FetchWaiter(
            eventLoop: context.eventLoop, partitions: fetch.partitions.compactMap { reader.partition($0.key) }
        ) { isLast in
            let outcome = reader.read(fetch.partitions)
            guard isLast || outcome.byteCount >= minBytes || outcome.isUrgent else { return false }
            context.connection.waits(nil)
            answer(outcome)
            return true
        }
        waiter.start(timeout: request.maxWaitMs)
        if !waiter.isOver { context.connection.waits(.init(cancel: waiter.cancel, hurry: waiter.hurry)) }
    }

    /// The topics that the client may not read, by name.
    private func refused(
        _ request: FetchRequest, _ wanted: [FetchedPartition], _ context: RequestContext
    ) -> Set<String> {
        if context.isOpen { return [] }
        let names = wanted.compactMap { partition in
            context.apiVersion >= 13 ? partitions.topic(partition.key.topicID)?.name : partition.key.topic
        }
        guard !request.isReplica else {
            return context.authorizeCluster(.clusterAction) ? [] : Set(names)
        }
        return context.refused(.read, .topic, names)
    }

    private func count(_ outcome: FetchReader.Outcome, _ reader: FetchReader) {
        for answer in outcome.answers {
            reader.partition(answer.key)?.traffic?.fetched(
                bytes: answer.slice?.byteCount ?? 0, isFailure: answer.partition.errorCode != .none)
        }
    }

    /// - Returns: false for a client that has to wait, and is told nothing.
    private func answer(
        _ fetch: FetchContext, _ outcome: FetchReader.Outcome, _ context: RequestContext, _ reply: Reply<FetchResponse>
    ) -> Bool {
        let quota = context.throttleFetch { fetch.responseBytes(outcome.answers, version: context.apiVersion) }
        guard quota.sendsRecords else {
            reply(fetch.throttled(quota.throttleTimeMs, sessions))
            return false
        }
        var (response, slices) = fetch.response(outcome.answers, throttleTimeMs: quota.throttleTimeMs)
        if let node, context.apiVersion >= 16 { response.nodeEndpoints = node.endpoints(outcome, context.connection) }
        reply(response, records: slices)
        return true
    }
}

extension FetchRequest {
    /// Whether another broker wants to follow (KIP-903 has moved the field).
    fileprivate var isReplica: Bool { replicaID >= 0 || replicaState.replicaID >= 0 }
}

extension NodeView {
    /// Where the nodes are that lead what was asked for here in vain (KIP-951).
    fileprivate func endpoints(
        _ outcome: FetchReader.Outcome, _ connection: ConnectionInfo
    ) -> [FetchResponse.NodeEndpoint] {
        let leaders = outcome.answers.filter { $0.partition.errorCode == .notLeaderOrFollower }
            .map(\.partition.currentLeader.leaderID)
        return Set(leaders).sorted().compactMap { id in
            guard let endpoint = endpoint(of: id, connection) else { return nil }
            return .init { ($0.nodeID, $0.host, $0.port) = (id, endpoint.host, endpoint.port) }
        }
    }
}
