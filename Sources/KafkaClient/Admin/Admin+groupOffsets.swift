// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// An offset that a group has committed, or is to commit.
public struct CommittedOffset: Sendable, Hashable {
    /// Of the next record to read.
    public var offset: Int64
    /// The leader epoch of the record before, by which a truncated log is noticed (KIP-320); -1 if it isn't known.
    public var leaderEpoch: Int32
    /// What the client has noted beside it; `offset.metadata.max.bytes` at most.
    public var metadata: String

    /// An offset to commit.
    public init(_ offset: Int64, leaderEpoch: Int32 = -1, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

extension Admin {
    /// The versions of OffsetFetch and OffsetCommit that name topics; those above have ids instead.
    package static let namedOffsetVersions: ClosedRange<Int16> = 2...9

    /// Offsets that a group has committed; partitions without one are left out.
    /// - Parameters:
    ///   - group: its id.
    ///   - partitions: nil for all that the group has.
    ///   - requireStable: wait for transactions that are about to commit offsets (KIP-447).
    public func committedOffsets(
        group: String, partitions: [TopicPartition]? = nil, requireStable: Bool = false
    ) async throws(ClientError) -> [TopicPartition: Result<CommittedOffset, ClientError>] {
        let response: OffsetFetchResponse = try await send(to: .group(group), versions: Self.namedOffsetVersions) {
            OffsetFetchRequest(group: group, partitions, requireStable: requireStable, version: $0)
        }
        return try Self.committedOffsets(response, group)
    }

    /// What an answer says of a group's offsets.
    package static func committedOffsets(
        _ response: OffsetFetchResponse, _ group: String
    ) throws(ClientError) -> [TopicPartition: Result<CommittedOffset, ClientError>] {
        let code = response.groups.first?.errorCode ?? response.errorCode
        guard code == .none else { throw ClientError(code, "group \(group)") }
        var results: [TopicPartition: Result<CommittedOffset, ClientError>] = [:]
        func note(_ topic: String, _ index: Int32, _ code: ErrorCode, _ offset: Int64, _ epoch: Int32, _ text: String?)
        {
            guard code != .none || offset >= 0 else { return }
            let name = TopicPartition(topic, index)
            results[name] = Result<Void, ClientError>(code, "group \(group), partition \(name)").map {
                CommittedOffset(offset, leaderEpoch: epoch, metadata: text ?? "")
            }
        }
        for topic in response.topics {
            for partition in topic.partitions {
                note(
                    topic.name, partition.partitionIndex, partition.errorCode, partition.committedOffset,
                    partition.committedLeaderEpoch, partition.metadata)
            }
        }
        for topic in response.groups.first?.topics ?? [] {
            for partition in topic.partitions {
                note(
                    topic.name, partition.partitionIndex, partition.errorCode, partition.committedOffset,
                    partition.committedLeaderEpoch, partition.metadata)
            }
        }
        return results
    }

    /// Commits offsets for a group that has no members.
    public func commitOffsets(
        group: String, _ offsets: [TopicPartition: CommittedOffset]
    ) async throws(ClientError) -> [TopicPartition: Result<Void, ClientError>] {
        let request = OffsetCommitRequest(group: group, offsets)
        let response: OffsetCommitResponse = try await send(to: .group(group), versions: Self.namedOffsetVersions) {
            _ in request
        }
        var results: [TopicPartition: Result<Void, ClientError>] = [:]
        for topic in response.topics {
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partitionIndex)
                results[name] = Result(partition.errorCode, "group \(group), partition \(name)")
            }
        }
        return results
    }

    /// Makes a group forget offsets; not of topics that its members subscribe to.
    public func deleteOffsets(
        group: String, _ partitions: [TopicPartition]
    ) async throws(ClientError) -> [TopicPartition: Result<Void, ClientError>] {
        let response = try await send(
            OffsetDeleteRequest {
                $0.groupID = group
                $0.topics = partitions.byTopic.map { topic, indexes in
                    OffsetDeleteRequest.Topic {
                        $0.name = topic
                        $0.partitions = indexes.map { index in
                            OffsetDeleteRequest.Partition { $0.partitionIndex = index }
                        }
                    }
                }
            }, to: .group(group))
        guard response.errorCode == .none else { throw ClientError(response.errorCode, "group \(group)") }
        var results: [TopicPartition: Result<Void, ClientError>] = [:]
        for topic in response.topics {
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partitionIndex)
                results[name] = Result(partition.errorCode, "group \(group), partition \(name)")
            }
        }
        return results
    }
}

extension OffsetCommitRequest {
    init(group: String, _ offsets: [TopicPartition: CommittedOffset]) {
        self.init {
            $0.groupID = group
            $0.topics = offsets.keys.byTopic.map { topic, indexes in
                OffsetCommitRequest.Topic {
                    $0.name = topic
                    $0.partitions = indexes.map { index in
                        let offset = offsets[TopicPartition(topic, index)]
                        return OffsetCommitRequest.Partition {
                            $0.partitionIndex = index
                            $0.committedOffset = offset?.offset ?? -1
                            $0.committedLeaderEpoch = offset?.leaderEpoch ?? -1
                            $0.committedMetadata = offset?.metadata ?? ""
                        }
                    }
                }
            }
        }
    }
}

extension OffsetFetchRequest {
    /// For one group, as a version has it.
    /// - Parameter partitions: nil for all that the group has.
    package init(group: String, _ partitions: [TopicPartition]?, requireStable: Bool = false, version: Int16) {
        self.init {
            if version >= 8 {
                $0.groups = [
                    OffsetFetchRequest.Group {
                        $0.groupID = group
                        $0.topics = partitions?.byTopic.map { topic, indexes in
                            OffsetFetchRequest.GroupTopic {
                                $0.name = topic
                                $0.partitionIndexes = indexes
                            }
                        }
                    }
                ]
            } else {
                $0.groupID = group
                $0.topics = partitions?.byTopic.map { topic, indexes in
                    OffsetFetchRequest.Topic {
                        $0.name = topic
                        $0.partitionIndexes = indexes
                    }
                }
            }
            if version >= 7 { $0.requireStable = requireStable }
        }
    }
}
