// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Transaction coordinator")
struct TransactionCoordinatorTests {
    private let orders = TransactionWorld.orders
    private let offsets = TransactionWorld.offsets[1]

    /// A producer with an open transaction over two partitions and the offsets of a group.
    private func begin(
        _ coordinator: TransactionCoordinator, _ id: String = "tx", clientVersion: Int16 = 2, timeoutMs: Int32 = 60_000
    ) async -> ProducerIdentity {
        let answer = await coordinator.initProducerID(id, timeoutMs: timeoutMs, expected: nil)
        #expect(answer.error == .none)
        let error = await coordinator.addPartitions(
            [orders[0], orders[1], offsets], to: id, by: answer.producer, clientVersion: clientVersion)
        #expect(error == .none)
        return answer.producer
    }

    @Test("A transaction is written down, marked in its partitions, and told to the groups", arguments: [true, false])
    func wholeTransaction(commit: Bool) async throws {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        let producer = await begin(coordinator)
        #expect(producer == ProducerIdentity(id: 1_000, epoch: 0))
        let answer = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 2)
        #expect(answer == .granted(ProducerIdentity(id: 1_000, epoch: 1)))
        for partition in [orders[0], orders[1], offsets] {
            #expect(
                world.log(partition) == [
                    .marker(ProducerIdentity(id: 1_000, epoch: 1), commit: commit, coordinatorEpoch: 3)
                ])
        }
        #expect(world.log(orders[2]).isEmpty)
        #expect(world.ended == [.init(producerID: 1_000, partition: 1, commit: commit)])
        let end: [TransactionState] =
            commit ? [.prepareCommit, .completeCommit] : [.prepareAbort, .completeAbort]
        #expect(try world.history("tx") == [.empty, .ongoing] + end)
    }

    @Test("With the older protocol the epoch stays from one transaction to the next")
    func olderProtocol() async {
        let world = TransactionWorld()
        world.transactionVersion = 0
        let coordinator = await world.restarted()
        let producer = await begin(coordinator, clientVersion: 0)
        for commit in [true, false, true] {
            let error = await coordinator.addPartitions([orders[0]], to: "tx", by: producer, clientVersion: 0)
            #expect(error == .none)
            let answer = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 0)
            #expect(answer == .granted(producer))
            // Again, because the answer was lost.
            let again = await coordinator.endTransaction("tx", commit: commit, by: producer, clientVersion: 0)
            #expect(again.error == .none)
        }
        #expect(world.markers(orders[0]) == [true, false, true])
        #expect(world.markers(orders[1]) == [true])
    }

    @Test("A retry of an ended transaction is answered with the next epoch, and marks nothing")
    func retry() async {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        let producer = await begin(coordinator)
        let answer = await coordinator.endTransaction("tx", commit: true, by: producer, clientVersion: 2)
        let again = await coordinator.endTransaction("tx", commit: true, by: producer, clientVersion: 2)
        #expect(again == answer)
        let late = await coordinator.endTransaction("tx", commit: false, by: producer, clientVersion: 2)
        #expect(late.error == .invalidTxnState)
        #expect(world.markers(orders[0]) == [true])
    }

    @Test("A new producer aborts the transaction of the one before, is asked to come again, and fences it")
    func fencing() async {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        let zombie = await begin(coordinator)
        let first = await coordinator.initProducerID("tx", timeoutMs: 1, expected: nil)
        #expect(first == .refused(.concurrentTransactions))
        #expect(world.markers(orders[0]) == [false])
        let second = await coordinator.initProducerID("tx", timeoutMs: 1, expected: nil)
        #expect(second == .granted(ProducerIdentity(id: 1_000, epoch: 2)))
        let added = await coordinator.addPartitions([orders[2]], to: "tx", by: zombie, clientVersion: 2)
        #expect(added == .producerFenced)
        let ended = await coordinator.endTransaction("tx", commit: true, by: zombie, clientVersion: 2)
        #expect(ended.error == .producerFenced)
        let back = await coordinator.initProducerID("tx", timeoutMs: 1, expected: zombie)
        #expect(back.error == .producerFenced)
    }

    @Test("When the epochs are used up the next transaction has another producer id")
    func rotation() async throws {
        let world = TransactionWorld()
        try world.store("tx", .sample(.empty, epoch: .max - 1))
        let coordinator = await world.restarted()
        let last = ProducerIdentity(id: 7, epoch: .max - 1)
        #expect(await coordinator.addPartitions([orders[0]], to: "tx", by: last, clientVersion: 2) == .none)
        let answer = await coordinator.endTransaction("tx", commit: true, by: last, clientVersion: 2)
        #expect(answer == .granted(ProducerIdentity(id: 1_000, epoch: 0)))
        #expect(
            world.log(orders[0]) == [.marker(ProducerIdentity(id: 7, epoch: .max), commit: true, coordinatorEpoch: 3)])
        // Also after a restart, as the log remembers the earlier id.
        let next = await world.restarted()
        let again = await next.endTransaction("tx", commit: true, by: last, clientVersion: 2)
        #expect(again == answer)
        let goesOn = await next.addPartitions([orders[1]], to: "tx", by: answer.producer, clientVersion: 2)
        #expect(goesOn == .none)
    }

    @Test("Transactions that are open for too long are aborted, others stay", arguments: [Int16(0), 2])
    func timeouts(_ transactionVersion: Int16) async throws {
        let world = TransactionWorld()
        world.transactionVersion = transactionVersion
        let coordinator = await world.restarted()
        let client: Int16 = transactionVersion
        let slow = await begin(coordinator, "slow", clientVersion: client, timeoutMs: 1_000)
        _ = await begin(coordinator, "quick", clientVersion: client, timeoutMs: 60_000)
        world.now += 1_000
        await coordinator.abortTimedOutTransactions()
        #expect(world.ended.isEmpty)
        world.now += 1
        await coordinator.abortTimedOutTransactions()
        #expect(world.ended == [.init(producerID: slow.id, partition: 1, commit: false)])
        #expect(try world.stored("slow")?.state == .completeAbort)
        #expect(try world.stored("slow")?.producerEpoch == 1)
        #expect(try world.stored("quick")?.state == .ongoing)
        let late = await coordinator.endTransaction("slow", commit: true, by: slow, clientVersion: client)
        #expect(late.error == .producerFenced)
    }

    @Test("Timers abort and expire by the clock, at their intervals, until the coordinator stops")
    func timers() async throws {
        let world = TransactionWorld()
        let clock = ManualTimers(world)
        var configuration = TransactionCoordinatorConfiguration()
        configuration.transactionalIDExpirationMs = 100_000
        configuration.expirationCheckIntervalMs = 30_000
        let coordinator = world.makeCoordinator(configuration, clock: clock.clock)
        coordinator.start()
        await clock.waitForSleepers(2)
        _ = await begin(coordinator, timeoutMs: 1_000)
        await clock.advance(9_999, expecting: 2)
        #expect(try world.stored("tx")?.state == .ongoing)
        await clock.advance(1, expecting: 2)
        #expect(try world.stored("tx")?.state == .completeAbort)
        for _ in 0..<15 { await clock.advance(10_000, expecting: 2) }
        #expect(try world.stored("tx") == nil)
        await coordinator.stop()
        await clock.waitForSleepers(0)
        #expect(
            await coordinator.endTransaction("tx", commit: true, by: .init(id: 0, epoch: 0), clientVersion: 2).error
                == .notCoordinator)
    }

    @Test("Transactional ids expire with a tombstone, open transactions never")
    func expiration() async throws {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        for index in 0..<50 { _ = await coordinator.initProducerID("id-\(index)", timeoutMs: 1, expected: nil) }
        _ = await begin(coordinator, "open")
        world.now += 604_799_999
        _ = await coordinator.initProducerID("fresh", timeoutMs: 1, expected: nil)
        await coordinator.removeExpiredTransactionalIDs()
        #expect(try world.stored("id-7")?.state == .empty)
        world.now += 1
        await coordinator.removeExpiredTransactionalIDs()
        for index in 0..<50 { #expect(try world.history("id-\(index)") == [.empty, nil]) }
        #expect(try world.stored("open")?.state == .ongoing)
        #expect(try world.stored("fresh")?.state == .empty)
        let producer = ProducerIdentity(id: 1_000, epoch: 0)
        let error = await coordinator.addPartitions([orders[0]], to: "id-0", by: producer, clientVersion: 2)
        #expect(error == .invalidProducerIDMapping)
        #expect(await world.restarted().transactions.count == 2)
    }

    @Test("What can't be served is refused")
    func refusals() async {
        let world = TransactionWorld()
        let coordinator = await world.restarted()
        let producer = ProducerIdentity(id: 1, epoch: 0)
        // Nobody asked for the coordinator yet, so there is no topic.
        #expect(
            await coordinator.addPartitions([orders[0]], to: "tx", by: producer, clientVersion: 2) == .notCoordinator)
        #expect(await coordinator.prepare("tx") == .none)
        #expect(
            await coordinator.addPartitions([orders[0]], to: "tx", by: producer, clientVersion: 2)
                == .invalidProducerIDMapping)
        #expect(
            await coordinator.endTransaction("tx", commit: true, by: producer, clientVersion: 2).error
                == .invalidProducerIDMapping)
        #expect(
            await coordinator.verifyPartitions([orders[0]], in: "tx", by: producer)
                == [orders[0]: .invalidProducerIDMapping])
        #expect(await coordinator.initProducerID("", timeoutMs: 1, expected: nil).error == .invalidRequest)
        #expect(await coordinator.addPartitions([], to: "", by: producer, clientVersion: 2) == .invalidRequest)
        #expect(
            await coordinator.endTransaction("", commit: true, by: producer, clientVersion: 2).error == .invalidRequest)
        for timeout in [0, -1, 900_001] as [Int32] {
            #expect(
                await coordinator.initProducerID("tx", timeoutMs: timeout, expected: nil).error
                    == .invalidTransactionTimeout)
        }
        world.failState(with: .notEnoughReplicas)
        #expect(await coordinator.initProducerID("tx", timeoutMs: 1, expected: nil).error == .coordinatorNotAvailable)
        #expect(await coordinator.transactions.isEmpty, "what isn't written doesn't count")
    }
}
