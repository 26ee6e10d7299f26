// SPDX-License-Identifier: Apache-2.0

/// Which records a batch holds, by the order in which they were appended to the producer, from 0.
///
/// Kept as runs, so that one partition costs nothing a record.
public struct RecordNumbers: Sendable, Hashable {
    /// Ascending, none empty.
    public private(set) var ranges: [Range<UInt64>]

    init(_ ranges: [Range<UInt64>] = []) { self.ranges = ranges }

    public var count: Int { ranges.reduce(0) { $0 + $1.count } }
    public var first: UInt64? { ranges.first?.lowerBound }
    public var last: UInt64? { ranges.last.map { $0.upperBound - 1 } }

    @inline(__always)
    mutating func append(_ number: UInt64) {
        if let last = ranges.indices.last, ranges[last].upperBound == number {
            ranges[last] = ranges[last].lowerBound..<(number + 1)
        } else {
            ranges.append(number..<(number + 1))
        }
    }

    /// The first `count` numbers, which are taken out.
    mutating func removeFirst(_ count: Int) -> RecordNumbers {
        var taken: [Range<UInt64>] = []
        var missing = UInt64(count)
        var rest: [Range<UInt64>] = []
        for range in ranges {
            let split = Swift.min(range.lowerBound + missing, range.upperBound)
            if range.lowerBound < split { taken.append(range.lowerBound..<split) }
            if split < range.upperBound { rest.append(split..<range.upperBound) }
            missing -= split - range.lowerBound
        }
        ranges = rest
        return RecordNumbers(taken)
    }
}

extension RecordNumbers: Sequence {
    public func makeIterator() -> FlattenSequence<[Range<UInt64>]>.Iterator { ranges.joined().makeIterator() }
}
