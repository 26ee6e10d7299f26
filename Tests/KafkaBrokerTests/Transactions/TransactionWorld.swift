// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import KafkaBroker

/// What lies around the coordinator: its topic, partitions, groups and producer ids, in memory, with a power switch.
///
/// Partitions keep to the rules of a log: an earlier epoch is refused, a marker ends what is open.
final class TransactionWorld: CoordinatorLog, TransactionPartitions, TransactionGroups, ProducerIDSource {
    enum Entry: Equatable {
        /// A record of the transaction that the test calls `transaction`.
        case data(ProducerIdentity, transaction: Int)
        case marker(ProducerIdentity, commit: Bool, coordinatorEpoch: Int32)
    }

    struct Ended: Equatable {
        var producerID: Int64
        var partition: Int32
        var commit: Bool
    }

    private struct State {
        var now: Int64 = 1_000_000
        var topicPartitions: Int32?
        var records: [Int32: [CoordinatorRecord]] = [:]
        var logs: [TopicPartition: [Entry]] = [:]
        var latestEpoch: [TopicPartition: [Int64: Int16]] = [:]
        var open: [TopicPartition: [Int64: Int16]] = [:]
        var ended: [Ended] = []
        var nextProducerID: Int64 = 1_000
        var writesLeft: Int?
        var failing: [TopicPartition: ErrorCode] = [:]
        var stateError: ErrorCode?
        var replayError = false
        var transactionVersion: Int16 = 2
        var leaderEpoch: Int32 = 3
    }

    private let state: Mutex<State>
    /// Called before groups are told of an end; a test that suspends here sees what is between marker and end.
    let beforeEnd: Mutex<(@Sendable () async -> Void)?> = Mutex(nil)

    init(partitions: [TopicPartition] = TransactionWorld.partitions, topicPartitions: Int32? = nil) {
        var initial = State()
        initial.topicPartitions = topicPartitions
        for partition in partitions { initial.logs[partition] = [] }
        state = Mutex(initial)
    }

    static let orders = (0..<3).map { TopicPartition("orders", $0) }
    static let offsets = (0..<2).map { TopicPartition("__consumer_offsets", $0) }
    static let partitions = orders + offsets

    // MARK: What a test sees and sets

    var now: Int64 {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }
    var transactionVersion: Int16 {
        get { state.withLock { $0.transactionVersion } }
        set { state.withLock { $0.transactionVersion = newValue } }
    }
    /// Writes until the power goes; nil: for ever.
    var writesLeft: Int? {
        get { state.withLock { $0.writesLeft } }
        set { state.withLock { $0.writesLeft = newValue } }
    }
    var isDown: Bool { writesLeft == 0 }
    var ended: [Ended] { state.withLock { $0.ended } }
    var records: [Int32: [CoordinatorRecord]] { state.withLock { $0.records } }
    /// The next producer id to be handed out.
    var nextProducerID: Int64 { state.withLock { $0.nextProducerID } }
    var openTransactions: Int { state.withLock { $0.open.values.reduce(0) { $0 + $1.count } } }

    func log(_ partition: TopicPartition) -> [Entry] { state.withLock { $0.logs[partition] ?? [] } }
    func remove(_ partition: TopicPartition) { state.withLock { $0.logs[partition] = nil } }
    func fail(_ partition: TopicPartition, with code: ErrorCode?) { state.withLock { $0.failing[partition] = code } }
    func failState(with code: ErrorCode?) { state.withLock { $0.stateError = code } }
    /// `__transaction_state` is gone.
    func deleteTopic() {
        state.withLock { state in
            state.topicPartitions = nil
            state.records = [:]
        }
    }

    func failReplay() { state.withLock { $0.replayError = true } }

    func markers(_ partition: TopicPartition) -> [Bool] {
        log(partition).compactMap { if case .marker(_, let commit, _) = $0 { commit } else { nil } }
    }

    /// Writes a state as if an earlier coordinator had, in a topic of one partition.
    func store(_ transactionalID: String, _ metadata: TransactionMetadata, transactionVersion: Int16 = 2) throws {
        let record = try metadata.record(transactionalID: transactionalID, transactionVersion: transactionVersion)
        state.withLock {
            let count = $0.topicPartitions ?? 1
            $0.topicPartitions = count
            let partition = JavaString.partition(of: transactionalID, count: count)
            $0.records[partition, default: []].append(record)
        }
    }

    /// The state of a transactional id that a restart would find.
    func stored(_ transactionalID: String) throws -> TransactionMetadata? {
        var found: TransactionMetadata?
        for (_, records) in records {
            for record in records {
                switch try TransactionLogEntry(record) {
                case .state(transactionalID, let metadata): found = metadata
                case .removed(transactionalID): found = nil
                default: continue
                }
            }
        }
        return found
    }

    /// The states of a transactional id in the order they were written; nil is a tombstone.
    func history(_ transactionalID: String) throws -> [TransactionState?] {
        var history: [TransactionState?] = []
        for (_, records) in records {
            for record in records {
                switch try TransactionLogEntry(record) {
                case .state(transactionalID, let metadata): history.append(metadata.state)
                case .removed(transactionalID): history.append(nil)
                default: continue
                }
            }
        }
        return history
    }

    /// Appends a record as a producer would that was admitted.
    func produce(_ producer: ProducerIdentity, to partition: TopicPartition, transaction: Int) -> ErrorCode {
        state.withLock { state in
            guard state.logs[partition] != nil else { return .unknownTopicOrPartition }
            guard producer.epoch >= state.latestEpoch[partition]?[producer.id] ?? -1 else {
                return .invalidProducerEpoch
            }
            guard Self.spend(&state) else { return .kafkaStorageError }
            state.latestEpoch[partition, default: [:]][producer.id] = producer.epoch
            state.open[partition, default: [:]][producer.id] = producer.epoch
            state.logs[partition]!.append(.data(producer, transaction: transaction))
            return .none
        }
    }

