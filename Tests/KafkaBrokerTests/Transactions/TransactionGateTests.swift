// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import NIOPosix
import Testing

@testable import KafkaBroker

@Suite("What Produce and TxnOffsetCommit ask before they write")
struct TransactionGateTests {
    private static let me = ProducerIdentity(id: 7, epoch: 4)
    private let orders = TransactionWorld.orders

    static func batch(
        _ producer: ProducerIdentity, timestamp: Int64 = 1_000, isTransactional: Bool = true
    ) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 256)
        [UInt8]("v".utf8).withUnsafeBytes { _ = builder.append(timestamp: timestamp, key: nil, value: $0) }
        return builder.finish(
            RecordBatchProperties {
                $0.producerID = producer.id
                $0.producerEpoch = producer.epoch
                $0.baseSequence = 0
                $0.isTransactional = isTransactional
            })
    }

    private func request(_ batches: [(Int32, ByteBuffer)], topicID: KafkaUUID = .zero) -> ProduceRequest {
        ProduceRequest {
            $0.transactionalID = "tx"
            $0.topicData = [
                .init {
                    $0.name = topicID == .zero ? "orders" : ""
                    $0.topicID = topicID
                    $0.partitionData = batches.map { index, batch in
                        .init {
                            $0.index = index
                            $0.records = .bytes(batch)
                        }
                    }
                }
            ]
        }
    }

    private func admit(
        _ coordinator: TransactionCoordinator, _ request: ProduceRequest, version: Int16, mayWrite: Bool = true
    ) async -> [TopicPartition: ErrorCode] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return await withCheckedContinuation { continuation in
            loop.execute {
                coordinator.admit(request, "tx", version: version, on: loop, where: { _ in mayWrite }) {
                    (admission: TransactionAdmission) in
                    loop.preconditionInEventLoop()
                    continuation.resume(returning: admission.refusals)
                }
            }
        }
    }

    @Test("Produce 12 and 13 add their partitions to the transaction", arguments: [Int16(12), 13])
    func adds(version: Int16) async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.empty))
        let coordinator = await world.restarted()
        let topicID = version >= 13 ? KafkaUUID(high: 7, low: 7) : .zero
        let asked = request([(0, Self.batch(Self.me)), (2, Self.batch(Self.me))], topicID: topicID)
        #expect(await admit(coordinator, asked, version: version).isEmpty)
        #expect(try world.stored("tx")?.state == .ongoing)
        #expect(try world.stored("tx")?.partitions == [orders[0], orders[2]])
        #expect(try world.stored("tx")?.clientTransactionVersion == 2)
    }

    @Test("A topic that the client may not write to is none of the transaction's")
    func forbidden() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.empty))
        let coordinator = await world.restarted()
        let asked = request([(0, Self.batch(Self.me))])
        #expect(await admit(coordinator, asked, version: 12, mayWrite: false).isEmpty)
        #expect(try world.stored("tx")?.state == .empty)
    }

    @Test("Where the partition has records of the transaction already, nobody is asked")
    func ongoing() async throws {
        let world = TransactionWorld()
        let coordinator = world.makeCoordinator()
        #expect(world.produce(Self.me, to: orders[0], transaction: 0) == .none)
        // The coordinator knows nothing, and isn't asked.
        #expect(await admit(coordinator, request([(0, Self.batch(Self.me))]), version: 12).isEmpty)
        #expect(await admit(coordinator, request([(0, Self.batch(Self.me))]), version: 7).isEmpty)
    }

    @Test("Earlier versions must have added the partition; the code depends on what the client knows")
    func verifies() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        let asked = request([(0, Self.batch(Self.me)), (2, Self.batch(Self.me))])
        #expect(await admit(coordinator, asked, version: 11) == [orders[2]: .transactionAbortable])
        #expect(await admit(coordinator, asked, version: 10) == [orders[2]: .invalidTxnState])
        #expect(try world.stored("tx")?.partitions.contains(orders[2]) == false)
        var configuration = TransactionCoordinatorConfiguration()
        configuration.verifiesPartitions = false
        await coordinator.update(configuration)
        #expect(await admit(coordinator, asked, version: 10).isEmpty)
        #expect(await admit(coordinator, asked, version: 12).isEmpty)
        #expect(try world.stored("tx")?.partitions.contains(orders[2]) == true, "adding doesn't depend on it")
    }

    @Test("A fenced producer is refused with the code of a partition")
    func fenced() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        let asked = request([(0, Self.batch(ProducerIdentity(id: 7, epoch: 3)))])
        for version in [3, 11, 12] as [Int16] {
            #expect(await admit(coordinator, asked, version: version) == [orders[0]: .invalidProducerEpoch])
        }
        let stranger = request([(0, Self.batch(ProducerIdentity(id: 8, epoch: 4)))])
        #expect(await admit(coordinator, stranger, version: 12) == [orders[0]: .invalidProducerIDMapping])
    }

    @Test("What a client may try again has a code that it tries again on")
    func retriable() async throws {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        let asked = request([(0, Self.batch(Self.me))])
        #expect(await admit(coordinator, asked, version: 12) == [orders[0]: .notEnoughReplicas])
        #expect(await admit(coordinator, asked, version: 9) == [orders[0]: .notEnoughReplicas])
        for error in [
            ErrorCode.concurrentTransactions, .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator,
        ] {
            #expect(TransactionalOperation.verify.produceError(error) == .notEnoughReplicas)
        }
        #expect(TransactionalOperation.add.produceError(.concurrentTransactions) == .concurrentTransactions)
    }

    @Test("One request has one producer; batches without a transaction are nobody's business")
    func mixed() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        let other = ProducerIdentity(id: 8, epoch: 0)
        let two = request([(0, Self.batch(Self.me)), (1, Self.batch(other))])
        #expect(
            await admit(coordinator, two, version: 12)
                == [orders[0]: .invalidProducerIDMapping, orders[1]: .invalidProducerIDMapping])
        let plain = request([(2, Self.batch(other, isTransactional: false)), (9, Self.batch(Self.me))])
        #expect(await admit(coordinator, plain, version: 12).isEmpty)
        let garbage = request([(0, ByteBuffer(string: "short"))])
        #expect(await admit(coordinator, garbage, version: 12).isEmpty)
    }

    @Test("TxnOffsetCommit 5 adds the group's partition, earlier ones must have added it", arguments: Int16(0)...6)
    func offsets(version: Int16) async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        let partition = try await coordinator.offsetsPartition(of: "readers")
        let operation = TransactionalOperation(offsetCommitVersion: version)
        let refusals = await coordinator.admitPartitions([partition], to: "tx", by: Self.me, operation)
            .mapValues(operation.offsetCommitError)
        let expected: [TopicPartition: ErrorCode] =
            version >= 5 ? [:] : [partition: version >= 4 ? .transactionAbortable : .invalidTxnState]
        #expect(refusals == expected)
        #expect(try world.stored("tx")?.partitions.contains(partition) == (version >= 5))
        #expect(operation.offsetCommitError(.producerFenced) == .invalidProducerEpoch)
        #expect(operation.offsetCommitError(.notCoordinator) == .notCoordinator)
        #expect(
            operation.offsetCommitError(.concurrentTransactions)
                == (version >= 5 ? .concurrentTransactions : .coordinatorLoadInProgress))
    }
}
