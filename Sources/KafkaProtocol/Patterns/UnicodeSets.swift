// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The sets that `\p{…}` names.
enum UnicodeSets {
    /// Nil for a name that is not known.
    static func named(_ name: String, _ syntax: Pattern.Syntax) -> ScalarSet? {
        if let set = scripts[name] { return set }
        if name == "Any" { return .all }
        if syntax == .java {
            if let set = posix[name] { return set }
            // \p{IsLatin}, \p{IsL}
            if name.hasPrefix("Is") { return named(String(name.dropFirst(2)), .re2) }
        }
        guard !name.isEmpty, name.utf8.count <= 2, all.contains(where: { $0.hasPrefix(name) }) else { return nil }
        return category(name)
    }

    /// By the first letter of a general category, or by both.
    private static func category(_ name: String) -> ScalarSet {
        known.withLock { known in
            if let set = known[name] { return set }
            var ranges: [ClosedRange<UInt32>] = []
            // Beyond these there is nothing but private use and a few format characters.
            for value in UInt32(0)...0x3_FFFF {
                guard let scalar = Unicode.Scalar(value), code(scalar.properties.generalCategory).hasPrefix(name)
                else { continue }
                if let last = ranges.last, last.upperBound + 1 == value {
                    ranges[ranges.count - 1] = last.lowerBound...value
                } else {
                    ranges.append(value...value)
                }
            }
            let set = ScalarSet(ranges)
            known[name] = set
            return set
        }
    }

    private static let known = Mutex<[String: ScalarSet]>([:])

    private static let all = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm",
        "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    private static func code(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        default: "Cn"
        }
    }

    /// The blocks in which a script mostly stands; the standard library doesn't know more.
    private static let scripts: [String: ScalarSet] = [
        "Latin": ScalarSet(
            0x41...0x5a, 0x61...0x7a, 0xaa...0xaa, 0xba...0xba, 0xc0...0xd6, 0xd8...0xf6, 0xf8...0x2b8, 0x1d00...0x1d25,
            0x1e00...0x1eff, 0x2c60...0x2c7f, 0xa722...0xa787, 0xff21...0xff3a, 0xff41...0xff5a),
        "Greek": ScalarSet(
            0x370...0x373, 0x375...0x377, 0x37a...0x37d, 0x37f...0x37f, 0x384...0x3e1, 0x3f0...0x3ff,
            0x1f00...0x1fff),
        "Cyrillic": ScalarSet(0x400...0x52f, 0x1c80...0x1c8a, 0x2de0...0x2dff, 0xa640...0xa69f),
        "Armenian": ScalarSet(0x531...0x58f), "Hebrew": ScalarSet(0x591...0x5f4),
        "Arabic": ScalarSet(0x600...0x604, 0x606...0x6ff, 0x750...0x77f, 0x8a0...0x8ff),
        "Devanagari": ScalarSet(0x900...0x97f), "Thai": ScalarSet(0xe01...0xe3a, 0xe40...0xe5b),
        "Hangul": ScalarSet(0x1100...0x11ff, 0x3131...0x318e, 0xac00...0xd7a3),
        "Hiragana": ScalarSet(0x3041...0x309f),
        "Katakana": ScalarSet(0x30a1...0x30fa, 0x30fd...0x30ff, 0xff66...0xff9d),
        "Han": ScalarSet(
            0x2e80...0x2fd5, 0x3005...0x3007, 0x3021...0x3029, 0x3400...0x4dbf, 0x4e00...0x9fff,
            0xf900...0xfad9, 0x2_0000...0x3_134a),
    ]

    /// Java's names for sets of ASCII.
    private static let posix: [String: ScalarSet] = [
        "Lower": .lower, "Upper": .upper, "ASCII": ScalarSet(0...127), "Alpha": .letter, "Digit": .digit,
        "Alnum": ScalarSet.letter.union(.digit), "Punct": .punctuation, "Graph": ScalarSet(0x21...0x7e),
        "Print": ScalarSet(0x20...0x7e), "Blank": ScalarSet(9...9, 0x20...0x20),
        "Cntrl": ScalarSet(0...0x1f, 0x7f...0x7f), "XDigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66),
        "Space": ScalarSet(9...13, 0x20...0x20),
    ]
}
