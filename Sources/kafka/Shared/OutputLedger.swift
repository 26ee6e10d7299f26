// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// How far a reader of records has come by what has gone out: from here alone comes what a group commits.
///
/// A record has gone out when the output's descriptor has taken its last byte. What lies in a pipe can still get lost,
/// if its reader goes away; so what was noted is kept for as long as a pipe may hold it.
struct OutputLedger {
    struct Mark {
        /// The bytes written to the output until then.
        var end: Int
        /// The offset to go on with.
        var next: Int64
    }

    /// Records of one partition that were fetched in one piece.
    private struct Piece {
        let partition: TopicPartition
        let start: Int64
        /// One for each record.
        var marks: [Mark] = []
        /// All of the piece is done with.
        var whole: Mark?

        func count(sent: Int) -> Int { marks.partitioningIndex { $0.end > sent } }

        func next(sent: Int) -> Int64? {
            if let whole, whole.end <= sent { return whole.next }
            let count = count(sent: sent)
            return count > 0 ? marks[count - 1].next : nil
        }
    }

    /// What a pipe holds at most, see `Pipe.widen`.
    private static let pipeCapacity = 1 << 20

    private var pieces: [Piece] = []
    /// The marks of the piece that is being written.
    private var current: [Mark] = []
    private var forgotten = 0
    /// Records noted, wherever their bytes are.
    private(set) var noted = 0

    /// From now on these records are written.
    /// - Parameter sent: the bytes that have gone out by now.
    mutating func begin(_ records: FetchedRecords, sent: Int) {
        endPiece()
        let old = pieces.prefix { ($0.whole ?? $0.marks.last)?.end ?? 0 <= sent - Self.pipeCapacity }
        for piece in old { forgotten += piece.marks.count }
        pieces.removeFirst(old.count)
        pieces.append(Piece(partition: records.partition, start: records.startOffset))
    }

    /// A record has been written, up to this byte.
    @inline(__always)
    mutating func note(_ next: Int64, at end: Int) {
        current.append(Mark(end: end, next: next))
        noted += 1
    }

    /// All that was begun is done with, also what no record shows: filtered, compacted, control batches.
    mutating func finish(_ next: Int64, at end: Int) {
        endPiece()
        pieces[pieces.count - 1].whole = Mark(end: end, next: next)
    }

    /// A record has been written that stands for itself.
    mutating func add(_ partition: TopicPartition, _ offset: Int64, at end: Int) {
        endPiece()
        pieces.append(Piece(partition: partition, start: offset))
        note(offset.addingSaturating(1), at: end)
    }

    private mutating func endPiece() {
        guard !current.isEmpty else { return }
        pieces[pieces.count - 1].marks += current
        current.removeAll(keepingCapacity: true)
    }

    /// The records that have gone out.
    mutating func count(sent: Int) -> Int {
        endPiece()
        return pieces.reduce(forgotten) { $0 + $1.count(sent: sent) }
    }

    /// For each partition the offset that follows what has gone out.
    mutating func positions(sent: Int) -> [TopicPartition: Int64] {
        endPiece()
        var positions: [TopicPartition: Int64] = [:]
        for piece in pieces {
            positions[piece.partition] = piece.next(sent: sent) ?? positions[piece.partition] ?? piece.start
        }
        return positions
    }
}

extension Array {
    /// The first index whose element, and all behind it, fulfil the condition.
    fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
