// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// The blocks of a text of PEM (RFC 7468, and the headers of RFC 1421), in their order.
///
/// Text outside of the markers counts for nothing, nor does white space; a value of a property may have `\n` for line ends.
enum PEM {
    struct Block: Equatable {
        /// `CERTIFICATE`, `PRIVATE KEY` …
        var label: String
        /// `Proc-Type: 4,ENCRYPTED` and the like.
        var headers: [String]
        var bytes: [UInt8]

        var isCertificate: Bool { ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"].contains(label) }
        var isPrivateKey: Bool { label.hasSuffix("PRIVATE KEY") }
        /// Encrypted the way OpenSSL did before PKCS#8.
        var isTraditionallyEncrypted: Bool {
            headers.contains { $0.hasPrefix("Proc-Type") && $0.contains("ENCRYPTED") }
        }

        /// As a text again, in lines of 64.
        var text: String {
            var lines = ["-----BEGIN \(label)-----"] + headers + (headers.isEmpty ? [] : [""])
            var rest = Base64.encode(bytes)[...]
            while !rest.isEmpty {
                lines.append(String(rest.prefix(64)))
                rest = rest.dropFirst(64)
            }
            return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
        }
    }

    /// Why a text is not what it begins as.
    struct Damage: Error, Equatable {
        var reason: String
    }

    private static let begin = "-----BEGIN "
    private static let end = "-----END "
    private static let dashes = "-----"

    static func isPEM(_ bytes: [UInt8]) -> Bool { String(decoding: bytes, as: UTF8.self).contains(begin) }

    static func blocks(_ text: String) throws(Damage) -> [Block] {
        // Inline, with line ends as a properties file or JSON would have them; base64 knows no backslash.
        let text = text.contains("\\n") ? text.split("\\n").joined(separator: "\n") : text
        var blocks: [Block] = []
        let parts = text.split(begin)
        for part in parts.dropFirst() {
            guard let (label, rest) = part.cut(dashes) else { throw Damage(reason: "a BEGIN line has no end") }
            guard let (body, after) = rest.cut(end) else {
                throw Damage(reason: "the block \(label.printable) has no END line; the text is cut off")
            }
            guard let (ending, _) = after.cut(dashes), ending == label else {
                throw Damage(reason: "the block \(label.printable) ends as another")
            }
            let (headers, content) = split(body)
            guard let bytes = Base64.decode(content), !bytes.isEmpty else {
                throw Damage(reason: "the block \(label.printable) is no base64; it is damaged")
            }
            blocks.append(Block(label: label, headers: headers, bytes: bytes))
        }
        return blocks
    }

    /// Headers, and base64 without white space.
    private static func split(_ body: String) -> (headers: [String], content: String) {
        var headers: [String] = []
        var content = ""
        for line in body.split(whereSeparator: \.isNewline) {
            if line.contains(":") {
                headers.append(line.trimmed)
            } else {
                content += line.filter { !$0.isWhitespace }
            }
        }
        return (headers, content)
    }
}

extension String {
    /// The parts between separators.
    fileprivate func split(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self
        while let (part, after) = rest.cut(separator) {
            parts.append(part)
            rest = after
        }
        return parts + [rest]
    }

    /// What stands before the first of a separator, and behind it.
    fileprivate func cut(_ separator: String) -> (String, String)? {
        let (text, pattern) = (Array(utf8), Array(separator.utf8))
        guard text.count >= pattern.count else { return nil }
        for start in 0...(text.count - pattern.count) where text[start] == pattern[0] {
            guard text[start..<(start + pattern.count)].elementsEqual(pattern) else { continue }
            return (
                String(decoding: text[..<start], as: UTF8.self),
                String(decoding: text[(start + pattern.count)...], as: UTF8.self)
            )
        }
        return nil
    }
}
