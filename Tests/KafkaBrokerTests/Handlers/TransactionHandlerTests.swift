// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Handlers of transactions")
struct TransactionHandlerTests {
    private let orders = TransactionWorld.orders
    private static let me = ProducerIdentity(id: 7, epoch: 4)
    private static let fenced = ProducerIdentity(id: 7, epoch: 3)

    private func context(_ version: Int16) -> RequestContext {
        RequestContext(
            apiKey: .metadata, apiVersion: version, clientID: nil,
            connection: ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1"),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    }

    /// A broker with one transactional id in a state.
    private func broker(
        _ state: TransactionState = .ongoing
    ) async throws -> (world: TransactionWorld, coordinator: TransactionCoordinator) {
        let world = TransactionWorld()
        try world.store("tx", .sample(state))
        return (world, await world.restarted())
    }

    @Test("InitProducerId gives plain producers an id, and transactional ones their epoch", arguments: Int16(0)...5)
    func initProducerID(version: Int16) async throws {
        let (world, coordinator) = try await broker(.empty)
        let handler = InitProducerIDHandler(coordinator: coordinator, producerIDs: world)
        let plain = await handler.handle(InitProducerIdRequest { $0.transactionalID = nil }, context(version))
        #expect(plain.errorCode == .none && plain.producerID == 1_000 && plain.producerEpoch == 0)
        var request = InitProducerIdRequest()
        request.transactionalID = "tx"
        request.transactionTimeoutMs = 1_000
        let transactional = await handler.handle(request, context(version))
        #expect(transactional.producerID == 7 && transactional.producerEpoch == 5)
        guard version >= 3 else { return }
        request.producerID = 7
        request.producerEpoch = 2
        let late = await handler.handle(request, context(version))
        #expect(late.errorCode == (version < 4 ? .invalidProducerEpoch : .producerFenced))
        #expect(late.producerID == -1 && late.producerEpoch == -1)
        request.producerEpoch = -1
        #expect(await handler.handle(request, context(version)).errorCode == .invalidRequest)
    }

    @Test("AddPartitionsToTxn adds all partitions or none", arguments: Int16(0)...3)
    func addPartitions(version: Int16) async throws {
        let (world, coordinator) = try await broker()
        let handler = AddPartitionsToTxnHandler(coordinator: coordinator)
        func add(_ producer: ProducerIdentity, _ partitions: [Int32]) async -> [ErrorCode] {
            let request = AddPartitionsToTxnRequest {
                $0.v3AndBelowTransactionalID = "tx"
                $0.v3AndBelowProducerID = producer.id
                $0.v3AndBelowProducerEpoch = producer.epoch
                $0.v3AndBelowTopics = [
                    .init {
                        $0.name = "orders"
                        $0.partitions = partitions
                    }
                ]
            }
            let response = await handler.handle(request, context(version))
            #expect(response.resultsByTransaction.isEmpty)
            return response.resultsByTopicV3AndBelow.flatMap(\.resultsByPartition).map(\.partitionErrorCode)
        }
        #expect(await add(Self.me, [2, 9]) == [.operationNotAttempted, .unknownTopicOrPartition])
        #expect(try world.stored("tx")?.partitions.count == 2)
        #expect(await add(Self.me, [0, 2]) == [.none, .none])
        #expect(try world.stored("tx")?.partitions.count == 3)
        #expect(try world.stored("tx")?.clientTransactionVersion == 0)
        let refusal: ErrorCode = version < 2 ? .invalidProducerEpoch : .producerFenced
        #expect(await add(Self.fenced, [0]) == [refusal])
    }

    @Test("AddPartitionsToTxn of brokers adds to many transactions, or verifies", arguments: Int16(4)...5)
    func addPartitionsBatched(version: Int16) async throws {
        let (world, coordinator) = try await broker()
        try world.store("other", .sample(.empty, id: 8))
        await coordinator.topicDeleted()
        let reread = await world.restarted()
        let handler = AddPartitionsToTxnHandler(coordinator: reread)
        func transaction(_ id: String, _ producerID: Int64, verifyOnly: Bool) -> AddPartitionsToTxnRequest.Transaction {
            .init {
                $0.transactionalID = id
                $0.producerID = producerID
                $0.producerEpoch = 4
                $0.verifyOnly = verifyOnly
                $0.topics = [
                    .init {
                        $0.name = "orders"
                        $0.partitions = [1, 2]
                    }
                ]
            }
        }
        let request = AddPartitionsToTxnRequest {
            $0.transactions = [transaction("tx", 7, verifyOnly: true), transaction("other", 8, verifyOnly: false)]
        }
        let response = await handler.handle(request, context(version))
        #expect(response.errorCode == .none && response.resultsByTransaction.map(\.transactionalID) == ["tx", "other"])
        let codes = response.resultsByTransaction.map {
            $0.topicResults.flatMap(\.resultsByPartition).map(\.partitionErrorCode)
        }
        #expect(codes == [[.none, .transactionAbortable], [.none, .none]])
        #expect(try world.stored("other")?.partitions == [orders[1], orders[2]])
        #expect(try world.stored("tx")?.partitions == [orders[0], orders[1]])
    }

    @Test("AddOffsetsToTxn adds the partition of the group", arguments: Int16(0)...4)
    func addOffsets(version: Int16) async throws {
        let (world, coordinator) = try await broker()
        let handler = AddOffsetsToTxnHandler(coordinator: coordinator)
        func add(_ producer: ProducerIdentity) async -> ErrorCode {
            let request = AddOffsetsToTxnRequest {
                $0.transactionalID = "tx"
                $0.producerID = producer.id
                $0.producerEpoch = producer.epoch
                $0.groupID = "readers"
            }
            return await handler.handle(request, context(version)).errorCode
        }
        #expect(await add(Self.me) == .none)
        let partition = try await coordinator.offsetsPartition(of: "readers")
        #expect(partition.topic == "__consumer_offsets")
        #expect(try world.stored("tx")?.partitions.contains(partition) == true)
        #expect(await add(Self.fenced) == (version < 2 ? .invalidProducerEpoch : .producerFenced))
    }

    @Test("EndTxn names the next epoch since version 5", arguments: Int16(0)...5)
    func endTransaction(version: Int16) async throws {
        let (world, coordinator) = try await broker()
        let handler = EndTxnHandler(coordinator: coordinator)
        func end(_ producer: ProducerIdentity) async -> EndTxnResponse {
            let request = EndTxnRequest {
                $0.transactionalID = "tx"
                $0.producerID = producer.id
                $0.producerEpoch = producer.epoch
                $0.committed = true
            }
            return await handler.handle(request, context(version))
        }
        #expect(await end(Self.fenced).errorCode == (version < 2 ? .invalidProducerEpoch : .producerFenced))
        let response = await end(Self.me)
        #expect(response.errorCode == .none && response.producerID == 7)
        #expect(response.producerEpoch == (version >= 5 ? 5 : 4))
        #expect(world.markers(orders[0]) == [true])
    }

    @Test("WriteTxnMarkers ends transactions and tells the groups", arguments: Int16(1)...2)
    func writeMarkers(version: Int16) async throws {
        let (world, _) = try await broker()
        let handler = WriteTxnMarkersHandler(partitions: world, groups: world)
        world.fail(orders[1], with: .transactionCoordinatorFenced)
        let topics: [(String, [Int32])] = [("orders", [0, 1, 9]), ("__consumer_offsets", [1])]
        let request = WriteTxnMarkersRequest {
            $0.markers = [
                .init {
                    $0.producerID = 7
                    $0.producerEpoch = 4
                    $0.coordinatorEpoch = 12
                    $0.topics = topics.map { name, partitions in
                        .init {
                            $0.name = name
                            $0.partitionIndexes = partitions
                        }
                    }
                }
            ]
        }
        let response = await handler.handle(request, context(version))
        #expect(response.markers.map(\.producerID) == [7])
        let codes: [[ErrorCode]] = response.markers[0].topics.map { $0.partitions.map(\.errorCode) }
        #expect(codes == [[.none, .transactionCoordinatorFenced, .unknownTopicOrPartition], [.none]])
        #expect(world.log(orders[0]) == [.marker(Self.me, commit: false, coordinatorEpoch: 12)])
        #expect(world.ended == [.init(producerID: 7, partition: 1, commit: false)])
    }

    @Test("DescribeTransactions tells state and partitions in order")
    func describe() async throws {
        let (_, coordinator) = try await broker()
        let handler = DescribeTransactionsHandler(coordinator: coordinator)
        let request = DescribeTransactionsRequest { $0.transactionalIDs = ["tx", "none", ""] }
        let states = await handler.handle(request, context(0)).transactionStates
        #expect(states.map(\.errorCode) == [.none, .transactionalIDNotFound, .invalidRequest])
        #expect(states.map(\.transactionalID) == ["tx", "none", ""])
        #expect(states[0].transactionState == "Ongoing" && states[0].producerID == 7 && states[0].producerEpoch == 4)
        #expect(states[0].transactionTimeoutMs == 60_000 && states[0].transactionStartTimeMs == 890_000)
        #expect(states[0].topics.map(\.topic) == ["orders"] && states[0].topics[0].partitions == [0, 1])
    }

    @Test("ListTransactions filters by state, producer, duration and name")
    func list() async throws {
        let world = TransactionWorld()
        for (index, state) in [TransactionState.empty, .ongoing, .completeCommit, .completeAbort].enumerated() {
            try world.store("tx-\(index)", .sample(state, id: Int64(10 + index)))
        }
        let coordinator = await world.restarted()
        let handler = ListTransactionsHandler(coordinator: coordinator)
        func list(_ configure: (inout ListTransactionsRequest) -> Void) async -> ListTransactionsResponse {
            await handler.handle(ListTransactionsRequest(configure), context(2))
        }
        func ids(_ configure: (inout ListTransactionsRequest) -> Void) async -> [String] {
            await list(configure).transactionStates.map(\.transactionalID)
        }
        #expect(await ids { _ in } == ["tx-0", "tx-1", "tx-2", "tx-3"])
        #expect(await ids { $0.stateFilters = ["Ongoing", "Empty"] } == ["tx-0", "tx-1"])
        let unknown = await list { $0.stateFilters = ["Sleeping", "CompleteAbort"] }
        #expect(unknown.unknownStateFilters == ["Sleeping"] && unknown.transactionStates.map(\.producerID) == [13])
        #expect(unknown.transactionStates[0].transactionState == "CompleteAbort")
        #expect(await ids { $0.stateFilters = ["Sleeping"] }.isEmpty)
        #expect(await ids { $0.producerIDFilters = [11, 13, 99] } == ["tx-1", "tx-3"])
        // Started 110 s ago; what was never started is as old as can be, as in Kafka.
        #expect(await ids { $0.durationFilter = 110_000 } == ["tx-0"])
        #expect(await ids { $0.durationFilter = 109_999 } == ["tx-0", "tx-1", "tx-2", "tx-3"])
        #expect(await ids { $0.transactionalIDPattern = "tx-[12]" } == ["tx-1", "tx-2"])
        #expect(await ids { $0.transactionalIDPattern = "tx" }.isEmpty, "the whole id has to match")
        #expect(await ids { $0.transactionalIDPattern = "" }.count == 4)
        let broken = await list { $0.transactionalIDPattern = "tx-(" }
        #expect(broken.errorCode == .invalidRegularExpression && broken.transactionStates.isEmpty)
        // The cost of a pattern is no client's to choose.
        try world.store(String(repeating: "a", count: 30_000), .sample(.empty, id: 20))
        let long = ListTransactionsHandler(coordinator: await world.restarted())
        let slow = await long.handle(ListTransactionsRequest { $0.transactionalIDPattern = "(a+)+b" }, context(2))
        #expect(slow.errorCode == .none && slow.transactionStates.isEmpty)
        // Until everything is read back the list would not be whole.
        let fresh = ListTransactionsHandler(coordinator: world.makeCoordinator())
        #expect(await fresh.handle(ListTransactionsRequest(), context(0)).errorCode == .coordinatorLoadInProgress)
    }

    @Test("Offsets that the coordinator refuses don't reach the group")
    func gatedOffsets() async throws {
        let (world, coordinator) = try await broker()
        let next = RecordingOffsetCommitHandler()
        let handler = GatedTxnOffsetCommitHandler(coordinator: coordinator, topics: FixedTopics(), next: next)
        func commit(
            _ producer: ProducerIdentity, _ partitions: [Int32] = [0, 1], of topic: String = "orders", version: Int16
        ) async -> [ErrorCode] {
            let request = TxnOffsetCommitRequest {
                $0.transactionalID = "tx"
                $0.groupID = "readers"
                $0.producerID = producer.id
                $0.producerEpoch = producer.epoch
                $0.topics = [
                    .init {
                        $0.name = topic
                        $0.partitions = partitions.map { index in .init { $0.partitionIndex = index } }
                    }
                ]
            }
            let response: TxnOffsetCommitResponse = await withCheckedContinuation { continuation in
                handler.handle(
                    request, context(version),
                    Reply { outcome in
                        guard case .response(let response, _) = outcome else { return }
                        continuation.resume(returning: response)
                    })
            }
            return response.topics.flatMap(\.partitions).map(\.errorCode)
        }
        #expect(await commit(Self.me, version: 3) == [.invalidTxnState, .invalidTxnState])
        #expect(await commit(Self.fenced, version: 5) == [.invalidProducerEpoch, .invalidProducerEpoch])
        // Those that don't exist are nobody's, whoever asks.
        #expect(
            await commit(Self.fenced, [0, 3], version: 5) == [.invalidProducerEpoch, .unknownTopicOrPartition])
        #expect(
            await commit(Self.fenced, of: "nosuch", version: 5) == [.unknownTopicOrPartition, .unknownTopicOrPartition])
        #expect(await commit(Self.me, [3], version: 5) == [.unknownTopicOrPartition])
        #expect(await commit(Self.me, version: 6) == [.unknownTopicID, .unknownTopicID])
        #expect(next.count == 0)
        #expect(await commit(Self.me, version: 5).isEmpty && next.count == 1)
        #expect(await commit(Self.me, version: 3).isEmpty && next.count == 2, "the partition was added")
        let partition = try await coordinator.offsetsPartition(of: "readers")
        #expect(try world.stored("tx")?.partitions.contains(partition) == true)
    }
}

/// Counts what comes through.
final class RecordingOffsetCommitHandler: AsyncRequestHandler {
    typealias Request = TxnOffsetCommitRequest

    private let requests = Atomic<Int>(0)

    var count: Int { requests.load(ordering: .relaxed) }

    func handle(_ request: TxnOffsetCommitRequest, _ context: RequestContext) async -> TxnOffsetCommitResponse {
        requests.add(1, ordering: .relaxed)
        return TxnOffsetCommitResponse()
    }
}
