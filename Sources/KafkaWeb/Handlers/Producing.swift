// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText
import NIOCore

/// `POST /topics/NAME/messages` with `{"partition":0,"key":"a","value":"b","headers":[{"key":"c","value":"d"}]}`. Null or
/// nothing is none, which isn't the same as an empty text; `key_base64`, `value_base64` are any bytes, as in
/// `kafka console-producer --format json`. Without a partition the key says which.
enum Producing {
    static func produce(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let body = try request.object()
        let topic = try await data.topic(request.topicName)
        let key = try bytes(body, "key")
        let value = try bytes(body, "value")
        var headers = EncodedRecordHeaders()
        for header in body["headers"]?.elements ?? [] {
            guard let name = try bytes(header, "key") else { throw HTTPProblem.badRequest("a header needs a key") }
            headers.append(key: name, value: try bytes(header, "value"))
        }
        let count = Int32(clamping: topic.partitions.count)
        guard count > 0 else { throw HTTPProblem.notFound("topic \(request.topicName) has no partitions") }
        let wanted = try body.number("partition", in: 0...Int32.max)
        let index =
            wanted ?? key.map { $0.withUnsafeBytes { Murmur2.partition(of: $0, count: count) } }
            ?? .random(in: 0..<count)
        guard let source = LedPartition.of(topic).first(where: { $0.partition.partition == index }) else {
            throw HTTPProblem.notFound("topic \(request.topicName) has no partition \(index) with a leader")
        }
        let timestamp = WallClock.milliseconds()
        var builder = RecordBatchBuilder(capacity: (key?.count ?? 0) + (value?.count ?? 0) + 1024)
        let isWritten = Self.with(key) { key in
            Self.with(value) { value in
                builder.append(timestamp: timestamp, key: key, value: value, headers: headers)
            }
        }
        guard isWritten else { throw HTTPProblem(413, "the record is too large") }
        let batch = builder.finish()
        // Above version 12 topics go by their ids.
        let response: ProduceResponse = try await data.calls.send(to: .broker(source.leader), versions: 3...12) { _ in
            ProduceRequest {
                $0.acks = -1
                $0.timeoutMs = 30_000
                $0.topicData = [
                    ProduceRequest.Topic {
                        $0.name = source.partition.topic
                        $0.partitionData = [
                            ProduceRequest.Partition {
                                $0.index = index
                                $0.records = .bytes(batch)
                            }
                        ]
                    }
                ]
            }
        }
        let answer = response.responses.first?.partitionResponses.first
        try TopicChanges.check(answer.map { ($0.errorCode, $0.errorMessage) }, "partition \(source.partition)")
        return .members([
            "partition": .integer(Int64(index)), "offset": .integer(answer?.baseOffset ?? -1),
            "timestamp": .integer(timestamp),
        ])
    }

    private static func with<Result>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let bytes else { return body(nil) }
        // An empty array may have no address, and yet is not none.
        return (bytes.isEmpty ? [0] : bytes).withUnsafeBytes { body($0.part(0..<bytes.count)) }
    }

    private static func bytes(_ object: JSON, _ name: String) throws(HTTPProblem) -> [UInt8]? {
        if let text = try object.text(name) { return Array(text.utf8) }
        guard let text = try object.text(name + "_base64") else { return nil }
        guard let bytes = Base64.decode(text) else { throw .badRequest("\(name)_base64 is no base64") }
        return bytes
    }
}
