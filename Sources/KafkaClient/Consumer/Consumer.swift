// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Reads records: of partitions that it is told, or of those that a group gives it.
///
/// Fetches ahead in the background, at most `prefetchBytes`, and hands out whole buffers. Rebalances and commits happen
/// inside of `poll`, so that records handed out before are done with. Runs on the cluster's event loop.
public actor Consumer {
    public nonisolated let cluster: Cluster
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
    /// To be thrown by the next poll.
    var failure: ClientError?
    /// Who waits in `poll`.
    var waiter: OnceContinuation<Void>?
    var group: GroupState?
    var isClosed = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// - Parameter configuration: the cluster's consumer configuration if nil.
    public init(_ cluster: Cluster, configuration: ConsumerConfiguration? = nil) throws(ClientError) {
        let configuration = configuration ?? cluster.configuration.consumer
        self.cluster = cluster
        self.configuration = configuration
        eventLoop = cluster.eventLoop
        resolveBackoff = cluster.retryBackoff
        if let groupID = configuration.groupID {
            guard !groupID.isEmpty else { throw ClientError(.configuration, "group.id must not be empty") }
            guard configuration.heartbeatInterval < configuration.sessionTimeout else {
                throw ClientError(
                    .configuration, "Heartbeat must be set lower than the session timeout (heartbeat.interval.ms)")
            }
            group = GroupState(groupID, configuration)
        }
    }

    // MARK: What to read

    /// Reads these partitions, and no others, from the given positions.
    public func assign(_ positions: [TopicPartition: StartPosition]) {
        drop(partitions.keys.filter { positions[$0] == nil })
        for (partition, start) in positions { place(partition, start) }
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

    /// Changes only what `commit` commits: the next offset to read after stopping in the midst of what poll returned.
    public func setPosition(_ partition: TopicPartition, _ offset: Int64) {
        partitions[partition]?.position = offset
    }

    /// The offset behind what poll returned last; nil while it is not known.
    public func position(_ partition: TopicPartition) -> Int64? { partitions[partition]?.position }

    public func positions() -> [TopicPartition: Int64] { partitions.compactMapValues(\.position) }

    /// The ends of the partitions as last heard of: high watermarks, or last stable offsets for read_committed.
    public func endOffsets() -> [TopicPartition: Int64] {
        partitions.compactMapValues { partition in
            let end =
                configuration.isolationLevel == .readCommitted ? partition.lastStableOffset : partition.highWatermark
            return end < 0 ? nil : end
        }
    }

    public func pause(_ names: [TopicPartition]) {
        for name in names { partitions[name]?.isPaused = true }
    }

    public func resume(_ names: [TopicPartition]) {
        for name in names { partitions[name]?.isPaused = false }
        signal()
    }

    func place(_ name: TopicPartition, _ start: StartPosition) {
        nextToken += 1
        var partition = ConsumerPartition(start, token: nextToken)
        partition.isPaused = partitions[name]?.isPaused ?? false
        partitions[name] = partition
    }

    func drop(_ names: some Sequence<TopicPartition>) {
        for name in names {
            partitions[name] = nil
            group?.committed[name] = nil
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

    /// What has arrived, in the order of arrival; waits for the first bytes until `timeout` is over.
    ///
    /// In a group this is also where rebalances happen, and offsets are committed with `enable.auto.commit`: what
    /// earlier polls returned counts as done.
    /// - Parameter maxBytes: about how much to return; what was fetched in one piece is not split.
    /// - Throws: what will not pass by itself; `.cancelled`.
    public func poll(timeout: Duration, maxBytes: Int = .max) async throws(ClientError) -> [FetchedRecords] {
        let deadline = ContinuousClock.now + min(timeout, .seconds(86_400 * 365))
        while true {
            if isClosed { throw ClientError(.closed, "the consumer has been closed") }
            if let failure {
                self.failure = nil
                throw failure
            }
            if group != nil { try await pollGroup(deadline: deadline) }
            resolvePositions()
            let taken = take(maxBytes)
            sendFetches()
            if !taken.isEmpty { return taken }
            if failure != nil { continue }
            if deadline <= .now { return [] }
            try await waitForSignal(until: deadline)
        }
    }

    private func take(_ maxBytes: Int) -> [FetchedRecords] {
        var taken: [FetchedRecords] = []
        var bytes = 0
        var kept = CircularBuffer<(records: FetchedRecords, token: UInt64)>()
        while bytes < maxBytes, let entry = ready.popFirst() {
            let name = entry.records.partition
            guard let partition = partitions[name], partition.token == entry.token else {
                readyBytes -= entry.records.buffer.readableBytes
                continue
            }
            if partition.isPaused {
                kept.append(entry)
                continue
            }
            readyBytes -= entry.records.buffer.readableBytes
            bytes += entry.records.buffer.readableBytes
            partitions[name]?.position = entry.records.nextOffset
            partitions[name]?.leaderEpoch = entry.records.leaderEpoch
            taken.append(entry.records)
        }
        if !kept.isEmpty { ready = CircularBuffer(kept + ready) }
        return taken
    }

    // MARK: Waiting

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

    /// Commits if `enable.auto.commit` says so, leaves the group, and closes the connections.
    public func close() async {
        guard !isClosed else { return }
        await leaveGroup()
        isClosed = true
        partitions = [:]
        ready = []
        signal()
        await cluster.closeLane(fetchLane)
        await cluster.closeLane(groupLane)
    }
}
