// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// A JSON file that lists partitions: `{"partitions":[{"topic":"orders","partition":0,…}],"version":1}`.
struct PartitionFile: Sendable {
    struct Entry: Sendable {
        var partition: TopicPartition
        /// The whole object, for what else it says.
        var json: JSON
    }

    var entries: [Entry]

    static func read(_ path: String, option: String) throws -> PartitionFile {
        let bytes = try FileText.readBytes(path, for: "the file of --\(option)")
        let json: JSON
        do throws(JSON.ParseError) {
            json = try JSON.parse(bytes)
        } catch {
            throw CommandError("The file of --\(option), '\(path)', is not valid JSON: \(error)")
        }
        if let version = json["version"], version.number != 1 {
            throw CommandError("Not supported version field value \(version.serialized()) in '\(path)'")
        }
        guard let list = json["partitions"]?.elements else {
            throw CommandError("The file of --\(option), '\(path)', is missing the list \"partitions\"")
        }
        return PartitionFile(
            entries: try list.map { entry in
                guard let topic = entry["topic"]?.text, let number = entry["partition"]?.number,
                    let partition = Int32(exactly: number)
                else {
                    throw CommandError("An entry of '\(path)' lacks \"topic\" or \"partition\": \(entry.serialized())")
                }
                return Entry(partition: TopicPartition(topic, partition), json: entry)
            })
    }
}
