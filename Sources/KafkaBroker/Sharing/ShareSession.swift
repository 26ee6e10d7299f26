// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// A partition as a share session names it.
struct ShareSessionPartition: Hashable, Sendable {
    var topicID: KafkaUUID
    var partition: Int32
}

/// The partitions that a member of a share group fetches again and again, and what it has of them.
struct ShareSession: Sendable, Equatable {
    struct Key: Hashable, Sendable {
        var groupID: String
        var memberID: String
    }

    let key: Key
    /// The connection that the session ends with.
    let connection: Int
    /// The epoch that the next request must have: 1, 2, … and after the largest number 1 again.
    private(set) var nextEpoch: Int32 = 1
    /// In the order in which they were named.
    private(set) var partitions: [ShareSessionPartition] = []

    init(key: Key, connection: Int, _ partitions: [ShareSessionPartition]) {
        self.key = key
        self.connection = connection
        add(partitions)
    }

    mutating func add(_ added: [ShareSessionPartition]) {
        var known = Set(partitions)
        for partition in added where known.insert(partition).inserted { partitions.append(partition) }
    }

    mutating func forget(_ forgotten: Set<ShareSessionPartition>) { partitions.removeAll(where: forgotten.contains) }

    mutating func advance() { nextEpoch = nextEpoch == .max ? 1 : nextEpoch + 1 }

    /// The epochs that begin and end a session.
    static let firstEpoch: Int32 = 0
    static let finalEpoch: Int32 = -1
}

/// The share sessions of all members, bounded in number.
final class ShareSessionCache: Sendable {
    private let sessions = Mutex<[ShareSession.Key: ShareSession]>([:])
    private let limit: Int

    /// - Parameter limit: `group.share.max.share.sessions`.
    init(limit: Int) { self.limit = limit }

    /// Begins a session, in the place of one that the member had.
    func begin(_ session: ShareSession) throws(ShareError) {
        let fits = sessions.withLock { sessions in
            guard sessions[session.key] != nil || sessions.count < limit else { return false }
            sessions[session.key] = session
            return true
        }
        guard fits else {
            throw ShareError(.shareSessionLimitReached, "The limit of \(limit) share sessions has been reached.")
        }
    }

    /// Goes on with a session, if this is the request that it waits for.
    /// - Returns: the session with its change.
    func advance(
        _ key: ShareSession.Key, epoch: Int32, _ change: (inout ShareSession) -> Void = { _ in }
    ) throws(ShareError) -> ShareSession {
        let outcome: Result<ShareSession, ShareError> = sessions.withLock { sessions in
            guard var session = sessions[key] else { return .failure(ShareError(.shareSessionNotFound)) }
            guard session.nextEpoch == epoch else { return .failure(ShareError(.invalidShareSessionEpoch)) }
            change(&session)
            session.advance()
            sessions[key] = session
            return .success(session)
        }
        return try outcome.get()
    }

    subscript(key: ShareSession.Key) -> ShareSession? { sessions.withLock { $0[key] } }

    func remove(_ key: ShareSession.Key) -> ShareSession? { sessions.withLock { $0.removeValue(forKey: key) } }

    func remove(connection: Int) -> [ShareSession] {
        sessions.withLock { sessions in
            let gone = sessions.values.filter { $0.connection == connection }
            for session in gone { sessions[session.key] = nil }
            return gone
        }
    }

    func hasMembers(_ groupID: String) -> Bool { sessions.withLock { $0.keys.contains { $0.groupID == groupID } } }

    var count: Int { sessions.withLock { $0.count } }
}
