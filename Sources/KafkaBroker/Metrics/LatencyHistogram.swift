// SPDX-License-Identifier: Apache-2.0

/// How often something took how long: buckets of which each is at most a quarter wider than its beginning.
package struct LatencyHistogram: Sendable, Equatable {
    /// Four to each doubling, from a microsecond (of 1024 ns) to an hour.
    static let bucketCount = 128

    /// By bucket.
    package private(set) var counts: [UInt64]
    /// Nanoseconds of all.
    package private(set) var nanoseconds: UInt64

    init() {
        counts = Array(repeating: 0, count: Self.bucketCount)
        nanoseconds = 0
    }

    package var count: UInt64 { counts.reduce(0, &+) }
    package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

    /// The bucket of a time.
    static func bucket(of nanoseconds: UInt64) -> Int {
        let unit = nanoseconds >> 10
        guard unit >= 4 else { return Int(unit) }
        let exponent = 63 - unit.leadingZeroBitCount
        let quarter = Int(unit >> UInt64(exponent - 2)) & 3
        return min((exponent - 1) * 4 + quarter, bucketCount - 1)
    }

    /// Where a bucket begins, in nanoseconds.
    static func start(of bucket: Int) -> UInt64 {
        guard bucket >= 4 else { return UInt64(bucket) << 10 }
        let (exponent, quarter) = (bucket / 4 + 1, bucket % 4)
        return UInt64(4 + quarter) << UInt64(exponent + 8)
    }

    mutating func note(_ nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] &+= 1
        self.nanoseconds &+= nanoseconds
    }

    mutating func add(count: UInt64, toBucket bucket: Int) { counts[bucket] &+= count }
    mutating func add(nanoseconds: UInt64) { self.nanoseconds &+= nanoseconds }

    package mutating func add(_ other: LatencyHistogram) {
        for bucket in counts.indices { counts[bucket] &+= other.counts[bucket] }
        nanoseconds &+= other.nanoseconds
    }

    /// What came since an earlier state.
    package func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var rest = self
        for bucket in counts.indices { rest.counts[bucket] &-= earlier.counts[bucket] }
        rest.nanoseconds &-= earlier.nanoseconds
        return rest
    }

    /// Milliseconds that this part of all took at most, as near as the buckets say; nil if there are none.
    /// - Parameter fraction: from 0 to 1.
    package func quantileMs(_ fraction: Double) -> Double? {
        let total = count
        guard total > 0 else { return nil }
        let wanted = Double(total) * fraction
        var before = 0.0
        for (bucket, count) in counts.enumerated() where count > 0 {
            let reached = before + Double(count)
            if reached >= wanted {
                let (start, end) = (Double(Self.start(of: bucket)), Double(Self.start(of: bucket + 1)))
                return (start + (end - start) * max(wanted - before, 0) / Double(count)) / 1_000_000
            }
            before = reached
        }
        return nil
    }
}
