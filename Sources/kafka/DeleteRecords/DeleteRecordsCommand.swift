// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka delete-records`
struct DeleteRecordsCommand: Command {
    static let definition = CommandDefinition(
        name: "delete-records",
        summary: "Delete the records of partitions before given offsets",
        options: ConnectionOptions.all + [
            .value(
                "offset-json-file", "FILE",
                #"JSON: {"partitions":[{"topic":"orders","partition":0,"offset":10}],"version":1}; offset -1 is the end"#,
                completion: .file)
        ],
        subject: "offset-json-file",
        rows: [row],
        examples: [.init("kafka delete-records --offset-json-file before.json", "Delete what the file says")])

    private static let row = JSONRow(nil, "a partition", ["topic", "partition", "lowWatermark"])

    let connection: ConnectionOptions
    let offsets: [TopicPartition: Int64]

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let path = try arguments.required("offset-json-file")
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
