// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Which partitions an option of get-offsets means.
struct PartitionRule: Sendable {
    private enum Partitions {
        case all
        case some(Set<Int32>)
        /// The upper bound is not in it.
        case range(Int32, Int32)
    }

    private let topics: TopicFilter
    private let partitions: Partitions

    /// The topic, if only one can match.
    var topic: String? { topics.literal }

    /// `TOPIC:PARTITIONS`, either of which may be missing.
    init(pattern: String) throws {
        let parts = pattern.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        topics = try TopicFilter(parts[0].isEmpty ? ".*" : parts[0])
        let range = parts.count == 2 ? parts[1] : ""
        func number(_ text: Substring, _ missing: Int32) throws -> Int32 {
            if text.isEmpty { return missing }
            guard let value = Int32(text), value >= 0 else {
                throw CommandError("Invalid rule specification: \(pattern)")
            }
            return value
        }
        if range.isEmpty {
            partitions = .all
        } else if let dash = range.firstIndex(of: "-") {
            partitions = .range(try number(range[..<dash], 0), try number(range[range.index(after: dash)...], .max))
        } else {
            partitions = .some([try number(range[...], 0)])
        }
    }

    /// `--topic` and `--partitions`
    init(topic: String?, partitions list: String?) throws {
        topics = try TopicFilter(topic ?? ".*")
        guard let list, !list.isEmpty else {
            partitions = .all
            return
        }
        partitions = .some(
            Set(
                try list.split(separator: ",", omittingEmptySubsequences: false).map { word in
                    guard let id = Int32(word) else {
                        throw CommandError(
                            "--partitions expects a comma separated list of numeric partition ids, but received: \(list)"
                        )
                    }
                    return id
                }))
    }

    func matches(_ partition: TopicPartition) -> Bool {
        guard topics.matches(partition.topic) else { return false }
        switch partitions {
        case .all: return true
        case .some(let ids): return ids.contains(partition.partition)
        case .range(let lower, let upper): return partition.partition >= lower && partition.partition < upper
        }
    }
}
