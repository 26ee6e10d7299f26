// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What has been handed to the producer of one partition, and what of it is stored: batches are stored in their order,
/// and nobody else writes, so that each has a known place.
struct CopyProgress: Sendable {
    private struct Batch {
        var count: Int
        /// Where reading goes on behind it.
        var next: Int64
    }

    /// What is stored.
    private(set) var checkpoint: CopyCheckpoint
    private(set) var records = 0
    private var waiting: [Batch] = []
    /// Those of `waiting` that are stored; they are taken out in one go, now and then.
    private var stored = 0
    /// Records of the oldest one that are stored already: a batch may have been split.
    private var part = 0

    init(_ checkpoint: CopyCheckpoint) { self.checkpoint = checkpoint }

    var isIdle: Bool { stored == waiting.count }

    /// - Parameter next: the offset behind the batch at the source.
    mutating func append(count: Int, next: Int64) { waiting.append(Batch(count: count, next: next)) }

    /// What follows the last batch is nothing to be copied, up to this offset.
    mutating func pass(to next: Int64) {
        if isIdle {
            checkpoint.source = max(checkpoint.source, next)
        } else {
            waiting[waiting.count - 1].next = max(waiting[waiting.count - 1].next, next)
        }
    }

    /// Records are stored already, which was not known; only while nothing waits.
    mutating func skip(count: Int, next: Int64) {
        checkpoint.source = max(checkpoint.source, next)
        checkpoint.destination = checkpoint.destination.addingSaturating(Int64(count))
    }

    /// A batch, or a part of one, has been stored.
    /// - Parameter baseOffset: where; -1 if the broker did not say.
    /// - Returns: whether that is where it belongs.
    mutating func store(count: Int, at baseOffset: Int64) -> Bool {
        guard baseOffset < 0 || baseOffset == checkpoint.destination else { return false }
        checkpoint.destination = checkpoint.destination.addingSaturating(Int64(count))
        records = records.addingSaturating(count)
        part = part.addingSaturating(count)
        while stored < waiting.count, part >= waiting[stored].count {
            part -= waiting[stored].count  // bounded: not less than that
            checkpoint.source = max(checkpoint.source, waiting[stored].next)
            stored += 1
        }
        if stored > 64 {
            waiting.removeFirst(stored)
            stored = 0
        }
        return true
    }
}
