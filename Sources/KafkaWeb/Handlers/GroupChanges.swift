// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// Offsets of groups reset, and groups deleted; both need a group without members.
enum GroupChanges {
    /// `POST /groups/NAME/offsets` with `{"topic":"orders","partitions":[0],"to":"earliest","dryRun":true}`; `to` is
    /// `earliest`, `latest`, a time as the tools take it, or `offset` with a number in `offset`. Without partitions all of
    /// the topic's are reset.
    static func reset(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let body = try request.object()
        guard let name = try body.text("topic") else { throw HTTPProblem.badRequest("topic is missing") }
        var indexes: Set<Int32>?
        if let list = body["partitions"]?.elements {
            indexes = []
            for element in list {
                guard let number = element.number.flatMap(Int32.init(exactly:)) else {
                    throw HTTPProblem.badRequest("partitions must be a list of numbers")
                }
                indexes?.insert(number)
            }
        }
        let group = request.groupName
        let topic = try await data.topic(name)
        let sources = LedPartition.of(topic).filter { indexes?.contains($0.partition.partition) ?? true }
        guard !sources.isEmpty else { throw HTTPProblem.notFound("topic \(name) has none of these partitions") }
        let targets = try await targets(body, sources, data)
        let before = try await data.committed(group, topic: (name, sources.map(\.partition.partition)))
        let isDryRun = body["dryRun"] == .bool(true)
        if !isDryRun { try await commit(group, targets, data) }
        return .members([
            "dryRun": .bool(isDryRun),
            "offsets": .array(
                targets.sorted { $0.key < $1.key }.map { partition, offset in
                    .members([
                        "topic": .string(partition.topic),
                        "partition": .integer(Int64(partition.partition)),
                        "before": before[partition].map { .integer($0) } ?? .null,
                        "offset": .integer(offset),
                    ])
                }),
        ])
    }

    private static func targets(
        _ body: JSON, _ sources: [LedPartition], _ data: ClusterData
    ) async throws -> [TopicPartition: Int64] {
        let ranges = await data.ranges(sources)
        var targets: [TopicPartition: Int64] = [:]
        let to = try body.text("to")
        var times: [TopicPartition: Result<Int64, ClientError>] = [:]
        let offset = try body.number("offset", in: 0...Int64.max)
        switch to {
        case "earliest", "latest": break
        case "offset": if offset == nil { throw HTTPProblem.badRequest("offset is missing") }
        default:
            guard let time = to.flatMap({ TimeText.milliseconds($0) }) else {
                throw HTTPProblem.badRequest("to must be earliest, latest, offset, \(TimeText.forms)")
            }
            times = await data.offsets(sources, .timestamp(time))
        }
        for source in sources {
            guard let range = ranges[source.partition] else {
                throw HTTPProblem(503, "the ends of partition \(source.partition) are not known at the moment")
            }
            switch to {
            case "earliest": targets[source.partition] = range.start
            case "latest": targets[source.partition] = range.end
            case "offset": targets[source.partition] = min(max(offset ?? 0, range.start), range.end)
            default:
                guard let found = try times[source.partition]?.get() else {
                    throw HTTPProblem(503, "the offset at that time of partition \(source.partition) is not known")
                }
                targets[source.partition] = found < 0 ? range.end : found
            }
        }
        return targets
    }

    private static func commit(_ group: String, _ targets: [TopicPartition: Int64], _ data: ClusterData) async throws {
        let state = try? await GroupState.fetch(group, data)
        if let state, !state.members.isEmpty {
            throw HTTPProblem(
                409, "group \(group) has \(state.members.count) members; stop them before its offsets are reset")
        }
        let topics = Dictionary(grouping: targets, by: \.key.topic)
        let response: OffsetCommitResponse = try await data.calls.send(to: .group(group), versions: 2...9) { _ in
            OffsetCommitRequest {
                $0.groupID = group
                $0.topics = topics.map { topic, targets in
                    OffsetCommitRequest.Topic {
                        $0.name = topic
                        $0.partitions = targets.map { partition, offset in
                            OffsetCommitRequest.Partition {
                                $0.partitionIndex = partition.partition
                                $0.committedOffset = offset
                            }
                        }
                    }
                }
            }
        }
        for topic in response.topics {
            for partition in topic.partitions where partition.errorCode != .none {
                throw ClientError(
                    partition.errorCode, "group \(group), partition \(topic.name)-\(partition.partitionIndex)")
            }
        }
    }

    /// `DELETE /groups/NAME`
    static func delete(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let group = request.groupName
        let response = try await data.calls.send(DeleteGroupsRequest { $0.groupsNames = [group] }, to: .group(group))
        try TopicChanges.check(
            response.results.first.map { ($0.errorCode, $0.errorMessage) }, "group \(group)")
        return .members(["group": .string(group)])
    }
}
