// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Consecutive offsets that are in the same state, as it is kept in `__share_group_state`.
struct ShareStateBatch: Sendable, Equatable {
    var first: Int64
    var last: Int64
    /// By number, so that states of a later Kafka survive.
    var state: Int8
    var deliveryCount: Int16

    init(_ first: Int64, _ last: Int64, _ state: ShareRecordState, _ deliveryCount: Int16) {
        self.init(first, last, rawState: state.rawValue, deliveryCount)
    }

    init(_ first: Int64, _ last: Int64, rawState: Int8, _ deliveryCount: Int16) {
        (self.first, self.last, state, self.deliveryCount) = (first, last, rawState, deliveryCount)
    }

    /// Whether there can be such records; requests and files may say anything.
    var isPossible: Bool { first >= 0 && first <= last && last < .max && deliveryCount >= 0 }
}

extension [ShareStateBatch] {
    /// Lays newer batches over these, in order, and drops what lies before an offset (-1 drops nothing).
    ///
    /// The result is sorted, without overlaps, and as short as it can be.
    func merging(_ newer: [ShareStateBatch], from startOffset: Int64) -> [ShareStateBatch] {
        var result = sorted { $0.first < $1.first }
        for batch in newer where batch.isPossible { result.lay(batch) }
        return result.compacted(from: startOffset)
    }

    /// Puts a batch in the place of what it covers.
    private mutating func lay(_ batch: ShareStateBatch) {
        let lower = firstIndex { $0.last >= batch.first } ?? endIndex
        var upper = lower
        var rests: [ShareStateBatch] = []
        if lower < endIndex, self[lower].first < batch.first {
            var rest = self[lower]
            rest.last = batch.first - 1
            rests.append(rest)
        }
        rests.append(batch)
        while upper < endIndex, self[upper].first <= batch.last {
            if self[upper].last > batch.last {
                var rest = self[upper]
                rest.first = batch.last + 1
                rests.append(rest)
            }
            upper += 1
        }
        replaceSubrange(lower..<upper, with: rests)
    }

    private func compacted(from startOffset: Int64) -> [ShareStateBatch] {
        var result: [ShareStateBatch] = []
        for var batch in self where batch.last >= startOffset {
            batch.first = Swift.max(batch.first, startOffset)
            if let last = result.last, last.last &+ 1 == batch.first, last.state == batch.state,
                last.deliveryCount == batch.deliveryCount
            {
                result[result.count - 1].last = batch.last
            } else {
                result.append(batch)
            }
        }
        return result
    }
}
