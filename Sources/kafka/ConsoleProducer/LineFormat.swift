// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// How a line is taken apart: `headers<delimiter>key<separator>value`, as Kafka's LineMessageReader does.
struct LineFormat: Sendable {
    static let propertyNames = [
        "parse.key", "parse.headers", "key.separator", "headers.delimiter", "headers.separator",
        "headers.key.separator", "ignore.error", "null.marker", "topic",
    ]

    var parsesKey = false
    var parsesHeaders = false
    var ignoresErrors = false
    private var keySeparator = Array("\t".utf8)
    private var headersDelimiter = Array("\t".utf8)
    private var headersSeparator = Separator(",")
    private var headerKeySeparator = Array(":".utf8)
    private var nullMarker: [UInt8]?

    /// Whether a line is a value as it stands.
    var isPlain: Bool { !parsesKey && !parsesHeaders && nullMarker == nil }

    /// One line, taken apart; the pointers are into the line.
    struct Parts {
        var key: UnsafeRawBufferPointer?
        var value: UnsafeRawBufferPointer?
    }

    init(_ properties: Properties = Properties()) throws {
        func flag(_ name: String) -> Bool { properties[name]?.trimmed.lowercased() == "true" }
        func bytes(_ name: String, _ standard: [UInt8]) throws -> [UInt8] {
            guard let text = properties[name] else { return standard }
            if text.isEmpty { throw CommandError("The property \(name) may not be empty") }
            return Array(text.utf8)
        }
        parsesKey = flag("parse.key")
        parsesHeaders = flag("parse.headers")
        ignoresErrors = flag("ignore.error")
        keySeparator = try bytes("key.separator", keySeparator)
        headersDelimiter = try bytes("headers.delimiter", headersDelimiter)
        let separators = try bytes("headers.separator", Array(",".utf8))
        headersSeparator = Separator(String(decoding: separators, as: UTF8.self))
        headerKeySeparator = try bytes("headers.key.separator", headerKeySeparator)
        nullMarker = properties["null.marker"].map { Array($0.utf8) }
        try refuseEqual(
            [
                ("headers.delimiter", headersDelimiter), ("headers.separator", separators),
                ("headers.key.separator", headerKeySeparator),
            ])
        for (name, separator) in [
            ("key.separator", keySeparator), ("headers.separator", separators),
            ("headers.delimiter", headersDelimiter), ("headers.key.separator", headerKeySeparator),
        ] where separator == nullMarker {
            throw CommandError("null.marker and \(name) may not be equal")
        }
    }

    private func refuseEqual(_ separators: [(name: String, bytes: [UInt8])]) throws {
        for (index, first) in separators.enumerated() {
            for second in separators[(index + 1)...] where first.bytes == second.bytes {
                throw CommandError("\(first.name) and \(second.name) may not be equal")
            }
        }
    }

    /// Takes a line apart; its headers are put into `headers`.
    func parse(
        _ line: UnsafeRawBufferPointer, number: Int, _ headers: inout EncodedRecordHeaders
    ) throws -> Parts {
        var rest = line
        var parts = Parts()
        headers.removeAll()
        if parsesHeaders, let text = try cut(&rest, at: headersDelimiter, "headers delimiter", line, number) {
            if !isNull(text) { try addHeaders(text, number, &headers) }
        }
        if parsesKey, let key = try cut(&rest, at: keySeparator, "key separator", line, number) {
            parts.key = isNull(key) ? nil : key
        }
        parts.value = isNull(rest) ? nil : rest
        return parts
    }

    private func isNull(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let nullMarker else { return false }
        return bytes.elementsEqual(nullMarker)
    }

    /// What is before the separator; `rest` then begins behind it.
    private func cut(
        _ rest: inout UnsafeRawBufferPointer, at separator: [UInt8], _ name: String, _ line: UnsafeRawBufferPointer,
        _ number: Int
    ) throws -> UnsafeRawBufferPointer? {
        guard let index = rest.firstIndex(of: separator) else {
            if ignoresErrors { return nil }
            throw CommandError("No \(name) found on line number \(number): '\(Self.excerpt(line))'")
        }
        let piece = UnsafeRawBufferPointer(rebasing: rest[0..<index])
        rest = UnsafeRawBufferPointer(rebasing: rest[(index + separator.count)...])
        return piece
    }

    private func addHeaders(
        _ text: UnsafeRawBufferPointer, _ number: Int, _ headers: inout EncodedRecordHeaders
    ) throws {
        var rest = text
        // As Java splits: what is empty at the end counts for nothing, unless there is no separator at all.
        var empty = 0
        while let range = headersSeparator.first(in: rest) {
            let pair = rest.part(..<range.lowerBound)
            rest = rest.part(range.upperBound...)
            if pair.isEmpty {
                empty += 1
                continue
            }
            for _ in 0..<empty { try addHeader(UnsafeRawBufferPointer(start: nil, count: 0), number, &headers) }
            empty = 0
            try addHeader(pair, number, &headers)
        }
        guard !rest.isEmpty || text.isEmpty else { return }
        for _ in 0..<empty { try addHeader(UnsafeRawBufferPointer(start: nil, count: 0), number, &headers) }
        try addHeader(rest, number, &headers)
    }

    private func addHeader(
        _ pair: UnsafeRawBufferPointer, _ number: Int, _ headers: inout EncodedRecordHeaders
    ) throws {
        guard let middle = pair.firstIndex(of: headerKeySeparator) else {
            if ignoresErrors { return headers.append(key: pair, value: [UInt8]?.none) }
            throw CommandError(
                "No header key separator found in pair '\(Self.excerpt(pair))' on line number \(number)")
        }
        let key = pair.part(..<middle)
        if isNull(key) {
            throw CommandError(
                "A header key is equal to the null marker on line number \(number): it can't be null")
        }
        let value = pair.part((middle + headerKeySeparator.count)...)
        headers.append(key: key, value: isNull(value) ? nil : Array(value))
    }

    /// The beginning of a line, for a message.
    static func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        return bytes.count > 200 ? text + "…" : text
    }
}
