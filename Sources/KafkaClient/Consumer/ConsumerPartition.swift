// SPDX-License-Identifier: Apache-2.0

/// What a consumer knows of one of its partitions.
struct ConsumerPartition {
    enum Position {
        /// To be found out.
        case pending(StartPosition)
        /// The next offset to fetch.
        case at(Int64)
    }

    var fetchPosition: Position
    /// The next offset to hand out, which `commit` commits; nil while it is not known.
    var position: Int64?
    /// The leader epoch of what is before the position, -1 if it isn't known: committed with it, it lets whoever goes on
    /// there notice that the log was truncated meanwhile (KIP-320).
    var leaderEpoch: Int32 = -1
    var isPaused = false
    var highWatermark: Int64 = -1
    var lastStableOffset: Int64 = -1
    var logStartOffset: Int64 = -1
    /// Another broker than the leader that the leader sent us to (KIP-392).
    var preferredReplica: Int32?
    /// Changes with every seek, so that what was on its way for the old position is known as such.
    var token: UInt64

    init(_ start: StartPosition, token: UInt64) {
        if case .offset(let offset) = start {
            fetchPosition = .at(offset)
            position = offset
        } else {
            fetchPosition = .pending(start)
        }
        self.token = token
    }
}
