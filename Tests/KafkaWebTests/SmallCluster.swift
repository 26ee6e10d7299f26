// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaHTTP
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaWeb

/// A broker, and records with times of the test's choice in it.
struct SmallCluster {
    let broker: KafkaBroker.Broker
    var data: ClusterData { ClusterData(calls: BrokerCalls(broker, as: .anonymous, host: "127.0.0.1")) }

    static func with(
        _ overrides: [(String, String)] = [], _ body: (SmallCluster) async throws -> Void
    ) async throws {
        var options = KafkaBroker.Broker.Options()
        options.overrides = overrides.map { ($0.0, $0.1) }
        let broker = try await KafkaBroker.Broker.start(options)
        do { try await body(SmallCluster(broker: broker)) } catch {
            try? await broker.stop()
            throw error
        }
        try await broker.stop()
    }

    func create(_ topic: String, partitions: Int) async throws {
        _ = try await TopicChanges.create(
            data, try request("/topics", #"{"name":"\#(topic)","partitions":\#(partitions)}"#))
    }

    /// Writes a batch: values are numbers, times those given.
    func write(_ topic: String, _ partition: Int32, _ records: [(time: Int64, value: String)]) async throws {
        var builder = RecordBatchBuilder(capacity: 1 << 20)
        for record in records {
            let fits = Array(record.value.utf8).withUnsafeBytes {
                builder.append(timestamp: record.time, key: nil, value: $0)
            }
            try #require(fits)
        }
        let batch = builder.finish()
        let response: ProduceResponse = try await data.calls.send(to: .any, versions: 3...12) { _ in
            ProduceRequest {
                $0.acks = -1
                $0.topicData = [
                    ProduceRequest.Topic {
                        $0.name = topic
                        $0.partitionData = [
                            ProduceRequest.Partition {
                                $0.index = partition
                                $0.records = .bytes(batch)
                            }
                        ]
                    }
                ]
            }
        }
        try TopicChanges.check(
            response.responses.first?.partitionResponses.first.map { ($0.errorCode, $0.errorMessage) }, topic)
    }

    /// All that a scan finds, by partition and offset, in the order in which it came.
    func scan(_ topic: String, _ query: String) async throws -> (records: [RecordLine], end: RecordScan.End) {
        let request = try ScanRequest(try request("/topics/\(topic)/messages?\(query)"), topic: topic)
        var scan = try await RecordScan(request, try await data.topic(topic), data)
        var records: [RecordLine] = []
        let end = try await scan.run { if case .record(let record) = $0 { records.append(record) } }
        return (records, end)
    }

    func request(_ target: String, _ body: String = "") throws -> HTTPRequest {
        var request = HTTPRequest(target: try #require(HTTPTarget(target)))
        request.body = ByteBuffer(string: body)
        return request
    }
}
