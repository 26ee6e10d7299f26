// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
import NIOCore

/// Reads records: of partitions that it is told, or of those that a group gives it.
///
/// ```swift
/// let consumer = try await Consumer(bootstrapServers: "localhost:9092", topics: ["orders"], group: "billing")
/// for try await record in consumer {
///     print(record.key?.string ?? "", record.value?.string ?? "")
/// }
/// await consumer.close()
/// ```
///
/// The loop is for whoever wants records one by one, each with bytes of its own (see `makeAsyncIterator`). `poll` hands
/// out whole buffers, whose records are visited in place and cost no memory. Use one of them.
///
/// Fetches ahead in the background, at most `prefetchBytes`, and hands out whole buffers. Rebalances and commits happen
/// inside of `poll`, so that records handed out before are done with. Runs on the cluster's event loop.
public actor Consumer {
    /// The cluster that it reads from.
    public nonisolated let cluster: Cluster
    /// What it was made with.
    public nonisolated let configuration: ConsumerConfiguration
    nonisolated let eventLoop: any EventLoop
    /// Long polls have connections of their own, and so have requests to the group's coordinator.
    let fetchLane = Lane.unique()
    let groupLane = Lane.unique()

    var partitions: [TopicPartition: ConsumerPartition] = [:]
    var nextToken: UInt64 = 0
    /// Fetched and not handed out, in the order of arrival.
    var ready = CircularBuffer<(records: FetchedRecords, token: UInt64)>()
    var readyBytes = 0
    var links: [Int32: FetchLink] = [:]
    var isResolving = false
    var resolveBackoff: Backoff
    var staleTopics: Set<String> = []
    var isRefreshing = false
    var metadataFailure: ClientError?
    /// To be thrown by the next poll.
    var failure: ClientError?
    /// The same, once all that was fetched has been handed out.
    var readingFailure: ClientError?
    /// Who waits in `poll`.
    var waiter: OnceContinuation<Void>?
    var group: GroupState?
    /// What keeps records from coming at the moment.
    var obstacles: [Activity: ClientError] = [:]
    var isClosed = false
    var settlement: Settlement
    /// What a `for` loop over the consumer works on.
    nonisolated let loop = RecordLoop()
    var ownsCluster = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// Who says which records are done with, so that the group's next reader need not get them.
    public enum Settlement: Sendable {
        /// `poll`: all that it has returned, as in Kafka's clients.
        case byPolling
        /// The caller, with `settle`; nothing else is ever committed.
        case byCaller
    }

    /// A consumer for a cluster that the caller closes; it reads once `assign` or `subscribe` has been called.
    /// - Parameters:
    ///   - cluster: whose topics are read.
    ///   - configuration: the cluster's consumer configuration if nil.
    ///   - settlement: who says which records are done with.
    /// - Throws: `.configuration` for an empty `group.id`, or heartbeats as rare as the session is long.
    public init(
        _ cluster: Cluster, configuration: ConsumerConfiguration? = nil, settlement: Settlement = .byPolling
    ) throws(ClientError) {
        let configuration = configuration ?? cluster.configuration.consumer
        self.cluster = cluster
        self.configuration = configuration
        self.settlement = settlement
        eventLoop = cluster.eventLoop
        resolveBackoff = cluster.retryBackoff
        try configuration.validate()
        if let groupID = configuration.groupID {
            group = GroupState(groupID, configuration, retryBackoff: cluster.configuration.retryBackoff)
        }
    }

    // MARK: What to read

    /// Reads these partitions, and no others, from the given positions.
    public func assign(_ positions: [TopicPartition: StartPosition]) {
        drop(partitions.keys.filter { positions[$0] == nil })
        for (partition, start) in positions { place(partition, start) }
        signal()
    }

    /// Reads these partitions as well; those that are read already go on where they are.
    public func add(_ positions: [TopicPartition: StartPosition]) {
        for (partition, start) in positions where partitions[partition] == nil { place(partition, start) }
        signal()
    }

    /// The partitions that are read, sorted.
    public func assignment() -> [TopicPartition] { partitions.keys.sorted() }

    /// Goes on reading elsewhere; what was fetched ahead is dropped.
    public func seek(_ partition: TopicPartition, to start: StartPosition) {
        guard partitions[partition] != nil else { return }
        place(partition, start)
        signal()
    }

    /// Says which records are done with, for a consumer that leaves it to its caller: those before these offsets.
    public func settle(_ offsets: [TopicPartition: Int64]) {
        for (name, offset) in offsets { partitions[name]?.settle(offset) }
    }

    /// The offset behind what is done with, which `commit` commits; nil while it is not known.
    public func position(_ partition: TopicPartition) -> Int64? { positions()[partition] }

    /// The offsets behind what is done with, of the partitions where that is known.
    public func positions() -> [TopicPartition: Int64] {
        settleLoop()
        return partitions.compactMapValues(\.position)
    }

    /// The ends of the partitions as last heard of: high watermarks, or last stable offsets for read_committed.
    public func endOffsets() -> [TopicPartition: Int64] {
        partitions.compactMapValues { $0.end(configuration.isolationLevel) }
    }

    /// Takes back what the last poll returned and its caller is not done with: the next poll returns it again, without
    /// asking a broker, and the position goes back to where it begins. What has been given up since, by a seek or to
    /// other members of the group, stays given up.
    ///
    /// - Parameter records: the last ones of what was returned, in that order; the first may begin later than it did
    ///   (`startOffset`).
    public func putBack(_ records: [FetchedRecords]) {
        for records in records.reversed() {
            let name = records.partition
            guard let token = partitions[name]?.takeBack(records) else { continue }
            guard partitions[name]?.isPaused == false else {
                partitions[name]?.fetchPosition = .at(records.startOffset)
                continue
            }
            ready.prepend((records, token))
            readyBytes += records.buffer.readableBytes
        }
    }

    /// Reads these partitions no further for now; what was fetched ahead is given up, to make room for that of others.
    public func pause(_ names: [TopicPartition]) {
        for name in names where partitions[name]?.isPaused == false {
            partitions[name]?.isPaused = true
            guard case .at? = partitions[name]?.fetchPosition else { continue }
            if let first = ready.first(where: { $0.records.partition == name && $0.token == partitions[name]?.token }) {
                partitions[name]?.fetchPosition = .at(first.records.startOffset)
            }
            // What is on its way does not count either.
            nextToken += 1
            partitions[name]?.token = nextToken
        }
        dropStale()
    }

    /// Goes on reading these partitions where `pause` has stopped.
    public func resume(_ names: [TopicPartition]) {
        for name in names { partitions[name]?.isPaused = false }
        signal()
    }

    func place(_ name: TopicPartition, _ start: StartPosition) {
        nextToken += 1
        var partition = ConsumerPartition(start, token: nextToken)
        partition.isPaused = partitions[name]?.isPaused ?? false
        partition.refusals = partitions[name]?.refusals ?? 0
        partitions[name] = partition
        loop.discard(name)
    }

    func drop(_ names: some Sequence<TopicPartition>) {
        for name in names {
            partitions[name] = nil
            loop.discard(name)
            obstacles[.reading(name)] = nil
            group?.commits.offsets[name] = nil
        }
        dropStale()
    }

    /// Drops what was fetched for positions that have changed since.
    private func dropStale() {
        var kept = CircularBuffer<(records: FetchedRecords, token: UInt64)>()
        readyBytes = 0
        for entry in ready where partitions[entry.records.partition]?.token == entry.token {
            kept.append(entry)
            readyBytes += entry.records.buffer.readableBytes
        }
        ready = kept
    }

    // MARK: Reading

    /// What has arrived, in the order of arrival.
    ///
    /// In a group this is also where rebalances happen, and where offsets are committed with `enable.auto.commit`, all
    /// the time that it waits.
    /// - Parameters:
    ///   - timeout: how long to wait for the first bytes.
    ///   - maxBytes: about how much to return; what was fetched in one piece is not split.
    /// - Throws: what will not pass by itself; `.cancelled`.
    public func poll(timeout: Duration, maxBytes: Int = .max) async throws(ClientError) -> [FetchedRecords] {
        let deadline = ContinuousClock.now + min(timeout, .seconds(86_400 * 365))
        group?.polling = .underway
        defer { group?.polling = .over(since: .now) }
        while true {
            if isClosed { throw ClientError(.closed, "the consumer has been closed") }
            // There may be records without end.
            if Task.isCancelled { throw .cancelled("polling") }
            if let failure {
                self.failure = nil
                throw failure
            }
            if group != nil { try await pollGroup(deadline: deadline) }
            resolvePositions()
            let taken = take(maxBytes)
            sendFetches()
            if !taken.isEmpty { return taken }
            if let readingFailure, ready.isEmpty {
                self.readingFailure = nil
                throw readingFailure
            }
            if failure != nil { continue }
            if deadline <= .now { return [] }
            try await waitForSignal(until: min(deadline, nextDuty ?? deadline))
        }
    }

    private func take(_ maxBytes: Int) -> [FetchedRecords] {
        var taken: [FetchedRecords] = []
        var bytes = 0
        while bytes < maxBytes, let entry = ready.popFirst() {
            let name = entry.records.partition
            readyBytes -= entry.records.buffer.readableBytes
            guard partitions[name]?.token == entry.token else { continue }
            bytes += entry.records.buffer.readableBytes
            partitions[name]?.handOut(entry.records, settling: settlement == .byPolling)
            taken.append(entry.records)
        }
        return taken
    }

    // MARK: Waiting

    /// Lets the next poll, or the one that waits, throw what will not pass by itself.
    func fail(_ error: ClientError) {
        failure = error
        signal()
    }

    /// There is something to look at for who waits in `poll`.
    func signal() {
        waiter?.resume(.success(()))
        waiter = nil
    }

    func waitForSignal(until deadline: ContinuousClock.Instant) async throws(ClientError) {
        let once = OnceContinuation<Void>()
        waiter = once
        let timer = eventLoop.scheduleTask(in: deadline.remaining.timeAmount) { once.resume(.success(())) }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { once.set($0) }
        } onCancel: {
            once.resume(.failure(.cancelled("polling")))
        }
        timer.cancel()
        try result.get()
    }

    // MARK: The end

    /// Commits if `enable.auto.commit` says so, leaves the group, and closes the connections; also for a caller that has
    /// been cancelled, and within a few seconds also if the brokers have gone.
    /// - Returns: why the last offsets were not committed, so that the group will read records again.
    @discardableResult
    public func close() async -> ClientError? { await Task { await finish() }.value }

    private func finish() async -> ClientError? {
        guard !isClosed else { return nil }
        let failure = await leaveGroup()
        isClosed = true
        loop.end()
        partitions = [:]
        ready = []
        signal()
        await cluster.closeLane(fetchLane)
        await cluster.closeLane(groupLane)
        if ownsCluster { await cluster.close() }
        return failure
    }
}
