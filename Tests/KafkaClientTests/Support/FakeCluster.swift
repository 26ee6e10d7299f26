// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

@testable import KafkaClient

/// A broker or some in a few lines, with Kafka's rules for sequence numbers and transactions, that fail as a test wants
/// it.
final class FakeCluster: Sendable {
    indirect enum Fault: Sendable {
        case none
        /// Refuses the batches, stored or not.
        case refuse(ErrorCode, stored: Bool = false)
        /// Closes the connection, with the batches stored or not.
        case drop(stored: Bool)
        /// Answers after a while.
        case delay(Duration)
        /// Answers neither this nor anything else on the connection.
        case silence(stored: Bool)
        /// Other brokers lead from now on, and this one says so.
        case move
        /// Each batch has a fault of its own: none or a refusal.
        case each(@Sendable () -> Fault)
    }

    struct Partition {
        var leader: Int32 = 1
        var values: [[UInt8]] = []
        /// The transaction that each value belongs to, nil for none.
        var transactions: [Int?] = []
        var nextOffset: Int64 = 0
        var epoch: [Int64: Int16] = [:]
        var nextSequence: [Int64: Int32] = [:]
        var recent: [Int64: [RecordBatchHeader]] = [:]
    }

    private struct State {
        var partitions: [TopicPartition: Partition] = [:]
        var producerIDs: Int64 = 0
        var requests = 0
        var controlRequests = 0
        /// Broker and connection.
        var silenced: Set<[Int]> = []
    }

    let topicID = KafkaUUID(high: 77, low: 77)
    let topic: String
    let partitionCount: Int32
    let maxBatchBytes: Int
    private let state = Mutex(State())
    private let fault: @Sendable (Int) -> Fault
    private let controlFault: @Sendable (Int) -> Fault
    private let transactions = FakeTransactions()
    private let servers = Mutex<[ScriptedServer]>([])

    /// - Parameters:
    ///   - fault: what becomes of the produce request of this number, counted from 0.
    ///   - controlFault: the same for requests about producer ids and transactions.
    init(
        topic: String = "orders", partitions: Int32 = 1, brokers: Int = 1, maxBatchBytes: Int = .max,
        fault: @escaping @Sendable (Int) -> Fault = { _ in .none },
        controlFault: @escaping @Sendable (Int) -> Fault = { _ in .none }
    ) async throws {
        self.topic = topic
        partitionCount = partitions
        self.maxBatchBytes = maxBatchBytes
        self.fault = fault
        self.controlFault = controlFault
        for index in 0..<brokers {
            let server = try await ScriptedServer.start(serving: Self.apis) { [weak self] in
                self?.answer($0, broker: index) ?? [.close]
            }
            servers.withLock { $0.append(server) }
        }
    }

    var address: BrokerAddress { servers.withLock { $0[0].address } }
    private var addresses: [BrokerAddress] { servers.withLock { $0.map(\.address) } }
    var requests: Int { state.withLock { $0.requests } }

    /// The values of a partition in the order in which they were stored.
    func values(_ partition: Int32 = 0) -> [[UInt8]] {
        state.withLock { $0.partitions[TopicPartition(topic, partition)]?.values ?? [] }
    }

    /// Those of committed transactions alone, as `read_committed` sees them.
    func committedValues(_ partition: Int32) -> [[UInt8]] {
        state.withLock { state in
            guard let partition = state.partitions[TopicPartition(topic, partition)] else { return [] }
            return zip(partition.values, partition.transactions)
                .filter { $0.1.map(transactions.isCommitted) ?? true }.map(\.0)
        }
    }

