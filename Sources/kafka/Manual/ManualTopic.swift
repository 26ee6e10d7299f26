// SPDX-License-Identifier: Apache-2.0

/// A page about something that several tools have in common (section 7).
struct ManualTopic: Sendable {
    /// As `kafka-security`.
    let name: String
    let summary: String
    let sections: [CommandDefinition.Section]
    /// Pages to read besides, with their sections.
    let related: [(name: String, section: Int)]

    static let all = [cluster, security]

    func write(_ page: inout Roff) {
        page.section("NAME")
        page.line(.plain("\(name) - \(summary)"))
        for section in sections { ManualPage.write(section, &page) }
        page.section("SEE ALSO")
        for (index, other) in related.enumerated() {
            page.line(.bold(other.name), .plain("(\(other.section))\(index == related.count - 1 ? "" : ",")"))
        }
    }
}