    func makeCoordinator(
        _ configuration: TransactionCoordinatorConfiguration = .init(), clock: CoordinatorClock? = nil
    ) -> TransactionCoordinator {
        TransactionCoordinator(
            log: self, partitions: self, groups: self, producerIDs: self,
            transactionVersion: { self.transactionVersion },
            clock: clock ?? CoordinatorClock(now: { self.now }), configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A coordinator that has read everything back.
    func restarted(_ configuration: TransactionCoordinatorConfiguration = .init()) async -> TransactionCoordinator {
        let coordinator = makeCoordinator(configuration)
        await coordinator.settle()
        return coordinator
    }

    // MARK: CoordinatorLog

    var partitionCount: Int32? { state.withLock { $0.topicPartitions } }

    func create() async throws(CoordinatorLogError) -> Int32 {
        let created: Int32? = state.withLock { state in
            guard state.stateError == nil else { return nil }
            state.topicPartitions = state.topicPartitions ?? 5
            return state.topicPartitions
        }
        guard let created else { throw CoordinatorLogError(code: .notEnoughReplicas, message: "") }
        return created
    }

    func append(
        _ records: [CoordinatorRecord], to partition: Int32, transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64 {
        let error: ErrorCode? = state.withLock { state in
            if let error = state.stateError { return error }
            guard Self.spend(&state) else { return .kafkaStorageError }
            state.records[partition, default: []] += records
            return nil
        }
        if let error { throw CoordinatorLogError(code: error, message: "") }
        return 0
    }

    func replay(_ partition: Int32, _ body: (ReplayedRecord) throws -> Void) async throws {
        if state.withLock({ $0.replayError }) { throw CoordinatorLogError(code: .kafkaStorageError, message: "") }
        for (offset, record) in (records[partition] ?? []).enumerated() {
            try body(ReplayedRecord(offset: Int64(offset), producerID: -1, content: .data(record)))
        }
    }

    // MARK: TransactionPartitions

    func contains(_ partition: TopicPartition) -> Bool { state.withLock { $0.logs[partition] != nil } }

    func name(ofTopic id: KafkaUUID) -> String? { id == KafkaUUID(high: 7, low: 7) ? "orders" : nil }

    func leaderEpoch(of partition: TopicPartition) -> Int32? { state.withLock { $0.leaderEpoch } }

    func hasOngoingTransaction(of producer: ProducerIdentity, in partition: TopicPartition) -> Bool {
        state.withLock { $0.open[partition]?[producer.id] == producer.epoch }
    }

    func startVerification(
        of producer: ProducerIdentity, sequence: Int32, in partition: TopicPartition, now: Int64
    ) -> VerificationGuard? { nil }

    func append(
        _ marker: EndTransactionMarker, of producer: ProducerIdentity, to partition: TopicPartition, now: Int64
    ) throws(LogError) -> Bool {
        let outcome: Result<Bool, LogError> = state.withLock { state in
            guard state.logs[partition] != nil else { return .success(false) }
            if let code = state.failing[partition] { return .failure(LogError(code, "")) }
            guard producer.epoch >= state.latestEpoch[partition]?[producer.id] ?? -1 else {
                return .failure(LogError(.invalidProducerEpoch, ""))
            }
            guard Self.spend(&state) else { return .failure(LogError(.kafkaStorageError, "")) }
            state.latestEpoch[partition, default: [:]][producer.id] = producer.epoch
            state.open[partition]?[producer.id] = nil
            state.logs[partition]!.append(
                .marker(producer, commit: marker.isCommit, coordinatorEpoch: marker.coordinatorEpoch))
            return .success(true)
        }
        return try outcome.get()
    }

    // MARK: TransactionGroups, ProducerIDSource

    func partition(of groupID: String) async throws(CoordinatorLogError) -> Int32 {
        JavaString.partition(of: groupID, count: 2)
    }

    func transactionEnded(producerID: Int64, partition: Int32, commit: Bool) async {
        if let wait = beforeEnd.withLock({ $0 }) { await wait() }
        state.withLock {
            $0.ended.append(Ended(producerID: producerID, partition: partition, commit: commit))
        }
    }

    func next() async throws -> Int64 {
        state.withLock { state in
            state.nextProducerID += 1
            return state.nextProducerID - 1
        }
    }

    private static func spend(_ state: inout State) -> Bool {
        guard let left = state.writesLeft else { return true }
        guard left > 0 else { return false }
        state.writesLeft = left - 1
        return true
    }
}

extension TransactionCoordinator {
    /// Waits until everything is read back and brought to its end.
    func settle() async {
        discover()
        while topic.isLoading || !completing.isEmpty { await Task.yield() }
    }
}

extension TransactionMetadata {
    /// A transactional id in a state, as a coordinator leaves it.
    static func sample(
        _ state: TransactionState, id: Int64 = 7, epoch: Int16 = 4, clientVersion: Int16 = 2
    ) -> TransactionMetadata {
        var metadata = TransactionMetadata(producerID: id, timeoutMs: 60_000, lastUpdateTimestamp: 900_000)
        metadata.previousProducerID = id
        metadata.producerEpoch = epoch
        metadata.state = state
        metadata.clientTransactionVersion = state == .empty ? 0 : clientVersion
        if state != .empty { metadata.startTimestamp = 890_000 }
        if state == .ongoing || state.isPrepared { metadata.partitions = Set(TransactionWorld.orders.prefix(2)) }
        return metadata
    }
}
