// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Bytes of the requests that are being read and served, over all connections (`queued.max.request.bytes`).
///
/// When they are used up, connections are not read from until some come back; but for one, which may go on to the end
/// of its request, so that all get there in turn. It is the only one until its excess is gone: no more is held than the
/// limit and one request. Whoever waits for something else, with a large request in memory, is asked to hurry then.
/// What every connection may hold anyway is not counted.
final class RequestMemory: Sendable {
    /// What -1 stands for; Kafka takes it as no limit.
    static let standardLimit = 256 << 20
    /// A request of less than this is always read.
    static let free = 64 << 10

    private struct State {
        var used = 0
        /// The connection that may go beyond the limit.
        var favourite: Int?
        var waiting: [(connection: Int, resume: @Sendable () -> Void)] = []
        /// The connections whose request is being served.
        var serving: [Int: @Sendable () -> Void] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// - Parameter configured: `queued.max.request.bytes`
    convenience init(configured: Int64) {
        self.init(limit: configured > 0 ? Int(clamping: configured) : Self.standardLimit)
    }

    /// What counts of the memory that a connection holds.
    static func counted(_ byteCount: Int) -> Int { max(byteCount - free, 0) }

    /// Bytes that are counted at the moment.
    var used: Int { state.withLock(\.used) }

    /// Whether somebody waits for memory that others hold.
    var isShort: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// A connection is about to hold more, or holds less.
    ///
    /// - Parameters:
    ///   - connection: its id.
    ///   - resume: called once, from any thread, when it is worth asking again.
    /// - Returns: false if there is no room for more; nothing is counted then.
    func change(
        of connection: Int, from old: Int, to new: Int, resume: @autoclosure () -> @Sendable () -> Void
    ) -> Bool {
        if new <= old {
            giveBack(old - new, connection)
            return true
        }
        let inTheWay: [@Sendable () -> Void]? = state.withLock { state in
            if state.used + (new - old) > limit, state.favourite != connection {
                guard state.favourite == nil else {
                    state.waiting.removeAll { $0.connection == connection }
                    state.waiting.append((connection, resume()))
                    return Array(state.serving.values)
                }
                state.favourite = connection
            }
            state.used += new - old
            return nil
        }
        for hurry in inTheWay ?? [] { hurry() }
        return inTheWay == nil
    }

    /// A connection's large request is being served, and its answer may take a while.
    ///
    /// - Parameter hurry: called from any thread, and at once if others wait already: it had better be answered.
    func serves(_ connection: Int, hurry: @escaping @Sendable () -> Void) {
        let isShort = state.withLock { state in
            state.serving[connection] = hurry
            return !state.waiting.isEmpty
        }
        if isShort { hurry() }
    }

    /// The request is answered.
    func served(_ connection: Int) { state.withLock { _ = $0.serving.removeValue(forKey: connection) } }

    /// The connection is closed.
    func forget(_ connection: Int, holding byteCount: Int) {
        state.withLock { state in
            state.waiting.removeAll { $0.connection == connection }
            state.serving[connection] = nil
        }
        giveBack(byteCount, connection)
    }

    private func giveBack(_ byteCount: Int, _ connection: Int) {
        let waiting: [(connection: Int, resume: @Sendable () -> Void)] = state.withLock { state in
            state.used -= byteCount
            if state.favourite == connection, state.used <= limit { state.favourite = nil }
            guard state.favourite == nil || state.used < limit else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in waiting { entry.resume() }
    }
}
