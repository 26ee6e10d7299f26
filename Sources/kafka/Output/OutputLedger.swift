// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// How far a reader of records has come by what has gone out: from here alone comes what a group commits.
///
/// A record has gone out when the output's descriptor has taken its last byte. What lies in a pipe can still get lost,
/// if its reader goes away; so what was noted is kept for as long as a pipe may hold it.
struct OutputLedger {
    private struct Mark {
        /// The bytes written to the output until then.
        var end: Int
        /// The offset to go on with.
        var next: Int64
        /// Records of the piece until then.
        var count: Int
    }

    /// Records of one partition that were fetched in one piece, or in several between which nothing was written.
    private struct Piece {
        let partition: TopicPartition
        let start: Int64
        /// One for each byte at which records end.
        var marks: [Mark] = []
        /// All of the piece is done with.
        var whole: (end: Int, next: Int64)?
        /// Reading has begun elsewhere since.
        var isSuperseded = false

        var end: Int { whole?.end ?? marks.last?.end ?? 0 }
        var count: Int { marks.last?.count ?? 0 }

        private func sentMark(_ sent: Int) -> Mark? {
            let count = marks.partitioningIndex { $0.end > sent }
            return count > 0 ? marks[count - 1] : nil
        }

        func count(sent: Int) -> Int { sentMark(sent)?.count ?? 0 }

        func next(sent: Int) -> Int64? {
            if let whole, whole.end <= sent { return whole.next }
            return sentMark(sent)?.next
        }

        /// Takes over what follows it, of which nothing has been written behind this piece's end.
        mutating func absorb(_ other: Piece) {
            if let last = other.marks.last {
                let mark = Mark(end: last.end, next: last.next, count: count + last.count)
                if marks.last?.end == last.end { marks.removeLast() }
                marks.append(mark)
            }
            whole = other.whole
        }
    }

    /// What a pipe holds at most, see `Pipe.widen`.
    private static let pipeCapacity = 1 << 20

    private var pieces: [Piece] = []
    /// The marks of the piece that is being written.
    private var current: [Mark] = []
    /// Where partitions stood whose pieces no pipe holds any more.
    private var settled: [TopicPartition: Int64] = [:]
    /// Where the next piece of each partition begins, unless reading goes on elsewhere.
    private var following: [TopicPartition: Int64] = [:]
    /// How many pieces there are of each partition, without those that are superseded.
    private var pieceCounts: [TopicPartition: Int] = [:]
    private var forgotten = 0
    /// Records noted, wherever their bytes are.
    private(set) var noted = 0

    /// From now on these records are written.
    /// - Parameter sent: the bytes that have gone out by now.
    mutating func begin(_ records: FetchedRecords, sent: Int) {
        endPiece()
        forget(until: sent - Self.pipeCapacity)
        if let next = following[records.partition], next != records.startOffset { supersede(records.partition) }
        append(Piece(partition: records.partition, start: records.startOffset))
        following[records.partition] = records.nextOffset
    }

    /// A record has been written, up to this byte.
    @inline(__always)
    mutating func note(_ next: Int64, at end: Int) {
        noted += 1
        if let last = current.indices.last, current[last].end == end {
            current[last].next = next
            current[last].count += 1
        } else {
            current.append(Mark(end: end, next: next, count: (current.last?.count ?? 0) + 1))
        }
    }

    /// All that was begun is done with, also what no record shows: filtered, compacted, control batches.
    mutating func finish(_ next: Int64, at end: Int) {
        endPiece()
        guard var piece = pieces.popLast() else { return }
        piece.whole = (end, next)
        following[piece.partition] = next
        for index in pieces.indices.reversed() {
            guard let before = pieces[index].whole, before.end == end else { break }
            guard pieces[index].partition == piece.partition, !pieces[index].isSuperseded else { continue }
            pieces[index].absorb(piece)
            pieceCounts[piece.partition, default: 1] -= 1
            return
        }
        pieces.append(piece)
    }

    /// A record has been written that stands for itself.
    mutating func add(_ partition: TopicPartition, _ offset: Int64, at end: Int) {
        endPiece()
        append(Piece(partition: partition, start: offset))
        note(offset.addingSaturating(1), at: end)
    }

    private mutating func append(_ piece: Piece) {
        pieces.append(piece)
        pieceCounts[piece.partition, default: 0] += 1
    }

    private mutating func endPiece() {
        guard !current.isEmpty else { return }
        pieces[pieces.count - 1].marks += current
        current.removeAll(keepingCapacity: true)
    }

    /// What went before this byte is in no pipe any more.
    private mutating func forget(until end: Int) {
        let old = pieces.prefix { $0.end <= end }
        for piece in old {
            forgotten += piece.count
            guard !piece.isSuperseded else { continue }
            settled[piece.partition] = piece.next(sent: end) ?? settled[piece.partition] ?? piece.start
            let left = (pieceCounts[piece.partition] ?? 1) - 1
            pieceCounts[piece.partition] = left > 0 ? left : nil
        }
        pieces.removeFirst(old.count)
    }

    /// The partition was read by others meanwhile, or is another one of the same name.
    private mutating func supersede(_ partition: TopicPartition) {
        for index in pieces.indices where pieces[index].partition == partition { pieces[index].isSuperseded = true }
        settled[partition] = nil
        pieceCounts[partition] = nil
    }

    /// The records that have gone out.
    mutating func count(sent: Int) -> Int {
        endPiece()
        return pieces.reduce(forgotten) { $0 + $1.count(sent: sent) }
    }

    /// For each partition the offset that follows what has gone out.
    mutating func positions(sent: Int) -> [TopicPartition: Int64] {
        endPiece()
        var reached: [TopicPartition: Int64] = [:]
        var begun: [TopicPartition: Int64] = [:]
        // Usually the newest piece of each partition has gone out.
        for piece in pieces.reversed() where !piece.isSuperseded && reached[piece.partition] == nil {
            if let next = piece.next(sent: sent) {
                reached[piece.partition] = next
                if reached.count == pieceCounts.count { break }
            } else {
                begun[piece.partition] = piece.start
            }
        }
        return begun.merging(settled) { $1 }.merging(reached) { $1 }
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
