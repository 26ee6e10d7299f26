// SPDX-License-Identifier: Apache-2.0

/// Which records a batch holds, by the order in which they were appended to the producer, from 0.
///
/// Kept as runs, so that one partition costs nothing a record.
public struct RecordNumbers: Sendable, Hashable {
    /// Ascending, none empty, each behind the one before.
    private var finished: [Range<UInt64>] = []
    /// The run that grows; empty if there is none.
    private var current: Range<UInt64> = 0..<0

    init() {}

    init(_ range: Range<UInt64>) { current = range }

    private init(_ ranges: [Range<UInt64>]) {
        finished = ranges
        current = finished.popLast() ?? 0..<0
    }

    /// Ascending, none empty.
    public var ranges: [Range<UInt64>] { current.isEmpty ? finished : finished + [current] }
    /// How many records there are.
    public var count: Int { finished.reduce(current.count) { $0 + $1.count } }
    /// The least number; nil if there is none.
    public var first: UInt64? { finished.first?.lowerBound ?? (current.isEmpty ? nil : current.lowerBound) }
    /// The greatest number; nil if there is none.
    public var last: UInt64? { current.isEmpty ? nil : current.upperBound - 1 }

    @inline(__always)
    mutating func append(_ number: UInt64) {
        if current.upperBound != number || current.isEmpty {
            if !current.isEmpty { finished.append(current) }
            current = number..<number
        }
        current = current.lowerBound..<(number &+ 1)
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
        self = RecordNumbers(rest)
        return RecordNumbers(taken)
    }
}

extension RecordNumbers: Sequence {
    public func makeIterator() -> FlattenSequence<[Range<UInt64>]>.Iterator { ranges.joined().makeIterator() }
}
