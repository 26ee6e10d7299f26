// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka delete-records`
struct DeleteRecordsCommand: Command {
    static let definition = CommandDefinition(
        name: "delete-records",
        summary: "Delete the records of partitions before given offsets",
        discussion:
            "What is to be deleted is said by words TOPIC:PARTITION:OFFSET or by a file: all records of the partition "
            + "before the offset; the offset -1 is the end.",
        options: ConnectionOptions.all + [
            .value(
                "offset-json-file", "FILE",
                #"JSON: {"partitions":[{"topic":"orders","partition":0,"offset":10}],"version":1}; offset -1 is the end"#,
                completion: .file)
        ],
        operands: "[TOPIC:PARTITION:OFFSET…]",
        destruction: { _ in "delete records" },
        rows: [row],
        examples: [
            .init(
                "kafka delete-records orders:0:50 orders:1:-1",
                "Delete the first 50 records of a partition, all of another"),
            .init("kafka delete-records --offset-json-file before.json", "Delete what the file says"),
        ])

    private static let row = JSONRow(nil, "a partition", ["topic", "partition", "lowWatermark"])

    let connection: ConnectionOptions
    let offsets: [TopicPartition: Int64]

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let words = arguments.operands
        let isFile = words.count == 1 && !words[0].contains(":")
        guard words.isEmpty || isFile else {
            if arguments.has("offset-json-file") {
                throw CommandError("Partitions are given as words or in the file of --offset-json-file, not as both.")
            }
            offsets = try Self.offsets(words)
            return
        }
        guard let path = arguments.string("offset-json-file") ?? words.first else {
            throw CommandError("Missing what to delete: words TOPIC:PARTITION:OFFSET, or the option [offset-json-file]")
        }
        let json = try PartitionFile.read(path, option: "offset-json-file")
        var offsets: [TopicPartition: Int64] = [:]
        for entry in json.entries {
            guard let offset = entry.json["offset"]?.number else {
                throw CommandError("A partition of '\(path)' has no offset: \(entry.partition)")
            }
            guard offsets.updateValue(offset, forKey: entry.partition) == nil else {
                throw CommandError("Offset json file contains duplicate topic partitions: \(entry.partition)")
            }
        }
        self.offsets = offsets
    }

    /// `orders:0:50`
    private static func offsets(_ words: [String]) throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for word in words {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
                let offset = Int64(parts[2])
            else { throw CommandError("'\(word)' does not have the form TOPIC:PARTITION:OFFSET, such as orders:0:50") }
            guard offsets.updateValue(offset, forKey: TopicPartition(String(parts[0]), partition)) == nil else {
                throw CommandError("The partition of '\(word)' is given twice")
            }
        }
        return offsets
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            let known = Set(try await cluster.describeTopics(nil).map(\.name))
            var wanted = offsets
            for partition in offsets.keys.sorted() where !known.contains(partition.topic) {
                wanted[partition] = nil
                let hint = suggestion(for: partition.topic, among: known.sorted())
                context.fail("partition \(partition): topic '\(partition.topic)' does not exist\(hint)")
            }
            if !context.writesJSON { context.out.line("Executing records delete operation") }
            let results = wanted.isEmpty ? [:] : try await Admin(cluster).deleteRecords(wanted)
            if !context.writesJSON { context.out.line("Records delete operation completed:") }
            for (partition, result) in results.sorted(by: { $0.key < $1.key }) {
                switch result {
                case .success(let lowWatermark) where context.writesJSON:
                    context.write(
                        Self.row(.string(partition.topic), .number(partition.partition), .number(lowWatermark)))
                case .success(let lowWatermark):
                    context.out.line("partition: \(partition)\tlow_watermark: \(lowWatermark)")
                case .failure(let error): context.fail(error.message)
                }
            }
        }
    }
}
