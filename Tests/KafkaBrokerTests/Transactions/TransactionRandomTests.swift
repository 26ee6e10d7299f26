// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

/// Producers that begin, write, commit, abort, die and come back, while the broker loses power at any write.
@Suite("Transactions under random crashes")
struct TransactionRandomTests {
    @Test("No transaction is both committed and aborted, and none stays open", arguments: [Int16(0), 2])
    func random(transactionVersion: Int16) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        for round in 0..<30 {
            var run = RandomRun(seed: seed &+ UInt64(round), transactionVersion: transactionVersion)
            try await run.prepare()
            for _ in 0..<250 { await run.step() }
            await run.finish()
            let problems = try run.problems()
            try #require(problems.isEmpty, "seed \(seed &+ UInt64(round)): \(problems)")
        }
    }
}

private struct RandomRun {
    /// A producer as it sees itself. Several may have the same transactional id; one at most isn't fenced.
    private struct Client {
        var transactionalID: String
        var producer: ProducerIdentity?
        /// The number that the test gave its transaction, while one is open as far as it knows.
        var transaction: Int?
        /// What it asked for without an answer.
        var unanswered: Bool?
        var isDead = false
    }

    let world = TransactionWorld()
    private let clientVersion: Int16
    private var coordinator: TransactionCoordinator
    private var random: SeededGenerator
    private var clients: [Client] = []
    private var nextTransaction = 0
    /// What clients were told of their transactions.
    private var acknowledged: [Int: Bool] = [:]

    init(seed: UInt64, transactionVersion: Int16) {
        world.transactionVersion = transactionVersion
        clientVersion = transactionVersion
        random = SeededGenerator(seed: seed)
        coordinator = world.makeCoordinator()
    }

    private static let ids = ["a", "b", "c"]

    mutating func prepare() async throws {
        // Some ids are near the end of their epochs.
        try world.store("b", .sample(.completeCommit, id: 1, epoch: .max - 3))
        coordinator = await world.restarted()
        clients = Self.ids.map { Client(transactionalID: $0) }
    }

