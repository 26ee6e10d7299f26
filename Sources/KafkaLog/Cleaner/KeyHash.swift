// SPDX-License-Identifier: Apache-2.0

/// SipHash-1-3 with 128 bits and a key of its own for each map: nobody can make up two keys that look the same, and
/// among as many keys as a map holds, chance doesn't make two either.
struct KeyHash {
    private let key: (UInt64, UInt64)

    init() { key = (.random(in: 0 ... .max), .random(in: 0 ... .max)) }

    func callAsFunction(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        var state = State(key)
        let count = bytes.count
        var last = UInt64(truncatingIfNeeded: count) << 56
        if let base = bytes.baseAddress {
            let words = count & ~7
            var offset = 0
            while offset < words {
                state.mix(UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                offset += 8
            }
            if count >= 8, offset < count {
                // The last eight bytes, without those that are mixed already.
                let bytes = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
                last |= bytes >> UInt64(8 * (8 - (count - offset)))
            } else {
                var shift: UInt64 = 0
                while offset < count {
                    last |= UInt64(base.load(fromByteOffset: offset, as: UInt8.self)) << shift
                    shift += 8
                    offset += 1
                }
            }
        }
        state.mix(last)
        return state.finish()
    }

    private struct State {
        var a, b, c, d: UInt64

        init(_ key: (UInt64, UInt64)) {
            a = key.0 ^ 0x736f_6d65_7073_6575
            b = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
            c = key.0 ^ 0x6c79_6765_6e65_7261
            d = key.1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func mix(_ word: UInt64) {
            d ^= word
            round()
            a ^= word
        }

        @inline(__always)
        mutating func finish() -> (UInt64, UInt64) {
            c ^= 0xee
            for _ in 0..<3 { round() }
            let first = a ^ b ^ c ^ d
            b ^= 0xdd
            for _ in 0..<3 { round() }
            return (first, a ^ b ^ c ^ d)
        }

        @inline(__always)
        private mutating func round() {
            a &+= b
            b = Self.rotate(b, 13) ^ a
            a = Self.rotate(a, 32)
            c &+= d
            d = Self.rotate(d, 16) ^ c
            a &+= d
            d = Self.rotate(d, 21) ^ a
            c &+= b
            b = Self.rotate(b, 17) ^ c
            c = Self.rotate(c, 32)
        }

        @inline(__always)
        private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value &<< by | value &>> (64 &- by) }
    }
}
