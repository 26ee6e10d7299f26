// SPDX-License-Identifier: Apache-2.0

/// The 128-bit identifier of a topic, directory, cluster or member; written as 22 characters of base64url.
public struct KafkaUUID: Sendable, Hashable {
    /// The first eight bytes, as a number.
    public var high: UInt64
    /// The last eight bytes, as a number.
    public var low: UInt64

    /// An id of these bytes.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Stands for none.
    public static let zero = KafkaUUID(high: 0, low: 0)

    /// A random (version 4) identifier whose text does not begin with a dash, so that it can stand on a command line.
    public static func random() -> KafkaUUID {
        while true {
            let high = UInt64.random(in: 0 ... .max) & ~0xf000 | 0x4000
            let low = UInt64.random(in: 0 ... .max) & ~(3 << 62) | (2 << 62)
            let candidate = KafkaUUID(high: high, low: low)
            if !candidate.description.hasPrefix("-") { return candidate }
        }
    }
}

extension KafkaUUID: Comparable {
    public static func < (left: KafkaUUID, right: KafkaUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension KafkaUUID: CustomStringConvertible, LosslessStringConvertible {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public var description: String {
        // 128 bits and four zero bits to fill the last of 22 groups of six.
        String(unsafeUninitializedCapacity: 22) { text in
            var rest = (high: high, low: low)
            text[21] = Self.alphabet[Int(rest.low & 0x3) << 4]
            rest = (rest.high >> 2, rest.low >> 2 | rest.high << 62)
            for index in stride(from: 20, through: 0, by: -1) {
                text[index] = Self.alphabet[Int(rest.low & 0x3f)]
                rest = (rest.high >> 6, rest.low >> 6 | rest.high << 58)
            }
            return 22
        }
    }

    /// Reads 22 characters of base64url, with or without padding.
    public init?(_ text: String) {
        var characters = Array(text.utf8)
        while characters.last == UInt8(ascii: "=") { characters.removeLast() }
        guard characters.count == 22 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, character) in characters.enumerated() {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            let bits = index == 21 ? 2 : 6
            high = high << bits | low >> (64 - bits)
            low = low << bits | UInt64(index == 21 ? value >> 4 : value)
        }
        self.init(high: high, low: low)
    }
}
