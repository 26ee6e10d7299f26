// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// The partitions that a client fetches again and again, so that its requests name only what changes (KIP-227).
final class FetchSession: Sendable {
    struct State {
        /// The epoch that the next request must have: 1, 2, … and after the largest number 1 again.
        var nextEpoch: Int32 = 1
        /// In the order of the request; those with data move behind, so that none starves.
        var order: [FetchedPartition.Key] = []
        var partitions: [FetchedPartition.Key: FetchedPartition] = [:]
        var usesTopicIDs: Bool
        var lastUsed: Int64
    }

    let id: Int32
    let state: Mutex<State>

    init(id: Int32, usesTopicIDs: Bool, now: Int64) {
        self.id = id
        state = Mutex(State(usesTopicIDs: usesTopicIDs, lastUsed: now))
    }
}

extension FetchSession.State {
    mutating func advanceEpoch() { nextEpoch = nextEpoch == .max ? 1 : nextEpoch + 1 }

    mutating func add(_ partition: FetchedPartition) {
        if partitions[partition.key] == nil {
            order.append(partition.key)
            partitions[partition.key] = partition
        } else {
            partitions[partition.key]?.update(partition)
        }
    }

    mutating func forget(_ topics: [FetchRequest.ForgottenTopic]) {
        var gone: Set<FetchedPartition.Key> = []
        for topic in topics {
            for partition in topic.partitions {
                let key = FetchedPartition.Key(topic: topic.topic, topicID: topic.topicID, partition: partition)
                if partitions.removeValue(forKey: key) != nil { gone.insert(key) }
            }
        }
        if !gone.isEmpty { order.removeAll(where: gone.contains) }
    }

    /// Keeps of an answer what is news, notes it as told, and puts partitions with data behind the others.
    mutating func reduce(_ answers: [FetchAnswer]) -> [FetchAnswer] {
        var served: Set<FetchedPartition.Key> = []
        let news = answers.filter { answer in
            guard var partition = partitions[answer.key] else { return true }
            let must = partition.mustTell(answer.partition)
            partitions[answer.key] = partition
            if answer.partition.records.byteCount > 0 { served.insert(answer.key) }
            return must
        }
        if !served.isEmpty && served.count < order.count {
            order = order.filter { !served.contains($0) } + order.filter(served.contains)
        }
        return news
    }
}

/// The sessions of all clients, bounded in number.
final class FetchSessionCache: Sendable {
    private struct State {
        var sessions: [Int32: FetchSession] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int

    /// Milliseconds after which an unused session gives way to a new one.
    private static let evictionMs: Int64 = 120_000

    /// - Parameter limit: `max.incremental.fetch.session.cache.slots`.
    init(limit: Int) { self.limit = limit }

    subscript(id: Int32) -> FetchSession? { state.withLock { $0.sessions[id] } }

    var count: Int { state.withLock { $0.sessions.count } }

    func remove(_ id: Int32) { state.withLock { _ = $0.sessions.removeValue(forKey: id) } }

    /// A new session; nil when the cache is full of sessions in use, and the client goes on without one.
    func make(usesTopicIDs: Bool, now: Int64) -> FetchSession? {
        state.withLock { state in
            if state.sessions.count >= limit {
                let stale = state.sessions.values
                    .map { (id: $0.id, lastUsed: $0.state.withLock(\.lastUsed)) }
                    .min { $0.lastUsed < $1.lastUsed }
                guard let stale, now - stale.lastUsed > Self.evictionMs else { return nil }
                state.sessions[stale.id] = nil
            }
            var id: Int32
            repeat { id = Int32.random(in: 1 ... .max) } while state.sessions[id] != nil
            let session = FetchSession(id: id, usesTopicIDs: usesTopicIDs, now: now)
            state.sessions[id] = session
            return session
        }
    }
}
