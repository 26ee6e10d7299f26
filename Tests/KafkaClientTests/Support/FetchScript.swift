// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

@testable import KafkaClient

/// A broker with the partition `orders-0` that answers fetches and searches for offsets as a test says.
final class FetchScript: Sendable {
    typealias Answer = @Sendable (_ request: Int, _ offset: Int64) -> FetchResponse.Partition

    static let partition = TopicPartition("orders", 0)
    private let server = Mutex<ScriptedServer?>(nil)
    private let requests = Mutex<[APIKey: Int]>([:])
    private let listed: Int64?
    private let repeats: Int
    private let answer: Answer

    /// - Parameters:
    ///   - listed: what ListOffsets says; nil leaves the partition out.
    ///   - repeats: how often a partition stands in an answer.
    ///   - answer: called for each fetch with its number, from 0, and the offset that is asked for.
    init(listed: Int64? = 0, repeats: Int = 1, _ answer: @escaping Answer) async throws {
        self.listed = listed
        self.repeats = repeats
        self.answer = answer
        let apis: [any RequestMessage.Type] = [MetadataRequest.self, ListOffsetsRequest.self, FetchRequest.self]
        let server = try await ScriptedServer.start(serving: apis) { [weak self] in self?.reply(to: $0) ?? [.close] }
        self.server.withLock { $0 = server }
    }

    func count(_ key: APIKey) -> Int { requests.withLock { $0[key] ?? 0 } }

    /// Calls `body` with a consumer that reads the partition from its beginning.
    func reading(_ body: (Consumer) async throws -> Void) async throws {
        let server = server.withLock { $0! }
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.firstConnectTimeout = .seconds(60)
        for backoff in [\ClientConfiguration.retryBackoff, \.reconnectBackoff] {
            configuration[keyPath: backoff] = .milliseconds(2)
        }
        configuration.retryBackoffMax = .milliseconds(20)
        try await Cluster.with(configuration) { cluster in
            let consumer = try Consumer(cluster)
            await consumer.assign([Self.partition: .earliest])
            do { try await body(consumer) } catch {
                await consumer.close()
                throw error
            }
            await consumer.close()
        }
        await server.stop()
    }

    /// A batch at an offset, of so many records, whose header may say something else.
    static func batch(
        _ base: Int64, _ count: Int, _ change: (inout RecordBatchHeader) -> Void = { _ in }
    ) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 10_000, baseOffset: base)
        for number in 0..<count {
            _ = Array("\(number)".utf8).withUnsafeBytes { builder.append(timestamp: 1, key: nil, value: $0) }
        }
        var bytes = builder.finish(RecordBatchProperties { _ in })
        var header = RecordBatchHeader(bytes, at: bytes.readerIndex)
        change(&header)
        bytes.withUnsafeMutableReadableBytes { raw in
            header.write(into: raw)
            header.crc = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: raw[21...]))
            header.write(into: raw)
        }
        return bytes
    }

    private func reply(to request: ScriptedServer.Request) -> [ScriptedServer.Action] {
        let number = requests.withLock { requests in
            defer { requests[request.apiKey, default: 0] += 1 }
            return requests[request.apiKey] ?? 0
        }
        switch request.apiKey {
        case .metadata:
            return [request.reply(metadata())]
        case .listOffsets:
            return [
                request.reply(
                    ListOffsetsResponse {
                        guard let listed else { return }
                        $0.topics = [
                            ListOffsetsResponse.Topic {
                                $0.name = Self.partition.topic
                                $0.partitions = [ListOffsetsResponse.Partition { $0.offset = listed }]
                            }
                        ]
                    })
            ]
        case .fetch:
            let fetch = request.decode(FetchRequest.self)
            let offset = fetch.topics.first?.partitions.first?.fetchOffset ?? -1
            let partition = answer(number, offset)
            return [
                request.reply(
                    FetchResponse {
                        $0.responses = [
                            FetchResponse.Topic {
                                $0.topic = Self.partition.topic
                                $0.topicID = Self.topicID
                                $0.partitions = Array(repeating: partition, count: repeats)
                            }
                        ]
                    })
            ]
        default:
            return [.close]
        }
    }

    private static let topicID = KafkaUUID(high: 7, low: 7)

    private func metadata() -> MetadataResponse {
        let address = server.withLock { $0!.address }
        return MetadataResponse {
            $0.brokers = [
                MetadataResponse.Broker {
                    $0.nodeID = 1
                    $0.host = address.host
                    $0.port = Int32(address.port)
                }
            ]
            $0.topics = [
                MetadataResponse.Topic {
                    $0.name = Self.partition.topic
                    $0.topicID = Self.topicID
                    $0.partitions = [
                        MetadataResponse.Partition {
                            $0.leaderID = 1
                            $0.replicaNodes = [1]
                            $0.isrNodes = [1]
                        }
                    ]
                }
            ]
        }
    }
}

extension FetchResponse.Partition {
    static func records(_ batches: ByteBuffer...) -> Self {
        Self {
            var bytes = ByteBuffer()
            for batch in batches { bytes.writeImmutableBuffer(batch) }
            $0.records = .bytes(bytes)
        }
    }

    static func error(_ code: ErrorCode) -> Self { Self { $0.errorCode = code } }
}