    mutating func step() async {
        if world.isDown { await restart() }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: world.writesLeft = Int.random(in: 1...12, using: &random)
        case 3..<6: await restart()
        case 6..<10:
            world.now += Int64.random(in: 0...40_000, using: &random)
            await coordinator.abortTimedOutTransactions()
        case 10..<14:
            // A second instance; the first one doesn't know yet.
            clients.append(Client(transactionalID: Self.ids.randomElement(using: &random)!))
        default:
            let index = clients.indices.randomElement(using: &random)!
            await act(index)
            clients.removeAll { $0.isDead }
            for id in Self.ids where !clients.contains(where: { $0.transactionalID == id }) {
                clients.append(Client(transactionalID: id))
            }
        }
    }

    private mutating func restart() async {
        await coordinator.stop()
        world.writesLeft = nil
        coordinator = await world.restarted()
    }

    private mutating func act(_ index: Int) async {
        if clients[index].producer == nil { return await initialize(index) }
        if let commit = clients[index].unanswered {
            // Ask again, or begin anew.
            return Bool.random(using: &random) ? await end(index, commit) : await initialize(index)
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: await write(index)
        case 5..<8: await end(index, true)
        case 8: await end(index, false)
        default: await initialize(index)
        }
    }

    private mutating func initialize(_ index: Int) async {
        var expected: ProducerIdentity?
        if let producer = clients[index].producer, Bool.random(using: &random) { expected = producer }
        // Whatever was open is aborted by this.
        for _ in 0..<3 {
            let answer = await coordinator.initProducerID(
                clients[index].transactionalID, timeoutMs: 60_000, expected: expected)
            if answer.error == .concurrentTransactions { continue }
            clients[index].transaction = nil
            clients[index].unanswered = nil
            if answer.error == .none {
                clients[index].producer = answer.producer
            } else {
                clients[index].isDead = [.producerFenced, .invalidProducerIDMapping].contains(answer.error)
                clients[index].producer = nil
            }
            return
        }
    }

    /// Writes a record, as Produce and TxnOffsetCommit do.
    private mutating func write(_ index: Int) async {
        let client = clients[index]
        let producer = client.producer!
        let partition = TransactionWorld.partitions.randomElement(using: &random)!
        if clientVersion < 2 {
            let error = await coordinator.addPartitions(
                [partition], to: client.transactionalID, by: producer, clientVersion: 0)
            guard error == .none else { return fail(index, error) }
        }
        if !world.hasOngoingTransaction(of: producer, in: partition) {
            let refusals = await coordinator.admitPartitions(
                [partition], to: client.transactionalID, by: producer,
                TransactionalOperation(produceVersion: clientVersion >= 2 ? 12 : 11))
            if let error = refusals[partition] { return fail(index, error) }
        }
        if clients[index].transaction == nil {
            clients[index].transaction = nextTransaction
            nextTransaction += 1
        }
        let error = world.produce(producer, to: partition, transaction: clients[index].transaction!)
        if error == .invalidProducerEpoch { clients[index].isDead = true }
    }

    private mutating func end(_ index: Int, _ commit: Bool) async {
        let client = clients[index]
        guard clientVersion >= 2 || client.transaction != nil else { return }
        let answer = await coordinator.endTransaction(
            client.transactionalID, commit: commit, by: client.producer!, clientVersion: clientVersion)
        guard answer.error == .none else {
            if [.notCoordinator, .coordinatorNotAvailable, .concurrentTransactions].contains(answer.error) {
                clients[index].unanswered = commit
                return
            }
            return fail(index, answer.error)
        }
        if let transaction = client.transaction { acknowledged[transaction] = commit }
        clients[index].producer = answer.producer
        clients[index].transaction = nil
        clients[index].unanswered = nil
    }

    private mutating func fail(_ index: Int, _ error: ErrorCode) {
        switch error {
        case .notCoordinator, .coordinatorNotAvailable, .concurrentTransactions: return
        default: clients[index].isDead = true
        }
    }

    /// The power is back, and time enough passes for all open transactions.
    mutating func finish() async {
        await restart()
        world.now += 1_000_000
        await coordinator.abortTimedOutTransactions()
    }

    /// What may never be.
    func problems() throws -> [String] {
        var problems: [String] = []
        var outcomes: [Int: Set<Bool>] = [:]
        for partition in TransactionWorld.partitions {
            var open: [Int64: Set<Int>] = [:]
            var last: [Int64: (epoch: Int16, commit: Bool)] = [:]
            for entry in world.log(partition) {
                switch entry {
                case .data(let producer, let transaction):
                    open[producer.id, default: []].insert(transaction)
                    if open[producer.id]!.count > 1 { problems.append("\(partition): two transactions at once") }
                case .marker(let producer, let commit, _):
                    for transaction in open.removeValue(forKey: producer.id) ?? [] {
                        outcomes[transaction, default: []].insert(commit)
                    }
                    // With an epoch for each transaction, two markers of one epoch are one written twice.
                    if clientVersion >= 2, let last = last[producer.id], last.epoch == producer.epoch,
                        last.commit != commit
                    {
                        problems.append("\(partition): epoch \(producer.epoch) was committed and aborted")
                    }
                    last[producer.id] = (producer.epoch, commit)
                }
            }
            for (producerID, transactions) in open {
                problems.append("\(partition): producer \(producerID) is left open in \(transactions)")
            }
        }
        for (transaction, outcome) in outcomes where outcome.count > 1 {
            problems.append("transaction \(transaction) was committed and aborted")
        }
        for (transaction, commit) in acknowledged where outcomes[transaction].map({ $0 != [commit] }) ?? false {
            problems.append("transaction \(transaction) was acknowledged otherwise")
        }
        for id in Self.ids {
            if let state = try world.stored(id)?.state, !state.isIdle { problems.append("\(id) is left \(state)") }
        }
        if outcomes.count < 10 { problems.append("the run did too little: \(outcomes.count) transactions") }
        return problems
    }
}
