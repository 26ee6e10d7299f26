// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore

@testable import KafkaBroker

/// A member of a share group, as it speaks to a broker.
final class ShareClient {
    let connection: BlockingConnection
    let group: String
    let memberID: String
    var epoch: Int32 = 0
    var sessionEpoch: Int32 = 0
    /// What it fetches, once it has been assigned.
    private(set) var places: [ShareSessionPartition] = []

    struct Fetched: Equatable {
        var partition: Int32
        var offset: Int64
        var value: String
        var deliveryCount: Int16
    }

    init(_ broker: Broker, _ memberID: String, group: String = "queue") throws {
        connection = try BlockingConnection(broker.bootstrapServers)
        self.group = group
        self.memberID = memberID
    }

    @discardableResult
    func heartbeat(_ topics: [String]? = nil) async throws -> ShareGroupHeartbeatResponse {
        let response = try await connection.send(
            ShareGroupHeartbeatRequest {
                ($0.groupID, $0.memberID, $0.memberEpoch) = (group, memberID, epoch)
                $0.subscribedTopicNames = topics
            }, version: 1)
        epoch = response.memberEpoch
        if let assignment = response.assignment {
            places = assignment.topicPartitions.flatMap { topic in
                topic.partitions.map { ShareSessionPartition(topicID: topic.topicID, partition: $0) }
            }
        }
        return response
    }

    func leave() async throws {
        epoch = -1
        try await heartbeat()
    }

