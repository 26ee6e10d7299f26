// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The file of `--from-file`: lines `topic,partition,offset`, or with the group before them.
struct ResetPlanFile: Sendable {
    private(set) var plans: [String: [TopicPartition: Int64]] = [:]

    init(_ path: String, groups: [String]) throws {
        let text = try FileText.read(path, for: "the file of --from-file")
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var fields = Self.fields(String(line).trimmed)
            if fields == [""] { continue }
            if fields.count == 3, groups.count == 1 { fields.insert(groups[0], at: 0) }
            guard fields.count == 4, let partition = Int32(fields[2]), let offset = Int64(fields[3]) else {
                let form = groups.count == 1 ? "topic,partition,offset" : "group,topic,partition,offset"
                throw CommandError("Line \(index + 1) of from-file '\(path)' does not have the form \(form)")
            }
            plans[fields[0], default: [:]][TopicPartition(fields[1], partition)] = offset
        }
    }

    /// The fields of a line of CSV; quotes may surround one.
    private static func fields(_ line: String) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            let text = String(field).trimmed
            return text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
                ? String(text.dropFirst().dropLast()) : text
        }
    }
}
