// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

extension Base64 {
    /// As `decode`, but each value has one text alone: bits that stand for nothing must be zero.
    static func decodeStrictly(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        guard let bytes = decode(text), encode(bytes) == text else { return nil }
        return bytes
    }

    /// The alphabet of URLs, without padding (RFC 7515).
    package static func encodeURL(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for character in encode(bytes).utf8 {
            switch character {
            case UInt8(ascii: "+"): text += "-"
            case UInt8(ascii: "/"): text += "_"
            case UInt8(ascii: "="): break
            default: text.unicodeScalars.append(Unicode.Scalar(character))
            }
        }
        return text
    }

    /// Nil for a text that is none of those that `encodeURL` makes.
    package static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.utf8.count + 3)
        for character in text.utf8 {
            switch character {
            case UInt8(ascii: "-"): plain.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: plain.append(character)
            }
        }
        guard plain.count % 4 != 1 else { return nil }
        while plain.count % 4 != 0 { plain.append(UInt8(ascii: "=")) }
        return decodeStrictly(String(decoding: plain, as: UTF8.self))
    }
}