    func request(
        max: Int32 = 500, wait: Int32 = 0, _ acknowledgements: [(Int32, ClosedRange<Int64>, [AcknowledgeType])] = []
    ) -> ShareFetchRequest {
        ShareFetchRequest {
            ($0.groupID, $0.memberID, $0.shareSessionEpoch) = (group, memberID, sessionEpoch)
            ($0.maxWaitMs, $0.minBytes, $0.maxBytes, $0.maxRecords, $0.batchSize) = (wait, 1, 1 << 20, max, max)
            $0.topics = Dictionary(grouping: places, by: \.topicID).map { topicID, places in
                .init {
                    $0.topicID = topicID
                    $0.partitions = places.map { place in
                        .init {
                            $0.partitionIndex = place.partition
                            $0.acknowledgementBatches = acknowledgements.filter { $0.0 == place.partition }.map {
                                batch in
                                .init {
                                    ($0.firstOffset, $0.lastOffset) = (batch.1.lowerBound, batch.1.upperBound)
                                    $0.acknowledgeTypes = batch.2.map(\.rawValue)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    func send(_ request: ShareFetchRequest) async throws -> ShareFetchResponse {
        let response = try await connection.send(request, version: 2)
        if response.errorCode == .none { sessionEpoch = request.shareSessionEpoch + 1 }
        return response
    }

    func fetch(
        max: Int32 = 500, wait: Int32 = 0, _ acknowledgements: (Int32, ClosedRange<Int64>, [AcknowledgeType])...
    ) async throws -> [Fetched] {
        try Self.records(try await send(request(max: max, wait: wait, acknowledgements)))
    }

    func acknowledge(
        _ partition: Int32, _ range: ClosedRange<Int64>, _ types: AcknowledgeType..., epoch: Int32? = nil
    ) async throws -> (whole: ErrorCode, partition: ErrorCode?) {
        let response = try await connection.send(
            ShareAcknowledgeRequest {
                ($0.groupID, $0.memberID, $0.shareSessionEpoch) = (group, memberID, epoch ?? sessionEpoch)
                $0.isRenewAck = types.contains(.renew)
                $0.topics = [
                    .init {
                        $0.topicID = places[0].topicID
                        $0.partitions = [
                            .init {
                                $0.partitionIndex = partition
                                $0.acknowledgementBatches = [
                                    .init {
                                        ($0.firstOffset, $0.lastOffset) = (range.lowerBound, range.upperBound)
                                        $0.acknowledgeTypes = types.map(\.rawValue)
                                    }
                                ]
                            }
                        ]
                    }
                ]
            }, version: 2)
        if response.errorCode == .none { sessionEpoch += 1 }
        return (response.errorCode, response.responses.first?.partitions.first?.errorCode)
    }

    static func records(_ response: ShareFetchResponse) throws -> [Fetched] {
        var fetched: [Fetched] = []
        for partition in response.responses.flatMap(\.partitions) {
            guard case .bytes(let bytes) = partition.records else { continue }
            try bytes.withUnsafeReadableBytes { bytes in
                var batches = RecordBatchSequence(bytes)
                var reader = RecordBatchReader()
                while let (header, batch) = try batches.next() {
                    guard !header.isControl else { continue }
                    try reader.forEachRecord(in: batch, header: header) { record in
                        let range = partition.acquiredRecords.first {
                            ($0.firstOffset...$0.lastOffset).contains(record.offset)
                        }
                        guard let range else { return }
                        fetched.append(
                            Fetched(
                                partition: partition.partitionIndex, offset: record.offset,
                                value: record.value.map { String(decoding: $0, as: UTF8.self) } ?? "",
                                deliveryCount: range.deliveryCount))
                    }
                }
            }
        }
        return fetched
    }
}

/// A broker whose share groups are on, in a directory that outlives it.
struct ShareBroker {
    let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UInt64.random(in: 0 ... .max))")
    var broker: Broker
    var connection: BlockingConnection

    init(enabled: Bool = true, overrides: [(name: String, value: String)] = []) async throws {
        var options = Broker.Options(dataDirectory: directory.path)
        options.overrides += overrides
        broker = try await Broker.start(options)
        connection = try BlockingConnection(broker.bootstrapServers)
        if enabled {
            try await upgrade()
            // New groups read from the beginning.
            try await configure("queue", ["share.auto.offset.reset": "earliest"])
        }
    }

    mutating func restart() async throws {
        try await broker.stop()
        broker = try await Broker.start(.init(dataDirectory: directory.path))
        connection = try BlockingConnection(broker.bootstrapServers)
        // Groups are read back behind the scenes.
        while try await connection.send(ListGroupsRequest(), version: 5).errorCode == .coordinatorLoadInProgress {
            await Task.yield()
        }
    }

    func stop() async throws {
        try await broker.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    func upgrade() async throws {
        for (name, level) in [("metadata.version", 28), ("share.version", 1)] {
            let response = try await connection.send(
                UpdateFeaturesRequest {
                    $0.featureUpdates = [
                        .init { ($0.feature, $0.maxVersionLevel, $0.upgradeType) = (name, Int16(level), 1) }
                    ]
                }, version: 1)
            guard response.errorCode == .none else { throw ShareError(response.errorCode, response.errorMessage) }
        }
    }

    func configure(_ group: String, _ values: [String: String]) async throws {
        let response = try await connection.send(
            IncrementalAlterConfigsRequest {
                $0.resources = [
                    .init {
                        ($0.resourceType, $0.resourceName) = (32, group)
                        $0.configs = values.map { name, value in .init { ($0.name, $0.value) = (name, value) } }
                    }
                ]
            }, version: 1)
        guard response.responses[0].errorCode == .none else { throw ShareError(response.responses[0].errorCode) }
    }

    func create(_ topic: String, partitions: Int32 = 1) async throws {
        _ = try await connection.send(
            CreateTopicsRequest {
                $0.topics = [
                    .init { ($0.name, $0.numPartitions, $0.replicationFactor) = (topic, partitions, 1) }
                ]
            }, version: 7)
    }

    func produce(_ values: [String], to topic: String = "orders", partition: Int32 = 0) async throws {
        var builder = RecordBatchBuilder(capacity: 4096)
        for value in values {
            Array(value.utf8).withUnsafeBytes {
                _ = builder.append(timestamp: WallClock.milliseconds(), key: nil, value: $0)
            }
        }
        let batch = builder.finish(RecordBatchProperties())
        let response = try await connection.send(
            ProduceRequest {
                ($0.acks, $0.timeoutMs) = (-1, 10_000)
                $0.topicData = [
                    .init {
                        $0.name = topic
                        $0.partitionData = [.init { ($0.index, $0.records) = (partition, .bytes(batch)) }]
                    }
                ]
            }, version: 9)
        let error = response.responses[0].partitionResponses[0].errorCode
        guard error == .none else { throw ShareError(error) }
    }

    func offsets(_ group: String = "queue") async throws -> DescribeShareGroupOffsetsResponse.Group {
        try await connection.send(
            DescribeShareGroupOffsetsRequest {
                $0.groups = [
                    .init {
                        $0.groupID = group
                        $0.topics = nil
                    }
                ]
            }, version: 1
        ).groups[0]
    }
}
