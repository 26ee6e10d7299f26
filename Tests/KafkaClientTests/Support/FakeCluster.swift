// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

@testable import KafkaClient

/// One broker in a few lines, with Kafka's rules for sequence numbers, that fails as a test wants it to.
final class FakeCluster: Sendable {
    enum Fault: Sendable {
        case none
        /// Refuses the batches.
        case refuse(ErrorCode)
        /// Closes the connection, with the batches stored or not.
        case drop(stored: Bool)
        /// Answers after a while.
        case delay(Duration)
    }

    struct Partition {
        var values: [[UInt8]] = []
        var nextOffset: Int64 = 0
        var epoch: [Int64: Int16] = [:]
        var nextSequence: [Int64: Int32] = [:]
        var recent: [Int64: [RecordBatchHeader]] = [:]
    }

    private struct State {
        var partitions: [TopicPartition: Partition] = [:]
        var producerIDs: Int64 = 0
        var requests = 0
        var largestBatchCount = 0
    }

    let topicID = KafkaUUID(high: 77, low: 77)
    let topic: String
    let partitionCount: Int32
    let maxBatchBytes: Int
    private let state = Mutex(State())
    private let fault: @Sendable (Int) -> Fault
    private let server = Mutex<ScriptedServer?>(nil)

    /// - Parameter fault: what becomes of the produce request of this number, counted from 0.
    init(
        topic: String = "orders", partitions: Int32 = 1, maxBatchBytes: Int = .max,
        fault: @escaping @Sendable (Int) -> Fault = { _ in .none }
    ) async throws {
        self.topic = topic
        partitionCount = partitions
        self.maxBatchBytes = maxBatchBytes
        self.fault = fault
        let server = try await ScriptedServer.start { [weak self] request in self?.answer(request) ?? [.close] }
        self.server.withLock { $0 = server }
    }

    var address: BrokerAddress { server.withLock { $0!.address } }
    var requests: Int { state.withLock { $0.requests } }

    /// The values of a partition in the order in which they were stored.
    func values(_ partition: Int32 = 0) -> [[UInt8]] {
        state.withLock { $0.partitions[TopicPartition(topic, partition)]?.values ?? [] }
    }

    func stop() async {
        let server = server.withLock { $0 }
        await server?.stop()
    }

    func configuration(_ properties: [String: String] = [:]) throws -> ClientConfiguration {
        var configuration = try ClientConfiguration(bootstrapServers: "\(address)")
        // All tests run at once, so that a moment may be long.
        configuration.firstConnectTimeout = .seconds(60)
        configuration.retryBackoff = .milliseconds(2)
        configuration.retryBackoffMax = .milliseconds(20)
        configuration.reconnectBackoff = .milliseconds(2)
        configuration.reconnectBackoffMax = .milliseconds(20)
        for (name, value) in properties { _ = try configuration.set(name, value) }
        return configuration
    }

