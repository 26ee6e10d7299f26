// SPDX-License-Identifier: Apache-2.0

/// The same numbers for the same seed (SplitMix64), so that what a test found can be found again.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Bytes of every kind: text in several scripts, what JSON must escape, and what is no text.
    package mutating func bytes(upTo count: Int) -> [UInt8] {
        let pieces: [[UInt8]] = [
            Array("plain text, ".utf8), Array("\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}/".utf8), Array("äß€😀\u{2028}".utf8),
            [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x7F], Array("{\"a\":[1,null]}".utf8), [],
        ]
        let isText = Bool.random(using: &self)
        var bytes: [UInt8] = []
        let wanted = Int.random(in: 0...count, using: &self)
        while bytes.count < wanted {
            let piece = pieces.randomElement(using: &self) ?? []
            if !isText || String(validating: piece, as: UTF8.self) != nil { bytes += piece }
            if !isText { bytes.append(UInt8.random(in: 0...255, using: &self)) }
        }
        return bytes
    }
}

extension SeededRandom {
    /// The same bytes but for one to three changes: a bit, a byte more, one less, an end too early, a part twice.
    package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &self), at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(contentsOf: bytes.suffix(from: place), at: place)
            default: bytes.insert([0, 1, 44, 61].randomElement(using: &self) ?? 0, at: place)
            }
        }
        return bytes
    }
}
