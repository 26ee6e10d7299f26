// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1
internal import X509

extension DistinguishedName {
    /// As Java's `X500Principal.getName()` writes it (RFC 2253): the last part first, and attributes that the RFC has no
    /// word for as numbers. Rules for principals are written for this.
    var javaText: String { reversed().map { $0.map(\.javaText).joined(separator: "+") }.joined(separator: ",") }
}

extension RelativeDistinguishedName.Attribute {
    private static let words: [ASN1ObjectIdentifier: String] = [
        [2, 5, 4, 3]: "CN", [2, 5, 4, 6]: "C", [2, 5, 4, 7]: "L", [2, 5, 4, 8]: "ST", [2, 5, 4, 10]: "O",
        [2, 5, 4, 11]: "OU", [2, 5, 4, 9]: "STREET", [0, 9, 2342, 19_200_300, 100, 1, 25]: "DC",
        [0, 9, 2342, 19_200_300, 100, 1, 1]: "UID",
    ]

    fileprivate var javaText: String {
        var serializer = DER.Serializer()
        try? serializer.serialize(ASN1Any(value))
        let bytes = serializer.serializedBytes
        guard let word = Self.words[type], let text = Self.text(bytes) else {
            let digits = bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }
            return "\(Self.words[type] ?? "\(type)")=#\(digits.joined())"
        }
        return "\(word)=\(Self.escaped(text))"
    }

    /// Nil for what is no text.
    private static func text(_ bytes: [UInt8]) -> String? {
        guard let node = try? DER.parse(bytes), case .primitive(let content) = node.content else { return nil }
        switch node.identifier {
        case .utf8String, .printableString, .ia5String, .numericString, .visibleString:
            return String(decoding: content, as: UTF8.self)
        case .teletexString: return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
        case .bmpString:
            let bytes = Array(content)
            return String(
                decoding: stride(from: 0, to: bytes.count - 1, by: 2).map {
                    UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
                }, as: UTF16.self)
        default: return nil
        }
    }

    private static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let first = scalars.firstIndex { $0 != " " } ?? scalars.count
        let last = scalars.lastIndex { $0 != " " } ?? -1
        var escaped = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if ",=+<>#;\"\\".unicodeScalars.contains(scalar) || scalar == " " && (index < first || index > last) {
                escaped.append("\\")
            }
            escaped.append(scalar)
        }
        return String(escaped)
    }
}
