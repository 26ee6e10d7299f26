// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import NIOCore
internal import NIOHTTP1

/// A request, its body whole.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// A HEAD is served as the GET of its route, and its body isn't sent.
    package var method: Method
    package var target: HTTPTarget
    package var headers: HTTPFields
    package var body: ByteBuffer
    /// What the names in the route's pattern stand for.
    package var parameters: [String: String] = [:]
    /// Who asks; anonymous where nobody has to log in.
    package var principal = Principal.anonymous
    /// The client's address, as access control lists know it: `127.0.0.1`.
    package var clientAddress: String
    /// Whether it came over TLS.
    package var isEncrypted: Bool

    package init(
        method: Method = .get, target: HTTPTarget, headers: HTTPFields = HTTPFields(), body: ByteBuffer = ByteBuffer(),
        clientAddress: String = "127.0.0.1", isEncrypted: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.clientAddress = clientAddress
        self.isEncrypted = isEncrypted
    }

    package var query: HTTPQuery { target.query }

    /// Of the types, the one that the client's Accept header likes best; the first where it likes none of them or says
    /// nothing.
    /// - Parameter types: as `text/html`.
    package func preferredType(_ types: [String]) -> String {
        var best = (type: types[0], quality: 0.0)
        let accepted = headers.all("accept").flatMap(AcceptedType.parse)
        for type in types {
            let quality = accepted.filter { $0.matches(type) }.max { $0.precision < $1.precision }?.quality ?? 0
            if quality > best.quality { best = (type, quality) }
        }
        return best.type
    }

    /// Whether the client takes a body that gzip has compressed (RFC 9110, section 12.5.3).
    package var takesGzip: Bool {
        let codings = headers.all("accept-encoding").flatMap { $0.split(separator: ",") }.map { element in
            element.split(separator: ";").map { $0.trimmingSpaces.lowercased() }
        }
        func quality(_ name: String) -> Double? {
            guard let coding = codings.first(where: { $0.first == name }) else { return nil }
            let weight = coding.dropFirst().first { $0.hasPrefix("q=") }
            return weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
        }
        return quality("gzip") ?? quality("*") ?? 0 > 0
    }
}

/// The header fields of a request; their names have no case.
package struct HTTPFields: Sendable {
    private let fields: HTTPHeaders

    init(_ fields: HTTPHeaders) { self.fields = fields }

    package init(_ fields: [(String, String)] = []) { self.fields = HTTPHeaders(fields) }

    /// The first value of a name.
    package subscript(name: String) -> String? { fields.first(name: name) }

    package func all(_ name: String) -> [String] { fields[name] }
}

/// One element of an Accept header (RFC 9110).
struct AcceptedType {
    var type: Substring
    var parameters: [(name: String, value: String)] = []
    var quality = 1.0

    /// A type before all of its kind, and that before everything.
    var precision: Int { type == "*/*" ? 0 : type.hasSuffix("/*") ? 1 : 2 + parameters.count }

    func matches(_ other: String) -> Bool {
        if type == "*/*" { return true }
        if type.hasSuffix("/*") { return other.hasPrefix(type.dropLast()) }
        return type == other
    }

    static func parse(_ text: String) -> [AcceptedType] {
        text.split(separator: ",").compactMap { element in
            let parts = element.split(separator: ";").map { $0.trimmingSpaces.lowercased() }
            guard let type = parts.first, type.contains("/") else { return nil }
            var accepted = AcceptedType(type: type[...])
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1).map { String($0.trimmingSpaces) }
                guard pair.count == 2 else { continue }
                if pair[0] == "q" {
                    accepted.quality = min(max(Double(pair[1]) ?? 0, 0), 1)
                } else {
                    accepted.parameters.append((pair[0], pair[1]))
                }
            }
            return accepted
        }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at its ends.
    var trimmingSpaces: SubSequence {
        let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
        let end = lastIndex { $0 != " " && $0 != "\t" }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}
