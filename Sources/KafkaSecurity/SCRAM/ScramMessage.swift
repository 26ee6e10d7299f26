// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

/// The attributes of a SCRAM message (RFC 5802, section 7): `n=user,r=nonce`.
struct ScramMessage {
    private let attributes: [(name: UInt8, value: Substring)]

    /// Nil for a text that is no list of attributes with values.
    init?(_ text: some StringProtocol) {
        var attributes: [(UInt8, Substring)] = []
        for part in Self.parts(text) {
            guard part.utf8.count > 2, let name = part.utf8.first, part.utf8.dropFirst().first == UInt8(ascii: "=")
            else {
                return nil
            }
            attributes.append((name, Substring(part.utf8.dropFirst(2))))
        }
        self.attributes = attributes
    }

    var count: Int { attributes.count }

    /// What stands between commas; by bytes, because a character of Unicode may begin with one.
    static func parts(_ text: some StringProtocol, maxSplits: Int = .max) -> [Substring] {
        Substring(text).utf8.split(separator: UInt8(ascii: ","), maxSplits: maxSplits, omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    /// The value at a place, where an attribute of that name has to be.
    subscript(_ index: Int, _ name: Unicode.Scalar) -> Substring? {
        guard attributes.indices.contains(index), UInt32(attributes[index].name) == name.value else { return nil }
        return attributes[index].value
    }

    /// `key=value` pairs, which have names of any length.
    static func extensions(_ parts: some Sequence<Substring>) -> [String: String]? {
        var found: [String: String] = [:]
        for part in parts {
            guard let sign = part.utf8.firstIndex(of: UInt8(ascii: "=")), sign > part.startIndex else { return nil }
            found[String(part[..<sign])] = String(part[part.utf8.index(after: sign)...])
        }
        return found
    }

    // MARK: Names

    /// A user's name, with `=` and `,` written as `=3D` and `=2C`.
    static func encode(name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "=": text += "=3D"
            case ",": text += "=2C"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Nil for what `encode` doesn't make.
    static func decode(name text: Substring) -> String? {
        var name = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "=":
                let code = String(String.UnicodeScalarView(rest.prefix(2)))
                guard code == "3D" || code == "2C" else { return nil }
                name.append(code == "3D" ? "=" : ",")
                rest = rest.dropFirst(2)
            case ",", "\0": return nil
            default: name.append(scalar)
            }
        }
        return name.isEmpty ? nil : String(name)
    }

    /// Whether a nonce has printable characters alone.
    static func isNonce(_ text: Substring) -> Bool { text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 44 } }

    /// A nonce of 144 random bits.
    package static func makeNonce() -> String {
        var random = SystemRandomNumberGenerator()
        return Base64.encodeURL((0..<18).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}
