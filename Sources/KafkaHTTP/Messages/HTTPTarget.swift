// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

/// What a request is for: the pieces of its path and its query, decoded.
package struct HTTPTarget: Sendable, Equatable {
    /// Between the slashes; a slash at the end makes no piece, and the root has none. A piece may hold anything, a slash
    /// too: what is made of it has nothing to do with files.
    package var pieces: [String]
    package var query: HTTPQuery
    /// The authority of a target in absolute form, which counts instead of the Host header.
    package var authority: String?

    /// - Returns: nil for what is no target of a request, or can't be decoded.
    package init?(_ text: String) {
        var rest = text[...]
        if !rest.hasPrefix("/") {
            guard let scheme = ["http://", "https://"].first(where: { rest.lowercased().hasPrefix($0) }) else {
                return nil
            }
            rest = rest.dropFirst(scheme.count)
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            guard end > rest.startIndex else { return nil }
            authority = String(rest[..<end])
            rest = rest[end...]
        }
        // A fragment is the browser's own.
        rest = rest.prefix { $0 != "#" }
        let mark = rest.firstIndex(of: "?") ?? rest.endIndex
        guard let query = HTTPQuery(rest[mark...].dropFirst()) else { return nil }
        self.query = query
        var pieces: [String] = []
        for piece in rest[..<mark].split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let decoded = PercentCoding.decode(piece) else { return nil }
            pieces.append(decoded)
        }
        if pieces.last == "" { pieces.removeLast() }
        self.pieces = pieces
    }
}

/// Names and values behind a question mark, in order.
package struct HTTPQuery: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package var items: [Item] = []

    package init() {}

    /// - Returns: nil for what can't be decoded.
    package init?(_ text: Substring) {
        for part in text.split(separator: "&") {
            let sign = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = PercentCoding.decode(part[..<sign], plusIsSpace: true),
                let value = PercentCoding.decode(part[sign...].dropFirst(), plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
    }

    /// The last value of a name; nil if it isn't there.
    package subscript(name: String) -> String? { items.last { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
