// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaQuery
import KafkaText

/// Which records are printed, and how.
struct RecordOutput: Sendable {
    let query: RecordQuery
    private(set) var formatter: any RecordFormatter
    /// For the fields of `--select`, instead of a formatter.
    let columns: ColumnStyle?
    /// Whether no option says how records are printed.
    let isUnspecified: Bool
    private let unknownProperties: [String]

    /// The options that say so.
    private static let options = [
        "format", "formatter", "formatter-config", "property", "key-deserializer", "value-deserializer", "select",
        "key-delimiter",
    ]

    init(_ arguments: Arguments) throws {
        do throws(InvalidExpression) {
            query = try RecordQuery(filters: arguments.strings("where"), selections: arguments.strings("select"))
        } catch {
            throw CommandError("\(error)")
        }
        isUnspecified = !Self.options.contains(where: arguments.has)
        try arguments.refuse(["formatter", "formatter-config"], with: "select")
        try arguments.refuse(["formatter"], with: "format")
        let properties = try Self.properties(arguments)
        let format = arguments.string("format") ?? "plain"
        var columns: ColumnStyle?
        if !query.columns.isEmpty {
            guard format == "plain" || format == "json" else {
                throw CommandError("--select prints fields itself: --format can only be json or plain with it.")
            }
            columns =
                format == "json"
                ? .json
                : .text(
                    separator: Array((properties["key.separator"] ?? "\t").utf8),
                    null: Array((properties["null.literal"] ?? "null").utf8))
        }
        self.columns = columns
        switch format {
        case "plain":
            formatter = try RecordFormatters.named(
                arguments.string("formatter") ?? "DefaultMessageFormatter", properties)
        case "json": formatter = EnvelopeFormatter()
        default:
            guard format.contains("%") else {
                let hint = closest(to: format, among: ["json", "plain"]).map { "; did you mean \($0)?" } ?? ""
                throw CommandError(
                    "Invalid value '\(format)' of option format: it must be json, plain, or contain a field such as %s\(hint)"
                )
            }
            do throws(FormatError) {
                formatter = try PatternFormatter(format, null: properties["null.literal"] ?? "")
            } catch {
                throw CommandError("Invalid value '\(format)' of option format: \(error)")
            }
        }
        unknownProperties = properties.entries.map(\.name).filter { name in
            !DefaultFormatter.propertyNames.contains { name == $0 || name.hasPrefix($0 + ".") }
        }
    }

    private static func properties(_ arguments: Arguments) throws -> Properties {
        var properties = Properties()
        if let file = arguments.string("formatter-config") {
            properties = try Properties(file: file, option: "formatter-config")
        }
        for (option, property) in [
            ("key-deserializer", "key.deserializer"), ("value-deserializer", "value.deserializer"),
        ] {
            if let name = arguments.string(option), !name.isEmpty { properties.set(property, name) }
        }
        if let delimiter = arguments.string("key-delimiter") {
            properties.set("print.key", "true")
            properties.set("key.separator", try EscapedText.read(delimiter, option: "key-delimiter"))
        }
        try properties.add(arguments.strings("property"), option: "property")
        return properties
    }

    func warnOfUnknownProperties(_ context: Context) {
        for name in query.doubtful {
            context.warn(
                "In --where, \(name) is read as a field; text stands in quotes: \"\(name)\" (value.\(name) is the field, "
                    + "without this warning)")
        }
        for name in unknownProperties where formatter is DefaultFormatter {
            let hint = closest(to: name, among: DefaultFormatter.propertyNames)
            context.warn(
                "There is no property '\(name)'" + (hint.map { "; did you mean \($0)?" } ?? "; it is ignored."))
        }
    }

    /// At a terminal for people, unless options say otherwise.
    func fitted(to environment: Environment, showsTopic: Bool) -> RecordOutput {
        guard isUnspecified, environment.isTerminalOutput, environment.isCapableTerminal else { return self }
        var output = self
        output.formatter = TerminalFormatter(hasColors: environment.wantsColors, showsTopic: showsTopic)
        return output
    }

    /// Values as they are, all of them, and nothing else asked for.
    var plainFormatter: DefaultFormatter? {
        guard query.isEmpty, let formatter = formatter as? DefaultFormatter, !formatter.needsBatch else { return nil }
        return formatter
    }
}
