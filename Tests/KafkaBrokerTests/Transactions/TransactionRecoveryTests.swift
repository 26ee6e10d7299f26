// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Transactions after a restart")
struct TransactionRecoveryTests {
    private let orders = TransactionWorld.orders
    private static let me = ProducerIdentity(id: 7, epoch: 4)

    @Test(
        "Each state is found again, and a decided transaction is brought to its end",
        arguments: TransactionState.allCases)
    func restart(_ state: TransactionState) async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(state))
        let coordinator = await world.restarted()
        let found = try #require(await coordinator.transactions["tx"])
        switch state {
        case .prepareCommit, .prepareAbort:
            #expect(found.state == (state == .prepareCommit ? .completeCommit : .completeAbort))
            #expect(world.markers(orders[0]) == [state == .prepareCommit])
            #expect(world.markers(orders[1]) == [state == .prepareCommit])
            #expect(try world.stored("tx") == found)
        default:
            var expected = TransactionMetadata.sample(state)
            expected.lastProducerEpoch = -1
            #expect(found == expected)
            #expect(orders.allSatisfy { world.log($0).isEmpty })
        }
    }

    @Test("A producer goes on after a restart where it was", arguments: [true, false])
    func goOn(commit: Bool) async {
        let world = TransactionWorld()
        var coordinator = await world.restarted()
        let producer = await coordinator.initProducerID("tx", timeoutMs: 60_000, expected: nil).producer
        coordinator = await world.restarted()
        #expect(await coordinator.addPartitions([orders[0]], to: "tx", by: producer, clientVersion: 2) == .none)
        coordinator = await world.restarted()
        #expect(await coordinator.addPartitions([orders[1]], to: "tx", by: producer, clientVersion: 2) == .none)
        coordinator = await world.restarted()
        let answer = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 2)
        coordinator = await world.restarted()
        let again = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 2)
        #expect(again == answer && again.error == .none)
        #expect(world.markers(orders[0]) == [commit] && world.markers(orders[1]) == [commit])
    }

    @Test("A crash after any write of a transaction's end leaves one outcome", arguments: [true, false])
    func crash(commit: Bool) async throws {
        // Prepare, three markers, Complete.
        for writes in 0...5 {
            let world = TransactionWorld()
            let coordinator = await world.restarted()
            let producer = await coordinator.initProducerID("tx", timeoutMs: 60_000, expected: nil).producer
            let partitions = Set(orders)
            #expect(await coordinator.addPartitions(partitions, to: "tx", by: producer, clientVersion: 2) == .none)
            world.writesLeft = writes
            let answer = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 2)
            #expect((answer.error == .none) == (writes > 0), "the outcome counts from the first record on")
            await coordinator.stop()

            world.writesLeft = nil
            let next = await world.restarted()
            if writes == 0 { #expect(try world.stored("tx")?.state == .ongoing) }
            let retried = await next.endTransaction("tx", commit: commit, by: producer, clientVersion: 2)
            #expect(retried == .granted(ProducerIdentity(id: producer.id, epoch: 1)))
            for partition in orders {
                let markers = world.markers(partition)
                #expect(Set(markers) == [commit] && markers.count <= 2)
            }
            #expect(try world.stored("tx")?.state == (commit ? .completeCommit : .completeAbort))
        }
    }

    @Test("Until a partition is read back its ids are asked to come again; one that can't be read is not served")
    func loading() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = world.makeCoordinator()
        // The first request begins to read; it doesn't wait.
        let error = await coordinator.addPartitions([orders[2]], to: "tx", by: Self.me, clientVersion: 2)
        #expect(error == .coordinatorLoadInProgress)
        await coordinator.settle()
        #expect(await coordinator.addPartitions([orders[2]], to: "tx", by: Self.me, clientVersion: 2) == .none)

        world.failReplay()
        let broken = await world.restarted()
        #expect(await broken.describe("tx").0 == .notCoordinator)
        #expect(await broken.addPartitions([orders[2]], to: "tx", by: Self.me, clientVersion: 2) == .notCoordinator)
    }

    @Test("A record that can't be read is passed over, the others count")
    func strangeRecords() async throws {
        let world = TransactionWorld()
        try world.store("a", .sample(.empty))
        var strange = try TransactionMetadata.sample(.empty).record(transactionalID: "b", transactionVersion: 2)
        strange.value?.moveWriterIndex(to: 9)
        _ = try world.append([strange], to: 0, transaction: nil)
        try world.store("c", .sample(.ongoing))
        let coordinator = await world.restarted()
        #expect(await coordinator.transactions.keys.sorted() == ["a", "c"])
    }

    @Test("A marker that can't be written holds the transaction back, and is tried again")
    func failingPartition() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        world.fail(orders[1], with: .kafkaStorageError)
        let answer = await coordinator.endTransaction("tx", commit: true, by: Self.me, clientVersion: 2)
        #expect(answer.error == .none, "the outcome is decided")
        #expect(try world.stored("tx")?.state == .prepareCommit)
        #expect(
            await coordinator.addPartitions([orders[2]], to: "tx", by: answer.producer, clientVersion: 2)
                == .concurrentTransactions)
        world.fail(orders[1], with: nil)
        await coordinator.abortTimedOutTransactions()
        #expect(try world.stored("tx")?.state == .completeCommit)
        #expect(world.markers(orders[0]) == [true] && world.markers(orders[1]) == [true], "each once")
    }

    @Test("The next request of the producer finishes what could not be finished before")
    func finishedByRequest() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        world.fail(orders[0], with: .kafkaStorageError)
        let answer = await coordinator.endTransaction("tx", commit: false, by: Self.me, clientVersion: 2)
        world.fail(orders[0], with: nil)
        #expect(
            await coordinator.addPartitions([orders[2]], to: "tx", by: answer.producer, clientVersion: 2) == .none)
        #expect(world.markers(orders[0]) == [false])
    }

    @Test(
        "A partition that is gone, or knows a later epoch, needs no marker",
        arguments: [nil, ErrorCode.invalidProducerEpoch, .transactionCoordinatorFenced])
    func skipped(_ code: ErrorCode?) async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.prepareCommit))
        if let code { world.fail(orders[1], with: code) } else { world.remove(orders[1]) }
        _ = await world.restarted()
        #expect(try world.stored("tx")?.state == .completeCommit)
        #expect(world.markers(orders[0]) == [true] && world.log(orders[1]).isEmpty)
    }

    @Test("While groups apply the offsets, requests wait, and the end is written after that")
    func groupsFirst() async throws {
        let world = TransactionWorld()
        var metadata = TransactionMetadata.sample(.ongoing)
        metadata.partitions = [TransactionWorld.offsets[0]]
        try world.store("tx", metadata)
        let coordinator = await world.restarted()
        let reached = Mutex(false)
        let release = Mutex(false)
        world.beforeEnd.withLock {
            $0 = {
                reached.withLock { $0 = true }
                while !release.withLock({ $0 }) { await Task.yield() }
            }
        }
        async let ending = coordinator.endTransaction("tx", commit: true, by: Self.me, clientVersion: 2)
        while !reached.withLock({ $0 }) { await Task.yield() }
        #expect(world.markers(TransactionWorld.offsets[0]) == [true])
        #expect(try world.stored("tx")?.state == .prepareCommit)
        let next = ProducerIdentity(id: 7, epoch: 5)
        #expect(
            await coordinator.addPartitions([orders[0]], to: "tx", by: next, clientVersion: 2)
                == .concurrentTransactions)
        #expect(
            await coordinator.initProducerID("tx", timeoutMs: 1, expected: nil).error == .concurrentTransactions)
        #expect(
            await coordinator.endTransaction("tx", commit: true, by: Self.me, clientVersion: 2).error
                == .concurrentTransactions)
        await coordinator.abortTimedOutTransactions()
        release.withLock { $0 = true }
        #expect(await ending == .granted(next))
        #expect(world.markers(TransactionWorld.offsets[0]) == [true])
        #expect(try world.history("tx") == [.ongoing, .prepareCommit, .completeCommit])
    }

    @Test("When __transaction_state is deleted all is forgotten, and a new one serves")
    func topicDeleted() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.ongoing))
        let coordinator = await world.restarted()
        world.deleteTopic()
        await coordinator.topicDeleted()
        #expect(await coordinator.describe("tx").0 == .notCoordinator)
        let answer = await coordinator.initProducerID("tx", timeoutMs: 1, expected: nil)
        #expect(answer == .granted(ProducerIdentity(id: 1_000, epoch: 0)))
    }
}
