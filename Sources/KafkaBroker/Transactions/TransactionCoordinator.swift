// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging

/// Coordinates the transactions of the cluster: drives `TransactionMetadata` with requests and timers, writes its
/// records to `__transaction_state` and the markers to the partitions.
///
/// Between a decision and its record it never suspends. A transaction ends in three steps, of which a restart repeats
/// those that are not known to be done: the outcome is written, every partition gets its marker, the end is written.
actor TransactionCoordinator: TopicCoordinator {
    /// Where the transactions are kept.
    nonisolated let topic: CoordinatorTopic
    nonisolated let partitions: any TransactionPartitions
    let groups: any TransactionGroups
    let producerIDs: any ProducerIDSource
    /// The finalized `transaction.version`.
    let transactionVersion: @Sendable () -> Int16
    nonisolated let clock: CoordinatorClock
    let logger: Logger
    let warnings: RepeatedWarnings
    private(set) var configuration: TransactionCoordinatorConfiguration

    /// What is written about each transactional id.
    var transactions: [String: TransactionMetadata] = [:]
    /// Transactions whose markers are being written at the moment.
    var completing: Set<String> = []
    /// The partitions that have their marker, of transactions whose end could not be written yet.
    var marked: [String: Set<TopicPartition>] = [:]
    private var timers: [Task<Void, Never>] = []

    init(
        log: any CoordinatorLog, partitions: any TransactionPartitions, groups: any TransactionGroups,
        producerIDs: any ProducerIDSource, transactionVersion: @escaping @Sendable () -> Int16,
        clock: CoordinatorClock, configuration: TransactionCoordinatorConfiguration, logger: Logger
    ) {
        topic = CoordinatorTopic(TopicName.transactions, log, clock, logger)
        self.partitions = partitions
        self.groups = groups
        self.producerIDs = producerIDs
        self.transactionVersion = transactionVersion
        self.clock = clock
        self.configuration = configuration
        self.logger = logger
        warnings = RepeatedWarnings(logger)
    }

    /// Begins to read the transactions back and returns at once; until that is done requests are asked to come again.
    nonisolated func start() {
        Task { await begin() }
    }

    private func begin() {
        discover()
        guard !topic.isStopped, timers.isEmpty else { return }
        timers = [
            repeating(every: { $0.abortCheckIntervalMs }) { await $0.abortTimedOutTransactions() },
            repeating(every: { $0.expirationCheckIntervalMs }) { await $0.removeExpiredTransactionalIDs() },
        ]
    }

    private func repeating(
        every interval: @escaping @Sendable (TransactionCoordinatorConfiguration) -> Int64,
        _ action: @escaping @Sendable (TransactionCoordinator) async -> Void
    ) -> Task<Void, Never> {
        Task {
            while !topic.isStopped {
                do { try await clock.sleep(max(interval(configuration), 1)) } catch { return }
                await action(self)
            }
        }
    }

    /// Stops the timers; later requests are refused.
    func stop() {
        topic.stop()
        for timer in timers { timer.cancel() }
        timers = []
    }

    func update(_ configuration: TransactionCoordinatorConfiguration) { self.configuration = configuration }

    /// `__transaction_state` was deleted, and with it what is known of all transactions.
    func topicDeleted() {
        topic.deleted()
        transactions = [:]
        marked = [:]
    }
}

// MARK: Partitions

extension TransactionCoordinator {
    /// Notices a topic that exists, and begins to read it.
    func discover() {
        topic.discover(self)
    }

    /// Makes ready what keeps a transactional id, for FindCoordinator; `.none` when it is.
    func prepare(_ transactionalID: String) async -> ErrorCode {
        await ready { (topic) throws(CoordinatorLogError) in try await topic.prepare(transactionalID) }
    }

    /// Creates `__transaction_state` unless it exists; `.none` when it does.
    func createTopic() async -> ErrorCode {
        await ready { (topic) throws(CoordinatorLogError) in _ = try await topic.create() }
    }

    private func ready(_ body: (CoordinatorTopic) async throws(CoordinatorLogError) -> Void) async -> ErrorCode {
        discover()
        do throws(CoordinatorLogError) {
            try await body(topic)
            return .none
        } catch {
            warnings.log(
                .error, "preparations of __transaction_state that failed", "Can't prepare __transaction_state: \(error)"
            )
            return error.clientCode
        }
    }

    /// Why a transactional id can't be served at the moment; nil if it can.
    func refusal(of transactionalID: String) -> ErrorCode? {
        guard !topic.isStopped else { return .notCoordinator }
        do throws(CoordinatorLogError) {
            return try topic.find(transactionalID, self) == nil ? .notCoordinator : nil
        } catch {
            return error.code
        }
    }

    /// Writes the state of a transactional id, which counts from then on; `.none`, or what to tell the client.
    func write(_ metadata: TransactionMetadata, of transactionalID: String) -> ErrorCode {
        guard let partition = topic.partition(of: transactionalID) else { return .notCoordinator }
        do {
            let record = try metadata.record(
                transactionalID: transactionalID, transactionVersion: transactionVersion())
            try topic.log.append([record], to: partition, transaction: nil)
        } catch {
            warnings.log(
                .error, "writes to __transaction_state that failed",
                "Can't write \(metadata.state.name) of \(transactionalID.printable) to __transaction_state: \(error)")
            return (error as? CoordinatorLogError)?.clientCode ?? .unknownServerError
        }
        transactions[transactionalID] = metadata
        return .none
    }
}
