// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

enum TopicPartitions {
    /// `topic:0,1,2`
    static func parse(_ text: String) throws -> [TopicPartition] {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw CommandError("Invalid topic arg '\(text)', expected topic name and partitions")
        }
        return try parts[1].split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let partition = Int32(word), partition >= 0 else {
                throw CommandError("Invalid partition '\(word)' specified in topic arg '\(text)'")
            }
            return TopicPartition(String(parts[0]), partition)
        }
    }
}
