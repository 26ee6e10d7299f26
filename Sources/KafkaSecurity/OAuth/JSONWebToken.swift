// SPDX-License-Identifier: Apache-2.0

package import KafkaText

/// A JWT in its three parts (RFC 7519), of which nothing is checked yet.
package struct JSONWebToken: Sendable {
    let header: JSON
    package let claims: JSON
    /// What the signature is for.
    let signedText: Substring
    let signature: [UInt8]

    /// Nil for what is no JWT.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Base64.decodeURL(parts[2])
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signedText = text[..<parts[1].endIndex]
    }

    private static func object(_ text: Substring) -> JSON? {
        guard let bytes = Base64.decodeURL(text), let json = try? JSON.parse(bytes), case .object = json else {
            return nil
        }
        return json
    }

    package var algorithm: String { header["alg"]?.text ?? "" }
    var keyID: String? { header["kid"]?.text }

    /// A time claim in milliseconds since 1970.
    package func time(_ claim: String) -> Int64? {
        switch claims[claim] {
        case .integer(let seconds)?:
            return seconds.multipliedReportingOverflow(by: 1000).overflow ? nil : seconds * 1000
        case .double(let seconds)?: return Int64(exactly: (seconds * 1000).rounded())
        default: return nil
        }
    }

    /// A claim that is a text or several, as `aud` and `scope` are.
    package func texts(_ claim: String) -> [String]? {
        switch claims[claim] {
        case .string(let text)?: return [text]
        case .array(let elements)?:
            let texts = elements.compactMap(\.text)
            return texts.count == elements.count ? texts : nil
        default: return nil
        }
    }
}
