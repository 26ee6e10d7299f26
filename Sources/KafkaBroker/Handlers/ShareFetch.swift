// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Hands records out to a member of a share group, and takes acknowledgements that come along (KIP-932).
///
/// READ on the group and on the topics; an id that nobody has is unknown.
struct ShareFetchHandler: RequestHandler {
    let shares: SharePartitions
    /// `fetch.max.bytes`
    let maxBytes: Int

    /// A request after its session is taken into account.
    private struct Fetch {
        var member: ShareSession.Key
        var partitions: [ShareSessionPartition]
        /// The answer holds only what is news to the client.
        var isIncremental: Bool
        /// What the next request of the session says.
        var nextEpoch: Int32 = 1
        var ends: ShareSession?
    }

    func handle(_ request: ShareFetchRequest, _ context: RequestContext, _ reply: Reply<ShareFetchResponse>) {
        guard !shares.coordinator.isLoading else {
            // Rather than have the client come again and again.
            Task {
                await shares.coordinator.loaded()
                context.eventLoop.execute { serve(request, context, reply) }
            }
            return
        }
        serve(request, context, reply)
    }

    private func serve(_ request: ShareFetchRequest, _ context: RequestContext, _ reply: Reply<ShareFetchResponse>) {
        let fetch: Fetch
        do throws(ShareError) {
            fetch = try begin(request, context)
        } catch {
            return reply(
                ShareFetchResponse {
                    $0.errorCode = error.code
                    $0.errorMessage = error.message
                })
        }
        let settings = shares.settings(fetch.member.groupID)
        let refused = shares.refused(fetch.partitions + request.named, context)
        let acknowledged = shares.acknowledge(request.acknowledgements, fetch.member, settings, refused: refused)
        if let session = fetch.ends { shares.end(session) }

        let maxBytes = context.fetchLimit(max(min(Int(request.maxBytes), maxBytes), 0))
        let reader = ShareFetchReader(
            shares: shares, member: fetch.member, settings: settings, partitions: fetch.partitions, refused: refused,
            maxBytes: maxBytes, minBytes: min(Int(request.minBytes), maxBytes),
            maxRecords: Int64(request.maxRecords), batchSize: Int64(request.batchSize),
            mode: ShareAcquisition.Mode(rawValue: request.shareAcquireMode) ?? .batchOptimized)
        let answer = { @Sendable (outcome: ShareFetchReader.Outcome) in
            let (response, slices) = Self.response(fetch, outcome.answers, acknowledged)
            var whole = response
            whole.acquisitionLockTimeoutMs = settings.lockDurationMs
            reply(whole, records: slices)
        }
        guard fetch.ends == nil, !request.isRenewAck, !fetch.partitions.isEmpty else { return answer(.init()) }
        let mayWait = request.maxWaitMs > 0
        let outcome = reader.read(isLast: !mayWait)
        if outcome.isReady || !mayWait { return answer(outcome) }
        let waiter = FetchWaiter(eventLoop: context.eventLoop, partitions: reader.logs) { isLast in
            // Whoever went on with the session meanwhile gets the records.
            let isCurrent = self.shares.sessions[fetch.member]?.nextEpoch == fetch.nextEpoch
            let outcome = isCurrent ? reader.read(isLast: isLast) : .init()
            guard isLast || outcome.isReady || !isCurrent else { return false }
            context.connection.waits(nil)
            answer(outcome)
            return true
        }
        waiter.start(timeout: request.maxWaitMs)
        if !waiter.isOver { context.connection.waits(.init(cancel: waiter.cancel, hurry: waiter.hurry)) }
    }

    private func begin(_ request: ShareFetchRequest, _ context: RequestContext) throws(ShareError) -> Fetch {
        guard shares.isEnabled() else { throw ShareError(.unsupportedVersion) }
        guard let groupID = request.groupID, !groupID.isEmpty else { throw ShareError(.invalidGroupID) }
        guard context.authorize(.read, .group, groupID) else { throw .groupRefused }
        guard let memberID = request.memberID, !memberID.isEmpty else {
            throw ShareError(.invalidRequest, "MemberId can't be empty.")
        }
        let member = ShareSession.Key(groupID: groupID, memberID: memberID)
        let hasAcknowledgements = request.topics.contains { topic in
            topic.partitions.contains { !$0.acknowledgementBatches.isEmpty }
        }
        if request.isRenewAck {
            // Nothing is fetched with renewals.
            guard request.maxWaitMs == 0, request.minBytes == 0, request.maxBytes == 0, request.maxRecords == 0 else {
                throw ShareError(.invalidRequest, "A renewal must not ask for records.")
            }
        }
        switch request.shareSessionEpoch {
        case ShareSession.firstEpoch:
            guard !hasAcknowledgements else {
                throw ShareError(.invalidRequest, "The first request of a share session can't acknowledge anything.")
            }
            let connection = context.connection
            try shares.sessions.begin(ShareSession(key: member, connection: connection.id, request.named))
            connection.whenClosed(ObjectIdentifier(shares)) { [shares] in shares.disconnected(connection.id) }
            return Fetch(member: member, partitions: request.named, isIncremental: false)
        case ShareSession.finalEpoch:
            guard let session = shares.sessions.remove(member) else { throw ShareError(.shareSessionNotFound) }
            return Fetch(member: member, partitions: [], isIncremental: true, ends: session)
        default:
            let (named, forgotten) = (request.named, request.forgotten)
            let session = try shares.sessions.advance(member, epoch: request.shareSessionEpoch) { session in
                session.add(named)
                session.forget(forgotten)
            }
            return Fetch(
                member: member, partitions: session.rotated, isIncremental: true, nextEpoch: session.nextEpoch)
        }
    }

    /// Partitions with records, errors or acknowledgements; all of them in a session's first answer.
    private static func response(
        _ fetch: Fetch, _ answers: [ShareFetchReader.Answer],
        _ acknowledged: [(place: ShareSessionPartition, error: ShareError?)]
    ) -> (ShareFetchResponse, [LogSlice]) {
        var answers = answers
        var positions = Dictionary(answers.indices.map { (answers[$0].place, $0) }) { first, _ in first }
        var told: Set<ShareSessionPartition> = []
        for (place, error) in acknowledged {
            told.insert(place)
            if positions[place] == nil {
                positions[place] = answers.count
                answers.append(ShareFetchReader.Answer(place: place, partition: .empty(place.partition)))
            }
            guard let error, let position = positions[place] else { continue }
            answers[position].partition.acknowledgeErrorCode = error.code
            answers[position].partition.acknowledgeErrorMessage = error.message
        }
        var response = ShareFetchResponse()
        var slices: [LogSlice] = []
        for answer in answers {
            let isNews =
                answer.slice != nil || answer.partition.errorCode != .none || told.contains(answer.place)
            guard isNews || !fetch.isIncremental else { continue }
            if response.responses.last?.topicID == answer.place.topicID {
                response.responses[response.responses.count - 1].partitions.append(answer.partition)
            } else {
                response.responses.append(
                    .init {
                        $0.topicID = answer.place.topicID
                        $0.partitions = [answer.partition]
                    })
            }
            if let slice = answer.slice { slices.append(slice) }
        }
        return (response, slices)
    }
}

extension ShareSession {
    /// The partitions, each in its turn the first, so that none starves.
    fileprivate var rotated: [ShareSessionPartition] {
        guard partitions.count > 1 else { return partitions }
        let first = Int(nextEpoch) % partitions.count
        return Array(partitions[first...] + partitions[..<first])
    }
}
