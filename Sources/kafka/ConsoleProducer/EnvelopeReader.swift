// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// Takes lines of JSON apart, one record each. Memory is used again from line to line.
struct EnvelopeReader: ~Copyable {
    /// Of the line that was read last.
    private(set) var headers = EncodedRecordHeaders()
    /// Texts without their escapes. A line's texts together are shorter than the line, so that this never moves while
    /// pointers into it are in use.
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)
    private var used = 0
    /// The fields that a line has had, a bit each.
    private var seen = 0

    init() {}

    deinit { memory.deallocate() }

    /// - Throws: `EnvelopeError` with the cause; the headers are of no use then.
    mutating func read(_ line: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
        // Each text may write eight bytes beyond its end.
        if memory.count < line.count + 8 {
            memory.deallocate()
            memory = .allocate(byteCount: line.count * 2 + 8, alignment: 16)
        }
        used = 0
        seen = 0
        headers.removeAll()
        do {
            var scanner = JSONScanner(line)
            let envelope = try readObject(&scanner)
            try scanner.finish()
            return envelope
        } catch let error as EnvelopeError {
            throw error
        } catch {
            throw EnvelopeError("\(error)")
        }
    }

    private mutating func readObject(_ scanner: inout JSONScanner) throws -> Envelope {
        var envelope = Envelope()
        var isFirst = true
        var hasTime = true
        try scanner.enterObject()
        while let name = try scanner.nextMember(&isFirst) {
            let field = try field(name)
            try refuseTwice(field)
            // kcat writes bytes that are not UTF-8 as they are.
            if Self.kcatFields.contains(field) { scanner.takesAnyBytes = true }
            switch field {
            case .topic: envelope.topic = try text(&scanner, of: "topic")
            case .partition: envelope.partition = try integer(&scanner, of: "partition")
            case .timestamp: envelope.timestamp = try integer(&scanner, of: "timestamp")
            case .offset: try scanner.skip()
            case .key: envelope.key = try content(&scanner)
            case .keyBase64: envelope.key = try base64(&scanner, of: "key_base64")
            case .value: envelope.value = try content(&scanner)
            case .valueBase64: envelope.value = try base64(&scanner, of: "value_base64")
            case .headers: try readHeaders(&scanner)
            case .ts: envelope.timestamp = try integer(&scanner, of: "ts")
            case .timestampType:
                hasTime = try text(&scanner, of: "tstype").map { !$0.elementsEqual("unknown".utf8) } ?? true
            case .broker: try scanner.skip()
            case .payload: envelope.value = try content(&scanner)
            }
        }
        if !hasTime { envelope.timestamp = -1 }
        guard hasSeen(.value) || hasSeen(.valueBase64) || hasSeen(.payload) else {
            throw EnvelopeError("no field 'value'; a tombstone has \"value\": null")
        }
        if let partition = envelope.partition, partition < 0 {
            throw EnvelopeError("partition \(partition) is none: partitions count from 0")
        }
        return envelope
    }

    private static let kcatFields: Set<Envelope.Field> = [.timestampType, .ts, .broker, .payload]

    // MARK: Names

    private func field(_ name: JSONText) throws -> Envelope.Field {
        if let field = Envelope.Field(name) { return field }
        let word = name.string
        let hint = closest(to: word, among: Envelope.Field.allCases.map(\.rawValue))
        throw EnvelopeError("unknown field '\(word)'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
    }

    private func hasSeen(_ field: Envelope.Field) -> Bool { seen & 1 << field.place != 0 }

    private mutating func refuseTwice(_ field: Envelope.Field) throws {
        if hasSeen(field) { throw EnvelopeError("the field '\(field.rawValue)' stands there twice") }
        seen |= 1 << field.place
        for (one, other) in Self.alternatives where hasSeen(one) && hasSeen(other) {
            throw EnvelopeError("both '\(one.rawValue)' and '\(other.rawValue)'")
        }
    }

    private static let alternatives: [(Envelope.Field, Envelope.Field)] = [
        (.key, .keyBase64), (.value, .valueBase64), (.value, .payload), (.valueBase64, .payload), (.timestamp, .ts),
    ]

    // MARK: Values

    /// The bytes of a text.
    private mutating func bytes(_ text: JSONText) -> UnsafeRawBufferPointer {
        guard text.hasEscapes else { return text.bytes }
        let start = (memory.baseAddress! + used).assumingMemoryBound(to: UInt8.self)
        let count = text.decode(to: start)
        used += count
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// A key or value: a string stands for its text, null for none, and all else for itself as it is written.
    private mutating func content(_ scanner: inout JSONScanner) throws -> UnsafeRawBufferPointer? {
        switch try scanner.kind() {
        case .string: return bytes(try scanner.string())
        case .null:
            try scanner.skip()
            return nil
        default: return try scanner.skip()
        }
    }

    private mutating func base64(_ scanner: inout JSONScanner, of name: String) throws -> UnsafeRawBufferPointer {
        guard case .string = try scanner.kind() else { throw EnvelopeError("'\(name)' must be a string") }
        let text = try scanner.string()
        let digits = bytes(text)
        // Digits that are in our memory already are decoded where they are.
        let start =
            text.hasEscapes ? UnsafeMutableRawPointer(mutating: digits.baseAddress!) : memory.baseAddress! + used
        guard let count = Base64.decode(digits, to: start.assumingMemoryBound(to: UInt8.self)) else {
            throw EnvelopeError("'\(name)' is no base64")
        }
        if !text.hasEscapes { used += count }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Null counts as not there.
    private mutating func text(_ scanner: inout JSONScanner, of name: String) throws -> UnsafeRawBufferPointer? {
        switch try scanner.kind() {
        case .string: return bytes(try scanner.string())
        case .null:
            try scanner.skip()
            return nil
        default: throw EnvelopeError("'\(name)' must be a string")
        }
    }

    private func integer<Integer: FixedWidthInteger>(
        _ scanner: inout JSONScanner, of name: String
    ) throws -> Integer? {
        switch try scanner.kind() {
        case .null:
            try scanner.skip()
            return nil
        case .number:
            let digits = try scanner.number()
            if let value = Integer(decimal: digits) { return value }
            throw EnvelopeError(
                "'\(name)' is \(String(decoding: digits.prefix(40), as: UTF8.self)), not a whole number from "
                    + "\(Integer.min) to \(Integer.max)")
        default: throw EnvelopeError("'\(name)' must be a number")
        }
    }
}

extension EnvelopeReader {
    // MARK: Headers

    /// `[{"key": "a", "value": "1"}, …]`, `[["a", "1"], …]`, `["a", "1", …]` as kcat writes them, or `{"a": "1", …}`.
    private mutating func readHeaders(_ scanner: inout JSONScanner) throws {
        switch try scanner.kind() {
        case .null: try scanner.skip()
        case .object:
            var isFirst = true
            try scanner.enterObject()
            while let name = try scanner.nextMember(&isFirst) {
                let key = bytes(name)
                headers.append(key: key, value: try content(&scanner))
            }
        case .array:
            var isFirst = true
            try scanner.enterArray()
            while try scanner.nextElement(&isFirst) {
                switch try scanner.kind() {
                case .object: try readHeader(&scanner)
                case .array: try readPair(&scanner)
                case .string:
                    let key = bytes(try scanner.string())
                    guard try scanner.nextElement(&isFirst) else {
                        throw EnvelopeError(
                            "a header must be an object with key and value, a pair, or a name and a value")
                    }
                    headers.append(key: key, value: try content(&scanner))
                default: throw EnvelopeError("a header must be an object with key and value, or a pair")
                }
            }
        default: throw EnvelopeError("'headers' must be an array or an object")
        }
    }

    private mutating func readPair(_ scanner: inout JSONScanner) throws {
        var isFirst = true
        try scanner.enterArray()
        let flaw = EnvelopeError("a header that is an array must be a pair: [\"name\", \"value\"]")
        guard try scanner.nextElement(&isFirst), case .string = try scanner.kind() else { throw flaw }
        let key = bytes(try scanner.string())
        guard try scanner.nextElement(&isFirst) else { throw flaw }
        headers.append(key: key, value: try content(&scanner))
        if try scanner.nextElement(&isFirst) { throw flaw }
    }

    private mutating func readHeader(_ scanner: inout JSONScanner) throws {
        var key: UnsafeRawBufferPointer?
        var value: UnsafeRawBufferPointer?
        var hasValue = false
        var isFirst = true
        try scanner.enterObject()
        while let name = try scanner.nextMember(&isFirst) {
            let field = try field(name)
            switch field {
            case .key, .keyBase64:
                if key != nil { throw EnvelopeError("a header with two keys") }
                key = field == .key ? try text(&scanner, of: "key") : try base64(&scanner, of: "key_base64")
            case .value, .valueBase64:
                if hasValue { throw EnvelopeError("a header with two values") }
                hasValue = true
                value = field == .value ? try content(&scanner) : try base64(&scanner, of: "value_base64")
            default: throw EnvelopeError("unknown field '\(field.rawValue)' of a header")
            }
        }
        guard let key else { throw EnvelopeError("a header without 'key'") }
        guard hasValue else { throw EnvelopeError("a header without 'value'; it may be null") }
        headers.append(key: key, value: value)
    }
}
