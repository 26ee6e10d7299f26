// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Which offset of a partition is asked for.
public enum OffsetSpec: Sendable, Hashable {
    /// Where the partition begins.
    case earliest
    /// Behind the last record; for read_committed behind the last that is stable.
    case latest
    /// Of the record with the greatest timestamp (KIP-734).
    case maxTimestamp
    /// Of the first record that is not older; milliseconds since 1970.
    case timestamp(Int64)
    /// The first on the broker's own disk (KIP-405).
    case earliestLocal
    /// The last in tiered storage (KIP-1005).
    case latestTiered
    /// The first that is not in tiered storage yet (KIP-1023).
    case earliestPendingUpload

    /// The value that stands for it in the protocol.
    public var timestamp: Int64 {
        switch self {
        case .latest: -1
        case .earliest: -2
        case .maxTimestamp: -3
        case .earliestLocal: -4
        case .latestTiered: -5
        case .earliestPendingUpload: -6
        // A time before 1970 would be taken for one of the others; no record is that old.
        case .timestamp(let milliseconds): max(milliseconds, 0)
        }
    }

    /// The first version of ListOffsets that has it.
    var sinceVersion: Int16 {
        switch self {
        case .latest, .earliest, .timestamp: 1
        case .maxTimestamp: 7
        case .earliestLocal: 8
        case .latestTiered: 9
        case .earliestPendingUpload: 11
        }
    }
}

/// An offset that was looked for, with its record's time.
public struct ListedOffset: Sendable, Hashable {
    /// -1 if there is none, as for a timestamp after the last record.
    public var offset: Int64
    /// Milliseconds since 1970; -1 if the broker did not say.
    public var timestamp: Int64
    /// The leader epoch of the record; -1 if the broker did not say.
    public var leaderEpoch: Int32
}

extension Admin {
    /// The offsets of partitions, each from its leader.
    public func listOffsets(
        _ specs: [TopicPartition: OffsetSpec], isolation: IsolationLevel = .readUncommitted
    ) async throws(ClientError) -> [TopicPartition: Result<ListedOffset, ClientError>] {
        let timeoutMs = timeoutMs
        return try await perLeader(Array(specs.keys)) {
            (broker, partitions) throws(ClientError) -> [TopicPartition: Result<ListedOffset, ClientError>] in
            let since = partitions.map { specs[$0]?.sinceVersion ?? 1 }.max() ?? 1
            let request = ListOffsetsRequest {
                $0.replicaID = -1
                $0.isolationLevel = isolation.rawValue
                $0.timeoutMs = timeoutMs
                $0.topics = partitions.byTopic.map { topic, indexes in
                    ListOffsetsRequest.Topic {
                        $0.name = topic
                        $0.partitions = indexes.map { index in
                            ListOffsetsRequest.Partition {
                                $0.partitionIndex = index
                                $0.timestamp = specs[TopicPartition(topic, index)]?.timestamp ?? -1
                            }
                        }
                    }
                }
            }
            let response = try await askLeader(
                broker, request, versions: since...ListOffsetsRequest.versions.upperBound)
            var results: [TopicPartition: Result<ListedOffset, ClientError>] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    let name = TopicPartition(topic.name, partition.partitionIndex)
                    results[name] = Result<Void, ClientError>(partition.errorCode, "partition \(name)").map {
                        ListedOffset(
                            offset: partition.offset, timestamp: partition.timestamp, leaderEpoch: partition.leaderEpoch
                        )
                    }
                }
            }
            return results
        }
    }

    /// Deletes the records before an offset; -1 deletes all there are.
    /// - Returns: the first offset that is left.
    public func deleteRecords(
        _ before: [TopicPartition: Int64]
    ) async throws(ClientError) -> [TopicPartition: Result<Int64, ClientError>] {
        let timeoutMs = timeoutMs
        return try await perLeader(Array(before.keys)) {
            (broker, partitions) throws(ClientError) -> [TopicPartition: Result<Int64, ClientError>] in
            let response = try await askLeader(
                broker,
                DeleteRecordsRequest {
                    $0.timeoutMs = timeoutMs
                    $0.topics = partitions.byTopic.map { topic, indexes in
                        DeleteRecordsRequest.Topic {
                            $0.name = topic
                            $0.partitions = indexes.map { index in
                                DeleteRecordsRequest.Partition {
                                    $0.partitionIndex = index
                                    $0.offset = before[TopicPartition(topic, index)] ?? 0
                                }
                            }
                        }
                    }
                })
            var results: [TopicPartition: Result<Int64, ClientError>] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    let name = TopicPartition(topic.name, partition.partitionIndex)
                    results[name] = Result<Void, ClientError>(partition.errorCode, "partition \(name)").map {
                        partition.lowWatermark
                    }
                }
            }
            return results
        }
    }

    /// The producers that partitions know of; from their leaders, or from one broker.
    public func describeProducers(
        _ partitions: [TopicPartition], broker: Int32? = nil
    ) async throws(ClientError) -> [TopicPartition: Result<DescribeProducersResponse.PartitionResponse, ClientError>] {
        if let broker { return try await send(DescribeProducersRequest(partitions), to: .broker(broker)).results }
        return try await perLeader(partitions) { (leader, partitions) throws(ClientError) in
            try await askLeader(leader, DescribeProducersRequest(partitions)).results
        }
    }

    /// Ends the transaction of a producer in one partition, as its coordinator would (KIP-664).
    public func abortTransaction(
        _ partition: TopicPartition, producerID: Int64, producerEpoch: Int16, coordinatorEpoch: Int32
    ) async throws(ClientError) {
        let request = WriteTxnMarkersRequest {
            $0.markers = [
                WriteTxnMarkersRequest.WritableTxnMarker {
                    $0.producerID = producerID
                    $0.producerEpoch = producerEpoch
                    $0.coordinatorEpoch = coordinatorEpoch
                    $0.transactionResult = false
                    $0.topics = [
                        WriteTxnMarkersRequest.WritableTxnMarkerTopic {
                            $0.name = partition.topic
                            $0.partitionIndexes = [partition.partition]
                        }
                    ]
                }
            ]
        }
        let results = try await perLeader([partition]) { (leader, _) throws(ClientError) -> PartitionResults<Void> in
            let response = try await askLeader(leader, request)
            guard let result = response.markers.first?.topics.first?.partitions.first else { return [:] }
            return [partition: Result(result.errorCode, "partition \(partition)")]
        }
        try results[partition]?.get()
    }

    /// One attempt: what to do about a leader that can't be reached is up to `perLeader`.
    private func askLeader<R: RequestMessage>(
        _ leader: Int32, _ request: R, versions: ClosedRange<Int16> = R.versions
    ) async throws(ClientError) -> R.Response {
        try await cluster.sendOnce(to: .broker(leader), until: .now + timeout, versions: versions) { _ in request }
    }
}

extension DescribeProducersRequest {
    fileprivate init(_ partitions: [TopicPartition]) {
        self.init {
            $0.topics = partitions.byTopic.map { topic, indexes in
                TopicRequest {
                    $0.name = topic
                    $0.partitionIndexes = indexes
                }
            }
        }
    }
}

extension DescribeProducersResponse {
    fileprivate var results: [TopicPartition: Result<PartitionResponse, ClientError>] {
        var results: [TopicPartition: Result<PartitionResponse, ClientError>] = [:]
        for topic in topics {
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partitionIndex)
                results[name] =
                    Result<Void, ClientError>(partition.errorCode, "partition \(name)", partition.errorMessage)
                    .map { partition }
            }
        }
        return results
    }
}
