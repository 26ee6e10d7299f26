// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Named clusters: a section for each, headed by its name in brackets, with properties of the client as Java writes them.
/// Before the first section `current = NAME` says which cluster is meant where nobody names one.
struct ProfileFile: Sendable {
    /// A named cluster.
    struct Profile: Sendable, Equatable {
        let name: String
        /// What the section says of the client.
        var properties = Properties()
        /// Whether what destroys something has to be confirmed.
        var isProtected = false
        /// A word for people.
        var description: String?
    }

    let path: String
    private(set) var current: String?
    private(set) var profiles: [Profile] = []
    /// As they stand in the file, without their ends.
    private let lines: [String]
    /// Which of them say what is current.
    private var currentLines: [Range<Int>] = []

    init(parsing text: String, path: String) throws {
        self.path = path
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { String($0)! }
        var number = 0
        while number < lines.count {
            let first = number
            let entry = Self.logicalLine(lines, &number)
            guard let mark = entry.first, mark != "#", mark != "!" else { continue }
            if mark == "[" {
                try begin(entry, line: first + 1)
            } else {
                try take(entry, first..<number)
            }
        }
        profiles = try profiles.map(Self.settled)
    }

    subscript(name: String) -> Profile? { profiles.first { $0.name == name } }

    /// A line with those that continue it, without blanks before it.
    private static func logicalLine(_ lines: [String], _ number: inout Int) -> String {
        func next() -> String {
            defer { number += 1 }
            return lines[number].trimmed
        }
        var entry = next()
        // Neither a comment nor the head of a section goes on.
        guard let mark = entry.first, mark != "#", mark != "!", mark != "[" else { return entry }
        while number < lines.count, entry.reversed().prefix(while: { $0 == "\\" }).count % 2 == 1 {
            entry = entry.dropLast() + next()
        }
        return entry
    }

    private mutating func begin(_ head: String, line: Int) throws {
        let name = head.dropFirst().dropLast().trimmed
        guard head.hasSuffix("]"), Self.isName(name) else {
            throw CommandError(
                "\(path):\(line): '\(head)' is no cluster's name in brackets; it has letters, digits, '.', '_' and '-'")
        }
        guard self[name] == nil else { throw CommandError("\(path):\(line): the cluster '\(name)' is there twice") }
        profiles.append(Profile(name: name))
    }

    private mutating func take(_ entry: String, _ range: Range<Int>) throws {
        let entries = Properties(parsing: entry).entries
        guard profiles.isEmpty else {
            profiles[profiles.count - 1].properties.entries += entries
            return
        }
        guard let entry = entries.first, entry.name == "current" else {
            throw CommandError(
                "\(path):\(range.lowerBound + 1): '\(entries.first?.name ?? entry)' stands in no cluster's section; "
                    + "before the first [NAME] there is 'current = NAME' alone")
        }
        current = entry.value.trimmed.isEmpty ? nil : entry.value.trimmed
        currentLines.append(range)
    }

    /// What is ours taken out of the client's properties.
    private static func settled(_ raw: Profile) throws -> Profile {
        var profile = raw
        profile.description = profile.properties.remove("description")
        guard let text = profile.properties.remove("protected")?.trimmed.lowercased() else { return profile }
        guard ["true", "false"].contains(text) else {
            throw CommandError("protected of the cluster '\(raw.name)' is true or false, not '\(text)'")
        }
        profile.isProtected = text == "true"
        return profile
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "._-".unicodeScalars.contains(scalar))
            }
    }

    /// The file with another current cluster: every other line stays what it is.
    func text(selecting name: String) -> String {
        var lines = lines
        let end = lines.first?.hasSuffix("\r") == true ? "\r" : ""
        let line = "current = \(name)" + end
        for range in currentLines.dropFirst().reversed() { lines.removeSubrange(range) }
        if let range = currentLines.first {
            lines.replaceSubrange(range, with: [line])
        } else {
            lines.insert(line, at: 0)
        }
        return lines.joined(separator: "\n")
    }
}
