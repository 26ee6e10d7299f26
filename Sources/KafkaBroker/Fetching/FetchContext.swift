// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import Synchronization

/// One partition's part of a fetch response, and the bytes that go with it.
struct FetchAnswer: Sendable {
    var key: FetchedPartition.Key
    var partition: FetchResponse.Partition
    var slice: LogSlice?
}

/// What one Fetch request asks for, after its session is taken into account (KIP-227).
struct FetchContext: Sendable {
    var partitions: [FetchedPartition]
    /// Nil for a request outside of any session.
    var session: FetchSession?
    /// The response holds only what is news to the client.
    var isIncremental: Bool

    /// - Throws: `ErrorCode` for a session that isn't there or is elsewhere.
    init(_ request: FetchRequest, version: Int16, sessions: FetchSessionCache, now: Int64) throws(ErrorCodeError) {
        let requested = request.topics.flatMap { topic in topic.partitions.map { FetchedPartition(topic, $0) } }
        let usesTopicIDs = version >= 13
        switch request.sessionEpoch {
        case -1, 0:
            // A full request: it ends the session that it names, and with epoch 0 wants a new one.
            if request.sessionID != 0 { sessions.remove(request.sessionID) }
            isIncremental = false
            partitions = requested
            session = nil
            if request.sessionEpoch == 0, !requested.isEmpty, version >= 7 {
                session = sessions.make(usesTopicIDs: usesTopicIDs, now: now)
                session?.state.withLock { state in for partition in requested { state.add(partition) } }
            }
        default:
            guard let found = sessions[request.sessionID] else { throw ErrorCodeError(.fetchSessionIDNotFound) }
            isIncremental = true
            session = found
            let outcome: Result<[FetchedPartition], ErrorCodeError> = found.state.withLock { state in
                guard state.nextEpoch == request.sessionEpoch else {
                    return .failure(ErrorCodeError(.invalidFetchSessionEpoch))
                }
                guard state.usesTopicIDs == usesTopicIDs else {
                    return .failure(ErrorCodeError(.fetchSessionTopicIDError))
                }
                state.lastUsed = now
                state.forget(request.forgottenTopicsData)
                for partition in requested { state.add(partition) }
                state.advanceEpoch()
                return .success(state.order.compactMap { state.partitions[$0] })
            }
            partitions = try outcome.get()
        }
    }

    /// The response to the request, with partitions grouped by topic as they come.
    func response(_ answers: [FetchAnswer], throttleTimeMs: Int32 = 0) -> (FetchResponse, [LogSlice]) {
        guard let session else { return response(telling: answers, throttleTimeMs) }
        let news = session.state.withLock { $0.reduce(answers) }
        return response(telling: isIncremental ? news : answers, throttleTimeMs)
    }

    /// Bytes that the response would have; it isn't taken as told.
    func responseBytes(_ answers: [FetchAnswer], version: Int16) -> Int {
        var told = answers
        if isIncremental, let session {
            var state = session.state.withLock { $0 }
            told = state.reduce(answers)
        }
        let (response, slices) = response(telling: told, 0)
        var head = ByteBuffer()
        // What can't be written isn't sent either.
        _ = try? response.encode(into: &head, version: version)
        return 4 + head.readableBytes + slices.reduce(0) { $0 + $1.byteCount }
    }

    /// The answer to a client that has to wait: it is told nothing, and a session that it asked for isn't there yet.
    func throttled(_ throttleTimeMs: Int32, _ sessions: FetchSessionCache) -> FetchResponse {
        if !isIncremental, let session { sessions.remove(session.id) }
        return FetchResponse {
            $0.throttleTimeMs = throttleTimeMs
            $0.sessionID = isIncremental ? session?.id ?? 0 : 0
        }
    }

    private func response(telling told: [FetchAnswer], _ throttleTimeMs: Int32) -> (FetchResponse, [LogSlice]) {
        var response = FetchResponse()
        response.throttleTimeMs = throttleTimeMs
        response.sessionID = session?.id ?? 0
        var slices: [LogSlice] = []
        for answer in told {
            if let last = response.responses.last, last.topic == answer.key.topic, last.topicID == answer.key.topicID {
                response.responses[response.responses.count - 1].partitions.append(answer.partition)
            } else {
                response.responses.append(
                    .init {
                        $0.topic = answer.key.topic
                        $0.topicID = answer.key.topicID
                        $0.partitions = [answer.partition]
                    })
            }
            if let slice = answer.slice { slices.append(slice) }
        }
        return (response, slices)
    }
}

/// An error that is just Kafka's code.
struct ErrorCodeError: Error {
    var code: ErrorCode

    init(_ code: ErrorCode) { self.code = code }
}