    private func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Action] {
        switch request.apiKey {
        case .apiVersions:
            return [
                request.reply(
                    ApiVersionsResponse.serving([
                        ApiVersionsRequest.self, MetadataRequest.self, ProduceRequest.self, InitProducerIdRequest.self,
                    ]))
            ]
        case .metadata:
            return [request.reply(metadata(request.decode(MetadataRequest.self)))]
        case .initProducerID:
            return [
                request.reply(
                    InitProducerIdResponse {
                        $0.producerID = state.withLock { state in
                            state.producerIDs += 1
                            return state.producerIDs
                        }
                    })
            ]
        case .produce:
            return produce(request)
        default:
            return [.close]
        }
    }

    private func metadata(_ request: MetadataRequest) -> MetadataResponse {
        MetadataResponse {
            $0.clusterID = "fake"
            $0.controllerID = 1
            $0.brokers = [
                MetadataResponse.Broker {
                    $0.nodeID = 1
                    $0.host = address.host
                    $0.port = Int32(address.port)
                }
            ]
            $0.topics = (request.topics ?? [MetadataRequest.Topic { $0.name = topic }]).map { asked in
                MetadataResponse.Topic {
                    $0.name = asked.name
                    guard asked.name == topic else {
                        $0.errorCode = .unknownTopicOrPartition
                        return
                    }
                    $0.topicID = topicID
                    $0.partitions = (0..<partitionCount).map { index in
                        MetadataResponse.Partition {
                            $0.partitionIndex = index
                            $0.leaderID = 1
                            $0.replicaNodes = [1]
                            $0.isrNodes = [1]
                        }
                    }
                }
            }
        }
    }

    private func produce(_ request: ScriptedServer.Request) -> [ScriptedServer.Action] {
        let produce = request.decode(ProduceRequest.self)
        let number = state.withLock { state in
            state.requests += 1
            return state.requests - 1
        }
        let fault = fault(number)
        var response = ProduceResponse()
        for topic in produce.topicData {
            var answer = ProduceResponse.Topic {
                $0.name = topic.name
                $0.topicID = topic.topicID
            }
            for partition in topic.partitionData {
                answer.partitionResponses.append(append(partition, fault))
            }
            response.responses.append(answer)
        }
        if produce.acks == 0 { return [] }
        switch fault {
        case .drop: return [.close]
        case .delay(let duration):
            guard case .send(let bytes) = request.reply(response) else { return [] }
            return [.sendLater(bytes, duration)]
        default: return [request.reply(response)]
        }
    }

    private func append(_ partition: ProduceRequest.Partition, _ fault: Fault) -> ProduceResponse.Partition {
        var answer = ProduceResponse.Partition { $0.index = partition.index }
        switch fault {
        case .refuse(let code):
            answer.errorCode = code
            return answer
        case .drop(stored: false): return answer
        default: break
        }
        guard case .bytes(let bytes) = partition.records else { fatalError("no records") }
        if bytes.readableBytes > maxBatchBytes {
            answer.errorCode = .messageTooLarge
            return answer
        }
        let name = TopicPartition(topic, partition.index)
        return state.withLock { state in
            let (code, offset) = Self.append(bytes, to: &state.partitions[name, default: Partition()])
            answer.errorCode = code
            answer.baseOffset = offset
            return answer
        }
    }

    private static func append(_ bytes: ByteBuffer, to partition: inout Partition) -> (ErrorCode, Int64) {
        var reader = RecordBatchReader()
        return bytes.withUnsafeReadableBytes { raw in
            guard let header = try? RecordBatchReader.validate(raw), header.byteCount == raw.count else {
                return (.corruptMessage, -1)
            }
            if header.producerID >= 0 {
                let id = header.producerID
                if let known = partition.recent[id]?.first(where: { $0.isSame(as: header) }) {
                    return (.none, known.baseOffset)
                }
                let epoch = partition.epoch[id]
                if let epoch, header.producerEpoch < epoch { return (.invalidProducerEpoch, -1) }
                if epoch == nil || header.producerEpoch > epoch! {
                    guard header.baseSequence == 0 || epoch == nil else { return (.outOfOrderSequenceNumber, -1) }
                    partition.recent[id] = []
                } else if header.baseSequence != partition.nextSequence[id] {
                    return (.outOfOrderSequenceNumber, -1)
                }
                partition.epoch[id] = header.producerEpoch
                partition.nextSequence[id] = SequenceNumber.advance(header.baseSequence, by: header.recordCount)
                var stored = header
                stored.baseOffset = partition.nextOffset
                partition.recent[id, default: []].append(stored)
                if partition.recent[id]!.count > 5 { partition.recent[id]!.removeFirst() }
            }
            let offset = partition.nextOffset
            partition.nextOffset += Int64(header.recordCount)
            try! reader.forEachRecord(in: raw, header: header) { record in
                partition.values.append(record.value.map { Array($0) } ?? [])
            }
            return (.none, offset)
        }
    }
}

extension RecordBatchHeader {
    fileprivate func isSame(as other: RecordBatchHeader) -> Bool {
        producerEpoch == other.producerEpoch && baseSequence == other.baseSequence && recordCount == other.recordCount
    }
}
