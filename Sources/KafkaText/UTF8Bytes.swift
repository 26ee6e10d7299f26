// SPDX-License-Identifier: Apache-2.0

/// Whether bytes are UTF-8 as Unicode defines it: no surrogates, nothing longer than it need be, nothing cut off.
package enum UTF8Bytes {
    package static func areValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        let end = bytes.count
        var at = 0
        while at < end {
            if at + 8 <= end {
                let plain = ByteWords.before(ByteWords.foreign(ByteWords.load(base + at)))
                at += plain
                if plain == 8 { continue }
            } else if base[at] < 0x80 {
                at += 1
                continue
            }
            let count = sequence(base, at, end)
            if count == 0 { return false }
            at += count
        }
        return true
    }

    /// Bytes of the character outside of ASCII that begins at `at`; 0 if there is none.
    @inline(__always)
    package static func sequence(_ base: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
        @inline(__always)
        func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            range.contains(base[at + offset])
        }
        let left = end - at
        switch base[at] {
        case 0xC2...0xDF:
            return left >= 2 && continues(1) ? 2 : 0
        case 0xE0...0xEF:
            // The first range keeps out what is too long, the second the surrogates.
            let second: ClosedRange<UInt8> =
                base[at] == 0xE0 ? 0xA0...0xBF : base[at] == 0xED ? 0x80...0x9F : 0x80...0xBF
            return left >= 3 && continues(1, second) && continues(2) ? 3 : 0
        case 0xF0...0xF4:
            let second: ClosedRange<UInt8> =
                base[at] == 0xF0 ? 0x90...0xBF : base[at] == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            return left >= 4 && continues(1, second) && continues(2) && continues(3) ? 4 : 0
        default:
            return 0
        }
    }

    /// Writes a character; returns its bytes, 1 to 4.
    package static func write(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
        switch scalar {
        case ..<0x80:
            out[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case ..<0x800:
            out[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
            out[1] = tail(0)
            return 2
        case ..<0x10000:
            out[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
            out[1] = tail(6)
            out[2] = tail(0)
            return 3
        default:
            out[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
            out[1] = tail(12)
            out[2] = tail(6)
            out[3] = tail(0)
            return 4
        }
    }
}
