// SPDX-License-Identifier: Apache-2.0

/// One option of a tool: what parsing, help, completion and man pages know about it.
struct OptionDefinition: Sendable {
    enum Kind: Sendable, Equatable {
        case flag
        /// Takes one value; the text stands for it in help.
        case value(String)
        /// May stand alone: `--compression-codec [codec]`.
        case optionalValue(String)
    }

    /// Where the candidates for a value come from when a shell completes it.
    enum Completion: Sendable, Equatable {
        case none
        case words([String])
        case file
        case topic
        case group
        /// A named cluster.
        case profile
    }

    /// Without dashes.
    var name: String
    /// Other spellings, old names among them; they parse, and only the man page tells.
    var aliases: [String] = []
    var short: Character?
    var kind: Kind
    var repeats = false
    var help: String
    var completion = Completion.none
    /// Printed as a warning when the option is used.
    var deprecation: String?
    /// Parsed, but shown nowhere.
    var isHidden = false
    /// Whether an empty text is a value: one of a file, name, number or list is not, and mostly a variable that isn't set.
    var allowsEmpty = false
    /// Whether Kafka's tool does not have it: what abbreviates an option there means the same here.
    var isAddition = false

    static func flag(_ name: String, _ help: String, short: Character? = nil, aliases: [String] = []) -> Self {
        Self(name: name, aliases: aliases, short: short, kind: .flag, help: help)
    }

    static func value(
        _ name: String, _ placeholder: String, _ help: String, short: Character? = nil, aliases: [String] = [],
        repeats: Bool = false, completion: Completion = .none
    ) -> Self {
        Self(
            name: name, aliases: aliases, short: short, kind: .value(placeholder), repeats: repeats, help: help,
            completion: completion)
    }

    static func optionalValue(
        _ name: String, _ placeholder: String, _ help: String, completion: Completion = .none
    ) -> Self {
        Self(name: name, kind: .optionalValue(placeholder), help: help, completion: completion)
    }

    func added() -> Self {
        var copy = self
        copy.isAddition = true
        return copy
    }

    func allowingEmpty() -> Self {
        var copy = self
        copy.allowsEmpty = true
        return copy
    }

    func shortened(_ letter: Character) -> Self {
        var copy = self
        copy.short = letter
        return copy
    }

    func hidden() -> Self {
        var copy = self
        copy.isHidden = true
        return copy
    }

    func deprecated(_ text: String) -> Self {
        var copy = self
        copy.deprecation = text
        copy.isHidden = true
        return copy
    }

    var placeholder: String? {
        switch kind {
        case .flag: nil
        case .value(let text): text
        case .optionalValue(let text): "[\(text)]"
        }
    }

    /// `--topic TOPIC`
    var synopsis: String {
        let long = "--\(name)"
        guard let placeholder else { return long }
        return "\(long) \(placeholder)"
    }
}
