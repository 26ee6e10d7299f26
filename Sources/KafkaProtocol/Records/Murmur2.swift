// SPDX-License-Identifier: Apache-2.0

/// The hash by which Kafka's Java client, and every client that agrees with it, gives a key its partition.
public enum Murmur2 {
    /// Murmur2 with Kafka's seed over little-endian words, as Java's `Utils.murmur2`.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        let multiplier: UInt32 = 0x5bd1_e995
        let wordsEnd = bytes.count & ~3
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        for index in stride(from: 0, to: wordsEnd, by: 4) {
            var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash = (hash &* multiplier) ^ word
        }
        if wordsEnd < bytes.count {
            for index in wordsEnd..<bytes.count {
                hash ^= UInt32(bytes[index]) << UInt32(8 * (index - wordsEnd))
            }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }

    /// Clears the sign bit, as Java's `Utils.toPositive`; not the absolute value.
    public static func toPositive(_ hash: Int32) -> Int32 {
        hash & Int32.max
    }

    /// The partition of a record with this key, out of `count` (at least 1).
    public static func partition(of key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
        toPositive(hash(key)) % count
    }
}
