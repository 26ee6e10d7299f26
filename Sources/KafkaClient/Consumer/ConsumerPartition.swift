// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a consumer knows of one of its partitions.
struct ConsumerPartition {
    enum Position {
        /// To be found out.
        case pending(StartPosition)
        /// The next offset to fetch.
        case at(Int64)
    }

    var fetchPosition: Position
    /// Behind what is done with, which `commit` commits; nil while it is not known.
    var position: Int64?
    /// Where what was handed out since the last seek begins.
    private var firstHandedOut: Int64?
    /// Behind what was handed out last, and the leader epoch of the last batch before it.
    private var handedOut: (offset: Int64, leaderEpoch: Int32)?
    /// The leader epoch of what is before the position, -1 if it isn't known: committed with it, it lets whoever goes on
    /// there notice that the log was truncated meanwhile (KIP-320).
    var leaderEpoch: Int32 = -1
    var isPaused = false
    /// Can't be read on from where it is.
    var isStuck = false
    var highWatermark: Int64 = -1
    var lastStableOffset: Int64 = -1
    var logStartOffset: Int64 = -1
    /// Another broker than the leader that the leader sent us to (KIP-392).
    var preferredReplica: Int32?
    /// How often in a row the broker has refused an offset as out of range.
    var refusals = 0
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

    /// Whether the broker has said where reading begins, and reading has not gone on elsewhere since.
    func isAt(_ offset: Int64) -> Bool {
        if case .at(offset) = fetchPosition { true } else { false }
    }

    /// The end as last heard of: the high watermark, or for read_committed the last stable offset; nil if unheard of.
    func end(_ isolation: IsolationLevel) -> Int64? {
        let end = isolation == .readCommitted ? lastStableOffset : highWatermark
        return end < 0 ? nil : end
    }

    mutating func handOut(_ records: FetchedRecords, settling: Bool) {
        firstHandedOut = firstHandedOut ?? records.startOffset
        handedOut = (records.nextOffset, records.leaderEpoch)
        if settling { settle(records.nextOffset) }
    }

    /// Takes back what was handed out last.
    /// - Returns: the token of what is read now; nil if it was not that, but of a time before a seek.
    mutating func takeBack(_ records: FetchedRecords) -> UInt64? {
        guard let firstHandedOut, let handedOut, records.nextOffset == handedOut.offset,
            firstHandedOut <= records.startOffset, records.startOffset <= handedOut.offset
        else { return nil }
        self.handedOut = (records.startOffset, -1)
        if let position, position > records.startOffset { settle(records.startOffset) }
        return token
    }

    /// What is said of an offset that was not handed out is of a time before a seek, or before others had the partition.
    mutating func settle(_ offset: Int64) {
        guard let firstHandedOut, let handedOut, firstHandedOut <= offset, offset <= handedOut.offset else { return }
        position = offset
        // In the midst of what was handed out the epoch may be an older one.
        leaderEpoch = handedOut.offset == offset ? handedOut.leaderEpoch : -1
    }
}
