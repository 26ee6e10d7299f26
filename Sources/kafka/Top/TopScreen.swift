// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The lines that `kafka top` shows.
struct TopScreen: Sendable {
    /// Lines above the rows and below them.
    static let frame = 5

    var size: FullScreen.Size
    var colors: Bool
    /// What goes wrong, if anything does.
    var status: String?

    var height: Int { max(0, size.rows - Self.frame) }

    func lines(_ view: TopView, _ history: TopHistory, _ table: TopTable?, records: TopRecords.Shown?) -> [String] {
        if view.showsHelp { return Self.help.map { fitted($0) } }
        var lines = [bold(fitted(headline(history))), fitted(condition(history)), bold(fitted(tabs(view)))]
        if case .records = view.page {
            lines += recordLines(records)
        } else if let table {
            lines += tableLines(view, table)
        } else {
            lines += [String](repeating: "", count: height + 1)
        }
        return lines + [fitted(bottom(view))]
    }

    private func headline(_ history: TopHistory) -> String {
        guard let sample = history.latest else { return "kafka top: asking the cluster" }
        let partitions = sample.topics.map(\.partitions.count).reduce(0, +)
        var rate: Double?
        for topic in sample.topics {
            if let more = TopicSummary(topic, sample, history).rate { rate = (rate ?? 0) + more }
        }
        let lag = sample.groups.compactMap { TopHistory.lag($0, sample.ends) }.reduce(Int64(0)) {
            $0.addingSaturating($1)
        }
        return "cluster \(VisibleText.of(sample.clusterID ?? "?"))   \(count(sample.brokers.count, "broker"))   "
            + "\(count(sample.topics.count, "topic")), \(count(partitions, "partition"))   "
            + "in \(TopCell.rate(rate).shown)/s   \(count(sample.groups.count, "group")), lag \(TopCell.text(count: lag))"
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(TopCell.text(count: Int64(number))) \(noun)\(number == 1 ? "" : "s")"
    }

    /// What is wrong, else what there is room for.
    private func condition(_ history: TopHistory) -> String {
        if let status { return "! " + VisibleText.of(status) }
        guard let sample = history.latest else { return "" }
        if let problem = sample.problems.first {
            let more = sample.problems.count > 1 ? " (and \(sample.problems.count - 1) more)" : ""
            return "! " + VisibleText.of(problem) + more
        }
        let summaries = sample.topics.map { TopicSummary($0, sample, history) }
        let used = sample.disks.values.map(\.used).reduce(Int64(0)) { $0.addingSaturating($1) }
        let free = sample.disks.values.compactMap(\.free)
        return "without leader \(summaries.map(\.offline).reduce(0, +))   "
            + "under-replicated \(summaries.map(\.underReplicated).reduce(0, +))   data \(TopCell.text(bytes: used))"
            + (free.isEmpty ? "" : "   free \(TopCell.text(bytes: free.reduce(Int64(0)) { $0.addingSaturating($1) }))")
    }

    private func tabs(_ view: TopView) -> String {
        var text = TopPage.roots.enumerated().map { index, root in
            root.page == view.pages[0] ? "[\(index + 1) \(root.title)]" : " \(index + 1) \(root.title) "
        }.joined(separator: " ")
        for page in view.pages.dropFirst() {
            switch page {
            case .topic(let name): text += " > topic \(VisibleText.of(name))"
            case .group(let id): text += " > group \(VisibleText.of(id))"
            case .records: text += " > records"
            case .topics, .groups, .brokers: break
            }
        }
        let filter = VisibleText.of(view.place.filter)
        if view.isTyping { text += "   filter: \(filter)_" } else if !filter.isEmpty { text += "   filter: \(filter)" }
        return text + (view.isPaused ? "   PAUSED" : "")
    }

    private func tableLines(_ view: TopView, _ table: TopTable) -> [String] {
        let rows = view.rows(table)
        let chosen = rows.firstIndex { $0.id == view.place.chosen } ?? 0
        let first = max(0, min(chosen - height / 2, rows.count - height))
        let shown = rows[first..<min(rows.count, first + height)]
        let (titles, lines) = table.lines(shown, width: size.columns, order: view.order(table))
        var text = [inverse(titles)]
        for (index, line) in lines.enumerated() { text.append(first + index == chosen ? marked(line) : line) }
        if rows.isEmpty { text.append(view.place.filter.isEmpty ? "none" : "nothing matches the filter") }
        return text + [String](repeating: "", count: max(0, height + 1 - text.count))
    }

    private func recordLines(_ records: TopRecords.Shown?) -> [String] {
        var text = [inverse(fitted("PARTITION:OFFSET  KEY  VALUE").padded(size.columns))]
        let lines = records?.lines.suffix(height) ?? []
        text += lines.map { fitted($0) }
        if lines.isEmpty { text.append(records?.failure.map { "! " + $0 } ?? "waiting for records") }
        return text + [String](repeating: "", count: max(0, height + 1 - text.count))
    }

    private func bottom(_ view: TopView) -> String {
        if view.isTyping { return "Enter keeps the filter, Escape drops it" }
        let way = view.pages.count > 1 ? "Escape back  " : ""
        return "\(way)Enter inside  1-3 pages  / filter  s sort  r reverse  space pause  ? help  q quit"
    }

    private func fitted(_ line: String) -> String { String(line.prefix(size.columns)) }
    private func bold(_ line: String) -> String { colors ? "\u{1B}[1m\(line)" : line }
    private func inverse(_ line: String) -> String { "\u{1B}[7m\(line)" }
    private func marked(_ line: String) -> String { colors ? "\u{1B}[1;36m\(line)" : "\u{1B}[1m\(line)" }

    private static let help = [
        "kafka top: what a cluster is doing", "",
        "1 2 3, Tab       topics, groups, brokers",
        "Enter            inside: a topic's partitions, then its records as they come; a group's partitions",
        "Escape           back; drops a filter first",
        "arrows, j k      another row; Page Up, Page Down, g and G for the first and the last",
        "/                filter: only rows that have these words",
        "s S              sort by the next column, or by the one before",
        "r                the other way round",
        "space, p         pause: what is shown stays",
        "q, Ctrl-C        quit", "",
        "IN/S             records written a second, over the last ten seconds",
        "RECORDS          offsets between start and end; fewer records where there is compaction",
        "LAG/S            how the lag changes; CAUGHT UP IN is when it will be gone at that speed",
        "", "any key goes back",
    ]
}
