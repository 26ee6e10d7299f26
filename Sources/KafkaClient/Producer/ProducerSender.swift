// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Takes closed batches and brings them to their leaders; runs on the cluster's event loop.
actor ProducerSender {
    let cluster: Cluster
    let configuration: ProducerConfiguration
    let state: ProducerState
    let onDelivery: @Sendable (DeliveryReport) -> Void
    nonisolated let eventLoop: any EventLoop
    /// Its own connections, so that batches don't wait behind other requests.
    let lane = Lane.unique()
    let compressors = CompressorPool()
    let compression: CompressionSettings
    let isIdempotent: Bool
    let deliveryTimeout: Duration
    nonisolated var debug: ClientDebug? { cluster.debug }

    var partitions: [PartitionKey: SenderPartition] = [:]
    /// Those with batches, in the order of their first one.
    var active: [SenderPartition] = []
    var links: [Int32: BrokerLink] = [:]
    var identity = ProducerIdentity.none
    var isAskingForIdentity = false
    var staleTopics: Set<String> = []
    var isRefreshing = false
    var refreshBackoff: Backoff
    var flushWaiters: [(target: UInt64, resume: @Sendable (Result<Void, ClientError>) -> Void)] = []
    /// When the open batches were looked at.
    private var lookedAt = ContinuousClock.now
    /// When batches whose time is over were last looked for.
    private var expiredAt = ContinuousClock.now
    var timer: Scheduled<Void>?
    var timerAt: ContinuousClock.Instant?
    var transaction = ProducerTransaction()
    var fatalError: ClientError?
    var hasStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(_ cluster: Cluster, _ state: ProducerState, _ onDelivery: @escaping @Sendable (DeliveryReport) -> Void) {
        self.cluster = cluster
        self.state = state
        self.onDelivery = onDelivery
        configuration = cluster.configuration.producer
        deliveryTimeout = configuration.longestDelivery(cluster.configuration.requestTimeout)
        eventLoop = cluster.eventLoop
        compression = configuration.compressionSettings
        isIdempotent = configuration.isIdempotent
        refreshBackoff = cluster.retryBackoff
    }

    /// From any thread: there is something to look at.
    nonisolated func wake() {
        eventLoop.execute { self.assumeIsolated { $0.run() } }
    }

    /// One round: fetch what is closed, give up what is too old, send what can be sent.
    func run() {
        guard !hasStopped else { return }
        let now = ContinuousClock.now
        // A linger time says that some milliseconds more don't matter.
        let mayPass = configuration.linger >= .milliseconds(1) && now < lookedAt + .milliseconds(10)
        let timeIsUp = now - deliveryTimeout
        let collected = state.collect(linger: configuration.linger, now: now, mayPass: mayPass) { opened in
            // One whose time is over must be given up, which only happens to closed ones.
            fatalError != nil || opened.batch.openedAt <= timeIsUp
                || mayClose(opened.topic, Int32(truncatingIfNeeded: opened.partition), now)
        }
        if collected.isComplete { lookedAt = now }
        for closed in collected.batches { enqueue(closed) }
        let gaveUp = if let fatalError { failEverything(fatalError) } else { expire(now) }
        // What was given up may have been all that kept an open batch from being closed: nothing else comes to look.
        if gaveUp, collected.oldestOpen != nil { wake() }
        sendAll(now)
        active.removeAll { partition in
            guard partition.queue.isEmpty else { return false }
            partition.isActive = false
            return true
        }
        finishFlushes(collected.oldestOpen)
        setTimer(collected, now)
    }

    /// Whether an open batch would go out at once; if not, it may as well grow.
    private func mayClose(_ topic: ProducerTopic, _ partition: Int32, _ now: ContinuousClock.Instant) -> Bool {
        guard let known = partitions[PartitionKey(topic: topic.index, partition: partition)] else { return true }
        guard known.queue.waiting.isEmpty else { return false }
        guard let leader = known.leader, let link = links[leader] else { return true }
        return link.inFlight < configuration.maxInFlight
    }

    func enqueue(_ closed: ClosedBatch) {
        let key = PartitionKey(topic: closed.topic.index, partition: closed.partition)
        let partition =
            partitions[key]
            ?? SenderPartition(
                closed.topic, closed.partition,
                PartitionQueue(isIdempotent: isIdempotent, isTransactional: configuration.transactionalID != nil),
                cluster.retryBackoff)
        partitions[key] = partition
        if !partition.isActive {
            partition.isActive = true
            active.append(partition)
        }
        guard compression.type != .none else { return partition.queue.enqueue(closed.batch) }
        partition.queue.enqueue(closed.batch, isReady: false)
        compress(closed.batch, key)
    }

    private func compress(_ batch: ProducerBatch, _ key: PartitionKey) {
        // Not on the event loop: a megabyte takes some milliseconds, and other cores can help. At the default priority,
        // as Linux gives tasks of any other one thread only.
        Task.detached { [compressors, compression] in
            let failure: RecordError?
            do throws(RecordError) {
                try compressors.compress(batch, compression)
                failure = nil
            } catch {
                failure = error
            }
            await self.compressed(batch.id, key, failure)
        }
    }

    private func compressed(_ id: UInt64, _ key: PartitionKey, _ failure: RecordError?) {
        guard let partition = partitions[key] else { return }
        if let failure {
            let error = ClientError(.invalidArgument, "records for \(partition.name): \(failure)")
            for batch in partition.queue.expire({ $0.id == id }) { report(partition, batch, .failure(error)) }
        }
        partition.queue.markReady(id)
        run()
    }

    // MARK: Time

    /// - Returns: whether there was something.
    private func expire(_ now: ContinuousClock.Instant) -> Bool {
        // Thousands may wait, and each answer comes here.
        guard now >= expiredAt + .milliseconds(20) else { return false }
        expiredAt = now
        let limit = deliveryTimeout
        var gaveUp = false
        for partition in active {
            for batch in partition.queue.expire({ $0.openedAt + limit <= now }) {
                gaveUp = true
                report(partition, batch, .failure(late(partition, batch)))
            }
        }
        return gaveUp
    }

    /// The time of a batch is over.
    func late(_ partition: SenderPartition, _ batch: ProducerBatch) -> ClientError {
        let silence = ClientError(.timedOut, "broker \(partition.leader ?? -1) has not answered")
        let cause = batch.lastError ?? (batch.attempts > 0 ? silence : partition.lastError)
        return ClientError(
            .timedOut,
            "\(batch.recordCount) record(s) for \(partition.name) were not delivered within "
                + deliveryTimeout.inWords + (cause.map { ": \($0.message)" } ?? ""))
    }

    private func setTimer(_ collected: CollectedBatches, _ now: ContinuousClock.Instant) {
        var next = collected.nextDue
        // Looks for batches whose time is over now and then, also while a pause is long.
        let later = now + .milliseconds(500)
        if collected.isHeldUp { next = min(next ?? later, later) }
        for partition in active {
            let wanted = partition.mutedUntil > now ? min(partition.mutedUntil, later) : later
            next = min(next ?? wanted, wanted)
        }
        guard let next else { return }
        if let timerAt, timerAt <= next, timerAt > now { return }
        timer?.cancel()
        timerAt = next
        timer = eventLoop.scheduleTask(in: max(.zero, now.duration(to: next)).timeAmount) {
            self.assumeIsolated { sender in
                sender.timerAt = nil
                sender.run()
            }
        }
    }

    // MARK: Flushing

    func whenComplete(below target: UInt64, _ resume: @escaping @Sendable (Result<Void, ClientError>) -> Void) {
        flushWaiters.append((target, resume))
        if hasStopped { finishFlushes(nil) } else { run() }
    }

    private func finishFlushes(_ oldestOpen: UInt64?) {
        guard !flushWaiters.isEmpty else { return }
        var oldest = oldestOpen ?? .max
        for partition in active {
            if let id = partition.queue.waiting.first?.batch.id { oldest = min(oldest, id) }
            if let id = partition.queue.inFlight.first?.batch.id { oldest = min(oldest, id) }
        }
        let done = flushWaiters.filter { $0.target <= oldest }
        flushWaiters.removeAll { $0.target <= oldest }
        for waiter in done { waiter.resume(fatalError.map { .failure($0) } ?? .success(())) }
    }

    // MARK: The end

    /// Reports all that is not delivered as failed, and closes the connections.
    func stop(_ error: ClientError = ClientError(.closed, "the producer has been closed")) async {
        guard !hasStopped else { return }
        state.fail(error)
        let left = state.collect(linger: .zero, now: .now, mayPass: false) { _ in true }
        for closed in left.batches { enqueue(closed) }
        failEverything(error)
        hasStopped = true
        timer?.cancel()
        active = []
        finishFlushes(nil)
        await cluster.closeLane(lane)
    }

    /// - Returns: whether there was something.
    @discardableResult
    func failEverything(_ error: ClientError) -> Bool {
        var gaveUp = false
        for partition in active {
            for batch in partition.queue.expire({ _ in true }) {
                gaveUp = true
                var error = error
                if error.kind == .closed, let cause = batch.lastError ?? partition.lastError {
                    error.message += ": \(cause.message)"
                }
                report(partition, batch, .failure(error))
            }
        }
        return gaveUp
    }

    /// Nothing can be delivered any more.
    func fail(fatally error: ClientError) {
        guard fatalError == nil else { return }
        fatalError = error
        state.fail(error)
        failEverything(error)
        // Whoever flushes, and batches that are open still, learn of it in the next round.
        wake()
    }

    // MARK: Reports

    struct Delivered {
        var baseOffset: Int64
        var logAppendTime: Int64
    }

    func report(_ partition: SenderPartition, _ batch: ProducerBatch, _ result: Result<Delivered, ClientError>) {
        let delivered = try? result.get()
        let failure: ClientError? = if case .failure(let error) = result { error } else { nil }
        if let failure {
            if batch.attempts > 0 { transaction.isInDoubt = true }
            failTransaction(failure)
        }
        state.release(batch, partition.topic, partition.partition, delivered: delivered != nil)
        onDelivery(
            DeliveryReport(
                topic: partition.topic.name, partition: partition.partition, records: batch.numbers,
                recordCount: Int(batch.recordCount), byteCount: batch.byteCount,
                baseOffset: delivered?.baseOffset ?? -1, logAppendTime: delivered?.logAppendTime ?? -1,
                latency: batch.openedAt.duration(to: .now), error: failure))
        if let failure, configuration.stopsAtFailure { fail(fatally: failure) }
    }
}

struct PartitionKey: Hashable, Sendable {
    var topic: Int
    var partition: Int32
}

/// What the sender knows of one partition; the sender's alone.
final class SenderPartition {
    let topic: ProducerTopic
    let partition: Int32
    var queue: PartitionQueue<ProducerBatch>
    var backoff: Backoff
    /// Not before this time, after a failure.
    var mutedUntil = ContinuousClock.now
    /// The broker that it was last sent to.
    var leader: Int32?
    var lastError: ClientError?
    var isActive = false

    init(_ topic: ProducerTopic, _ partition: Int32, _ queue: PartitionQueue<ProducerBatch>, _ backoff: Backoff) {
        self.topic = topic
        self.partition = partition
        self.queue = queue
        self.backoff = backoff
    }

    var name: TopicPartition { TopicPartition(topic.name, partition) }
    /// What is waited for while its leader refuses batches.
    var troubleName: String { "delivery to \(name)" }
}

/// The way to one broker.
struct BrokerLink {
    var connection: Connection?
    var isConnecting = false
    var inFlight = 0
    /// Where the next request begins, so that every partition gets its turn.
    var cursor = 0
}
