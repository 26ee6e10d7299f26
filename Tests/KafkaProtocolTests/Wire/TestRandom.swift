// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Random numbers that a printed seed repeats (SplitMix64): `KAFKA_TEST_SEED=… swift test`.
struct TestRandom: RandomNumberGenerator {
    /// The seed of this run.
    static let seed: UInt64 = {
        let seed =
            ProcessInfo.processInfo.environment["KAFKA_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("KAFKA_TEST_SEED=\(seed)")
        return seed
    }()

    private var state: UInt64

    /// A sequence of its own for each name, so that tests can run in any order and in parallel.
    init(_ name: String) {
        // FNV-1a, because Hasher has another seed in every process.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        state = Self.seed ^ hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Yes in one of `count` cases.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255, using: &self) } }

    /// Characters of one to four bytes in UTF-8.
    mutating func text(_ count: Int) -> String {
        let alphabet: [Character] = ["a", "Z", "0", "-", ".", "_", "ü", "Ω", "漢", "🦆"]
        return String((0..<count).map { _ in alphabet.randomElement(using: &self)! })
    }
}