    func stop() async {
        for server in servers.withLock({ $0 }) { await server.stop() }
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

    private static let apis: [any RequestMessage.Type] = [
        MetadataRequest.self, ProduceRequest.self, InitProducerIdRequest.self, FindCoordinatorRequest.self,
        AddPartitionsToTxnRequest.self, EndTxnRequest.self,
    ]

    private func answer(_ request: ScriptedServer.Request, broker: Int) -> [ScriptedServer.Action] {
        let connection = [broker, request.connection]
        if state.withLock({ $0.silenced.contains(connection) }) { return [] }
        switch request.apiKey {
        case .metadata:
            return [request.reply(metadata(request.decode(MetadataRequest.self)))]
        case .initProducerID, .addPartitionsToTxn, .endTxn:
            let number = state.withLock { state in
                state.controlRequests += 1
                return state.controlRequests - 1
            }
            return control(request, controlFault(number), connection)
        case .findCoordinator:
            return [
                request.reply(
                    FindCoordinatorResponse {
                        $0.coordinators = request.decode(FindCoordinatorRequest.self).coordinatorKeys.map { key in
                            FindCoordinatorResponse.Coordinator {
                                $0.key = key
                                $0.nodeID = 1
                                $0.host = address.host
                                $0.port = Int32(address.port)
                            }
                        }
                    })
            ]
        case .produce:
            return produce(request, Int32(broker + 1), connection)
        default:
            return [.close]
        }
    }

    private func control(
        _ request: ScriptedServer.Request, _ fault: Fault, _ connection: [Int]
    ) -> [ScriptedServer.Action] {
        switch fault {
        case .drop(stored: false): return [.close]
        case .silence(stored: false): return silence(connection)
        default: break
        }
        let refusal: ErrorCode? = if case .refuse(let code, stored: false) = fault { code } else { nil }
        let answer =
            request.apiKey == .initProducerID && request.decode(InitProducerIdRequest.self).transactionalID == nil
            ? request.reply(
                InitProducerIdResponse {
                    $0.errorCode = refusal ?? .none
                    $0.producerID = state.withLock { state in
                        state.producerIDs += 1
                        return state.producerIDs
                    }
                })
            : transactions.answer(request, refusal)
        switch fault {
        case .drop: return [.close]
        case .silence: return silence(connection)
        default: return [answer]
        }
    }

    private func silence(_ connection: [Int]) -> [ScriptedServer.Action] {
        state.withLock { _ = $0.silenced.insert(connection) }
        return []
    }

    private func metadata(_ request: MetadataRequest) -> MetadataResponse {
        MetadataResponse {
            $0.clusterID = "fake"
            $0.controllerID = 1
            $0.brokers = addresses.enumerated().map { index, address in
                MetadataResponse.Broker {
                    $0.nodeID = Int32(index + 1)
                    $0.host = address.host
                    $0.port = Int32(address.port)
                }
            }
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
                            $0.leaderID = state.withLock {
                                $0.partitions[TopicPartition(topic, index)]?.leader ?? 1
                            }
                            $0.replicaNodes = [$0.leaderID]
                            $0.isrNodes = [$0.leaderID]
                        }
                    }
                }
            }
        }
    }

    private func produce(
        _ request: ScriptedServer.Request, _ broker: Int32, _ connection: [Int]
    ) -> [ScriptedServer.Action] {
        let produce = request.decode(ProduceRequest.self)
        let number = state.withLock { state in
            state.requests += 1
            return state.requests - 1
        }
        let fault = fault(number)
        if case .move = fault { moveLeaders() }
        var response = ProduceResponse()
        for topic in produce.topicData {
            var answer = ProduceResponse.Topic {
                $0.name = topic.name
                $0.topicID = topic.topicID
            }
            for partition in topic.partitionData {
                answer.partitionResponses.append(append(partition, fault, broker))
            }
            response.responses.append(answer)
        }
        if produce.acks == 0 { return [] }
        switch fault {
        case .drop: return [.close]
        case .silence: return silence(connection)
        case .delay(let duration):
            guard case .send(let bytes) = request.reply(response) else { return [] }
            return [.sendLater(bytes, duration)]
        default: return [request.reply(response)]
        }
    }

    private func moveLeaders() {
        let count = Int32(addresses.count)
        state.withLock { state in
            for index in 0..<partitionCount {
                let name = TopicPartition(topic, index)
                state.partitions[name, default: Partition()].leader =
                    state.partitions[name, default: Partition()].leader % count + 1
            }
        }
    }

    private func append(
        _ partition: ProduceRequest.Partition, _ fault: Fault, _ broker: Int32
    ) -> ProduceResponse.Partition {
        var answer = ProduceResponse.Partition { $0.index = partition.index }
        switch fault {
        case .refuse(let code, stored: false):
            answer.errorCode = code
            return answer
        case .drop(stored: false), .silence(stored: false): return answer
        case .refuse(let code, stored: true):
            // What Kafka finds wrong with a batch comes first.
            answer = append(partition, .none, broker)
            if answer.errorCode == .none { answer.errorCode = code }
            return answer
        case .each(let draw): return append(partition, draw(), broker)
        default: break
        }
        guard case .bytes(let bytes) = partition.records else { fatalError("no records") }
        if bytes.readableBytes > maxBatchBytes {
            answer.errorCode = .messageTooLarge
            return answer
        }
        let name = TopicPartition(topic, partition.index)
        return state.withLock { state in
            guard state.partitions[name, default: Partition()].leader == broker else {
                answer.errorCode = .notLeaderOrFollower
                return answer
            }
            let (code, offset) = append(bytes, name, to: &state.partitions[name, default: Partition()])
            answer.errorCode = code
            answer.baseOffset = offset
            return answer
        }
    }

    private func append(
        _ bytes: ByteBuffer, _ name: TopicPartition, to partition: inout Partition
    ) -> (ErrorCode, Int64) {
        var reader = RecordBatchReader()
        return bytes.withUnsafeReadableBytes { raw in
            guard let header = try? RecordBatchReader.validate(raw), header.byteCount == raw.count else {
                return (.corruptMessage, -1)
            }
            var transaction: Int?
            if header.isTransactional {
                switch transactions.transaction(of: header, name) {
                case .success(let number): transaction = number
                case .failure(let refusal): return (refusal.code, -1)
                }
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
                partition.transactions.append(transaction)
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
