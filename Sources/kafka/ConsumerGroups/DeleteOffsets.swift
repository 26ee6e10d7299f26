// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka consumer-groups --delete-offsets`
struct DeleteOffsets: Sendable {
    let group: String
    let topics: [String]

    func run(_ admin: Admin, _ context: Context) async throws {
        var partitions = try topics.filter { $0.contains(":") }.flatMap(TopicPartitions.parse)
        let whole = topics.filter { !$0.contains(":") }
        if !whole.isEmpty {
            for topic in try await admin.cluster.describeTopics(whole) {
                guard topic.error == .none else {
                    let error = ClientError(topic.error, "Topic '\(topic.name)'")
                    context.fail(try await UnknownTopic.message(error, about: topic.name, admin.cluster))
                    continue
                }
                partitions += topic.partitions.map { TopicPartition(topic.name, $0.partition) }
            }
        }
        guard !partitions.isEmpty else { return }
        let results: [TopicPartition: Result<Void, ClientError>]
        do throws(ClientError) {
            results = try await admin.deleteOffsets(group: group, partitions)
        } catch {
            throw CommandError(try await UnknownGroup.message(error, about: group, admin))
        }
        var rows: [TopicPartition] = []
        for partition in results.keys.sorted() {
            switch results[partition]! {
            case .success: rows.append(partition)
            case .failure(let error): context.fail("Offsets of \(partition) were not deleted: \(error.message)")
            }
        }
        if context.writesJSON { return GroupTables.write(deletedOffsets: rows, of: group, context) }
        guard !rows.isEmpty else { return }
        context.out.line(
            "Request succeed for deleting offsets with topic \(topics.joined(separator: ", ")) group \(group)")
        Table(
            columns: [.init("TOPIC", 30), .init("PARTITION", 15), .init("STATUS", 15)],
            rows: rows.map { [$0.topic, String($0.partition), "Successful"] }
        ).printBelow(context)
    }
}
