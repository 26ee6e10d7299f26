// SPDX-License-Identifier: Apache-2.0

extension OffsetTargets {
    /// The options of tools that have them all.
    static let options = options(
        "New offset", "to-offset", "to-earliest", "to-latest", "to-current", "shift-by", "to-datetime", "by-duration",
        "from-file")

    /// Some of them, in their order.
    /// - Parameters:
    ///   - what: what they set, in the singular.
    ///   - current: what `--to-current` makes of it.
    static func options(
        _ what: String, current: String = "the current one, or the end where there is none", _ names: String...
    ) -> [OptionDefinition] {
        let all: [OptionDefinition] = [
            .value("to-offset", "OFFSET", "\(what): this one"),
            .flag("to-earliest", "\(what): the oldest record"),
            .flag("to-latest", "\(what): the end"),
            .flag("to-current", "\(what): \(current)"),
            .value("shift-by", "N", "\(what): N records on, or back if negative"),
            .value(
                "to-datetime", "TIME",
                "\(what): of a time: 2026-01-31T08:00:00.000 (UTC), '2026-01-31 08:00' (local), -30m"),
            .value("by-duration", "DURATION", "\(what): of so long ago: P1DT2H30M or 26h30m"),
            .value("from-file", "FILE", "\(what)s from a CSV file: topic,partition,offset", completion: .file),
        ]
        return names.compactMap { name in all.first { $0.name == name } }
    }
}
