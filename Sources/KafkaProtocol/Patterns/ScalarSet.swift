// SPDX-License-Identifier: Apache-2.0

/// A set of Unicode scalars.
struct ScalarSet: Sendable, Equatable {
    /// In their order, without neighbours.
    private(set) var ranges: [ClosedRange<UInt32>] = []

    init() {}

    init(_ ranges: [ClosedRange<UInt32>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ ranges: ClosedRange<UInt32>...) { self.init(ranges) }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    static let last: UInt32 = 0x10FFFF
    static let all = ScalarSet(0...last)
    static let newline = ScalarSet(10...10)
    static let digit = ScalarSet(0x30...0x39)
    static let upper = ScalarSet(0x41...0x5a)
    static let lower = ScalarSet(0x61...0x7a)
    static let letter = ScalarSet(0x41...0x5a, 0x61...0x7a)
    static let word = ScalarSet(0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a)
    static let space = ScalarSet(9...10, 12...13, 0x20...0x20)
    static let punctuation = ScalarSet(0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e)

    /// The only member, if there is no other.
    var only: Unicode.Scalar? {
        guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
        return Unicode.Scalar(ranges[0].lowerBound)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    var inverted: ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.ranges.append(next...Self.last) }
        return result
    }

    func intersection(_ other: ScalarSet) -> ScalarSet { inverted.union(other.inverted).inverted }

    /// Instructions that a program needs for it, at most.
    var size: Int {
        if let last = ranges.last, last.upperBound < 0x80 { return 1 }
        return 1 + UTF8Ranges.of(self).reduce(0) { $0 + $1.count + 1 }
    }

    /// The set with the other case of each letter. A range of thousands has both cases of what is in it.
    /// - Parameter budget: counts down the characters that were looked at.
    func caseInsensitive(_ budget: inout Int) -> ScalarSet {
        var more: [ClosedRange<UInt32>] = []
        for range in ranges {
            for (first, other) in [(UInt32(0x41), UInt32(0x61)), (0x61, 0x41)] {
                let (low, high) = (max(range.lowerBound, first), min(range.upperBound, first + 25))
                if low <= high { more.append((low - first + other)...(high - first + other)) }
            }
            guard range.upperBound >= 0x80, range.count < 2_000 else { continue }
            for value in max(range.lowerBound, 0x80)...range.upperBound {
                budget -= 1
                guard budget >= 0, let scalar = Unicode.Scalar(value) else { continue }
                for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                    // ß has no upper case of its own.
                    guard let other = mapping.unicodeScalars.first, mapping.unicodeScalars.count == 1 else { continue }
                    more.append(other.value...other.value)
                }
            }
        }
        return ScalarSet(ranges + more)
    }
}

/// Ranges of the bytes that characters of a set are written with.
enum UTF8Ranges {
    /// For each sequence of 2 to 4 bytes the range of each byte; ASCII is left out.
    static func of(_ set: ScalarSet) -> [[ClosedRange<UInt8>]] {
        var sequences: [[ClosedRange<UInt8>]] = []
        for range in set.ranges {
            for (count, whole) in [(2, UInt32(0x80)...0x7FF), (3, 0x800...0xFFFF), (4, 0x1_0000...0x10_FFFF)]
            where range.overlaps(whole) {
                let part = range.clamped(to: whole)
                if part == whole {
                    // In UTF-8 no surrogates occur, nor what is longer than it need be: they need not be kept out.
                    let first: ClosedRange<UInt8> = count == 2 ? 0xC2...0xDF : count == 3 ? 0xE0...0xEF : 0xF0...0xF4
                    sequences.append([first] + Array(repeating: 0x80...0xBF, count: count - 1))
                } else {
                    split(part.lowerBound, part.upperBound, count, &sequences)
                }
            }
        }
        return sequences
    }

    /// Cuts a range where its first bytes don't all go with all of its last bytes.
    private static func split(
        _ low: UInt32, _ high: UInt32, _ count: Int, _ sequences: inout [[ClosedRange<UInt8>]]
    ) {
        for tail in 1..<count {
            let mask = UInt32(1) << UInt32(6 * tail) - 1
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 {
                split(low, low | mask, count, &sequences)
                return split((low | mask) + 1, high, count, &sequences)
            }
            if high & mask != mask {
                split(low, (high & ~mask) - 1, count, &sequences)
                return split(high & ~mask, high, count, &sequences)
            }
        }
        sequences.append(zip(bytes(low, count), bytes(high, count)).map { $0...$1 })
    }

    private static func bytes(_ scalar: UInt32, _ count: Int) -> [UInt8] {
        let lead: UInt32 = count == 2 ? 0xC0 : count == 3 ? 0xE0 : 0xF0
        return (0..<count).map { index in
            let bits = scalar >> UInt32(6 * (count - 1 - index))
            return UInt8(truncatingIfNeeded: index == 0 ? lead | bits : 0x80 | bits & 0x3F)
        }
    }
}
