// SPDX-License-Identifier: Apache-2.0

struct SchemaError: Error {
    var line: Substring
}

extension Schema {
    /// Every message of `Golden/protocol` by name; the notation stands in that directory's README.
    static func all() throws -> [String: Schema] { try parsed.get() }

    private static let parsed = Result {
        let schemas = try ["messages.txt", "records.txt"].flatMap { try parse(Golden.text("protocol/" + $0)) }
        return try Dictionary(schemas.map { ($0.name, $0) }) { first, _ in throw SchemaError(line: first.name[...]) }
    }

    static func parse(_ text: String) throws -> [Schema] {
        var schemas: [Schema] = []
        // The name of the structure that lines of each depth belong to; "" is the message.
        var owners: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let depth = line.prefix { $0 == " " }.count / 2
            let words = line.split(separator: " ")
            if depth == 0 {
                schemas.append(try Schema(line, words))
                owners = [""]
                continue
            }
            guard let index = schemas.indices.last, depth <= owners.count else { throw SchemaError(line: line) }
            owners.removeLast(owners.count - depth)
            if words[0] == "struct" {
                try schemas[index].define(String(words[1]), line)
                owners.append(String(words[1]))
                continue
            }
            let field = try Field(line, words)
            if owners.last == "" {
                schemas[index].fields.append(field)
            } else {
                // Lines below a field whose type is no structure have no owner.
                guard let owner = owners.last, schemas[index].structures[owner]?.append(field) != nil else {
                    throw SchemaError(line: line)
                }
            }
            owners.append(field.type.structureName ?? "none")
            // A field names a structure; the lines that follow, if any are deeper, define it.
            schemas[index].pendingStructure(field.type.structureName)
        }
        for schema in schemas { try schema.validate() }
        return schemas
    }

    private init(_ line: Substring, _ words: [Substring]) throws {
        var options = Options(line, words.dropFirst())
        self.init(name: String(words[0]), key: nil, versions: 0...0, flexibleSince: nil)
        while let word = options.next() {
            switch word {
            case "key": key = Int16(try options.value())
            case "versions": versions = try options.range()
            case "flexible":
                let text = try options.value()
                flexibleSince = text == "none" ? nil : try Options.range(text, line).lowerBound
            case "latest-unstable": break
            default: throw SchemaError(line: line)
            }
        }
    }

    private mutating func define(_ structure: String, _ line: Substring) throws {
        guard structures[structure, default: []].isEmpty else { throw SchemaError(line: line) }
        structures[structure] = []
    }

    private mutating func pendingStructure(_ name: String?) {
        if let name, structures[name] == nil { structures[name] = [] }
    }

    private func validate() throws {
        for (structure, fields) in structures where fields.isEmpty { throw SchemaError(line: structure[...]) }
        for fields in structures.values + [fields] where Set(fields.map(\.name)).count != fields.count {
            throw SchemaError(line: name[...])
        }
    }
}

extension Schema.Field {
    fileprivate init(_ line: Substring, _ words: [Substring]) throws {
        guard words.count >= 3, words[0].hasSuffix(":") else { throw SchemaError(line: line) }
        var options = Options(line, words.dropFirst(3))
        self.init(
            name: String(words[0].dropLast()), type: Schema.FieldType(words[1]),
            versions: try Options.range(words[2], line))
        while let word = options.next() {
            switch word {
            case "nullable": nullable = try options.range()
            case "tag":
                tag = UInt32(try options.value())
                // TransactionLogValue gives wider versions first; it has no such field where it can't be tagged.
                versions = try options.range()
            case "default": standard = String(try options.value())
            case "key", "ignorable": break
            case "flexible": _ = try options.value()
            default: throw SchemaError(line: line)
            }
        }
    }
}

extension Schema.FieldType {
    fileprivate init(_ text: Substring) {
        if text.hasPrefix("[]") {
            self = .array(Schema.FieldType(text.dropFirst(2)))
            return
        }
        switch text {
        case "int8": self = .int8
        case "int16": self = .int16
        case "uint16": self = .uint16
        case "int32": self = .int32
        case "uint32": self = .uint32
        case "int64": self = .int64
        case "float64": self = .float64
        case "bool": self = .bool
        case "string": self = .string
        case "uuid": self = .uuid
        case "bytes": self = .bytes
        case "records": self = .records
        default: self = .structure(String(text))
        }
    }

    var structureName: String? {
        switch self {
        case .structure(let name): name
        case .array(let element): element.structureName
        default: nil
        }
    }
}

/// The words of a line behind its beginning.
private struct Options {
    var line: Substring
    var words: ArraySlice<Substring>

    init(_ line: Substring, _ words: ArraySlice<Substring>) {
        self.line = line
        self.words = words
    }

    mutating func next() -> Substring? { words.popFirst() }

    mutating func value() throws -> Substring {
        guard let word = next() else { throw SchemaError(line: line) }
        return word
    }

    mutating func range() throws -> ClosedRange<Int16> { try Self.range(value(), line) }

    /// `3`, `3-7` or `3+`.
    static func range(_ text: Substring, _ line: Substring) throws -> ClosedRange<Int16> {
        let bounds = (text.hasSuffix("+") ? text.dropLast() : text).split(separator: "-").compactMap { Int16($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { throw SchemaError(line: line) }
        return first...(text.hasSuffix("+") ? .max : last)
    }
}
