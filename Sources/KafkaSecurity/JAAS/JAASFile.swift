// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A JAAS file: sections of login modules, `KafkaClient { class required key="value"; };`.
package struct JAASFile: Sendable, Equatable {
    /// The modules of each section, in order.
    package var sections: [String: [JAASModule]] = [:]

    package init(parsing text: String) throws(SecurityError) {
        var scanner = JAASScanner(text)
        while true {
            let name: String
            switch try scanner.next() {
            case .end: return
            case .mark(";"): continue
            case .word(let word), .text(let word): name = word
            default: throw SecurityError("a JAAS file has sections, NAME { … };")
            }
            guard try scanner.next() == .mark("{") else {
                throw SecurityError("'\(name.printable)' is no section of a JAAS file: a { is missing")
            }
            while let module = try JAASModule.module(&scanner) { sections[name, default: []].append(module) }
        }
    }

    /// The module of a section that a login is for: that of the class's short name if there is one, else the first.
    package func module(of section: String, preferring name: String?) -> JAASModule? {
        let modules = sections[section]
        return modules?.first { $0.name == name } ?? modules?.first
    }

    /// The file that `KAFKA_OPTS` names with `-Djava.security.auth.login.config=`; nil if it names none.
    /// - Throws: if it can't be read, with its name.
    package static func named(in environment: [String: String]) throws(SecurityError) -> JAASFile? {
        guard let path = path(in: environment) else { return nil }
        let text = try FileText.read(path, for: "KAFKA_OPTS (java.security.auth.login.config)")
        do throws(SecurityError) { return try JAASFile(parsing: text) } catch {
            throw SecurityError("\(path): \(error.message)")
        }
    }

    private static func path(in environment: [String: String]) -> String? {
        let option = "-Djava.security.auth.login.config="
        // Java takes the last, and a second `=` for "this file alone".
        let words = (environment["KAFKA_OPTS"] ?? "").split { $0 == " " || $0 == "\t" || $0 == "\n" }
        guard let word = words.last(where: { $0.hasPrefix(option) }) else { return nil }
        var path = word.dropFirst(option.count).drop { $0 == "=" || $0 == "\"" }
        if path.hasSuffix("\"") { path = path.dropLast() }
        if path.hasPrefix("file:") { path = path.dropFirst(5) }
        return path.isEmpty ? nil : String(path)
    }
}
