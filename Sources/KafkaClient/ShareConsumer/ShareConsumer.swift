// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A member of a share group (KIP-932): gets records that no other member has at the time, and says what became of each.
///
/// Unlike partitions of a consumer group, records are shared out one by one, so a group may have more members than there
/// are partitions. The cluster must have `share.version` 1.
///
/// ```swift
/// let consumer = ShareConsumer(cluster, ShareConsumerConfiguration(group: "workers", topics: ["jobs"]))
/// while !Task.isCancelled {
///     for records in try await consumer.poll(timeout: .seconds(60)) {
///         for job in try records.records() { await work(on: job) }
///     }
/// }
/// await consumer.close()
/// ```
///
/// One fetch of each broker is on its way at a time, and none while the records are being worked on. Fetches wait at the
/// broker and hold up the cluster's other requests meanwhile: give each member a `Cluster` of its own.
public actor ShareConsumer {
    /// The cluster that it reads from; the caller closes it.
    public nonisolated let cluster: Cluster
    /// What it was made with.
    public nonisolated let configuration: ShareConsumerConfiguration
    /// The member's id is its own choice, and for life.
    let memberID = KafkaUUID.random().description
    var memberEpoch: Int32 = 0
    /// Whether the brokers are known to have share groups.
    var isServed = false
    var heartbeats: Task<Void, Never>?
    var failure: ClientError?
    /// What is tried again and again because somebody can't be reached.
    enum Activity: Hashable { case heartbeat, metadata, fetching(Int32) }
    var obstacles: [Activity: ClientError] = [:]

    /// The member's partitions, with their leaders; nil: to be looked up.
    var assignment: [KafkaUUID: [Int32]] = [:]
    var names: [KafkaUUID: String] = [:]
    var topicIDs: [String: KafkaUUID] = [:]
    var leaders: [TopicPartition: Int32]?

    var sessions: [Int32: ShareSession] = [:]
    /// Handed out, and nothing said yet; with the broker that they came from.
    var delivered: [TopicPartition: Set<Int64>] = [:]
    var pending: [TopicPartition: Acknowledgements] = [:]
    /// Records are acknowledged where they came from.
    var sources: [TopicPartition: Int32] = [:]
    private var results: [AcknowledgeResult] = []

    /// A member that joins its group with the first `poll`.
    public init(_ cluster: Cluster, _ configuration: ShareConsumerConfiguration) {
        self.cluster = cluster
        self.configuration = configuration
    }

    /// Why there may be no records, as far as is known; it may pass, and is tried again meanwhile.
    public var obstacle: ClientError? { obstacles.values.min { $0.message < $1.message } }

    /// What came from any broker; empty when nothing did within `timeout`, or when there are results to take.
    ///
    /// Acknowledgements of what was handed out before travel with it.
    /// - Throws: what will not pass by itself, such as `.broker(.groupAuthorizationFailed)`; `.cancelled`.
    public func poll(timeout: Duration) async throws(ClientError) -> [ShareRecords] {
        if heartbeats == nil { try await join() }
        if configuration.isImplicit { acceptDelivered() }
        let deadline = ContinuousClock.now + min(timeout, .longestSleep)
        var pause = Self.shortestPause
        while true {
            if let failure { throw failure }
            if Task.isCancelled { throw .cancelled("polling") }
            let asked = ContinuousClock.now
            let left = asked.duration(to: deadline)
            let wait = max(.zero, min(configuration.maxWait, left))
            let records = try await fetch(wait: wait)
            if !records.isEmpty || !results.isEmpty || left <= .zero {
                // Only what the caller gets can be done with.
                for part in records { delivered[part.partition, default: []].formUnion(part.offsets) }
                return records
            }
            guard asked.duration(to: .now) < wait / 2 else {
                pause = Self.shortestPause
                continue
            }
            // A broker with nothing to tell waits before it says so. One that doesn't is not asked without end.
            try await delay(pause, until: deadline, "polling")
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    private static let shortestPause: Duration = .milliseconds(1)

    /// Says nothing of what was handed out: when the session ends, others get it, and it does not count as delivered.
    public func giveBack() { delivered = [:] }

    /// Says what became of records that `poll` handed out; it is sent with the next poll, commit or close. Offsets that
    /// were not handed out, or spoken of already, are skipped.
    public func acknowledge(_ partition: TopicPartition, _ offsets: [Int64], _ type: AcknowledgeType) {
        for offset in offsets where delivered[partition]?.remove(offset) != nil {
            pending[partition, default: Acknowledgements()].set(offset, type)
        }
    }

    /// Sends what was acknowledged, at once; `takeResults` has the outcome.
    /// - Throws: what will not pass by itself.
    public func commit() async throws(ClientError) {
        if configuration.isImplicit { acceptDelivered() }
        try await sendAcknowledgements(closing: false)
    }

    /// What became of acknowledgements since the last call.
    public func takeResults() -> [AcknowledgeResult] {
        defer { results = [] }
        return results
    }

    /// How long the last acknowledgements and the leaving of the group may take.
    private static let partingTime: Duration = .seconds(5)

    /// Acknowledges, gives back what is left, and leaves the group, within five seconds; also for a caller that has been
    /// cancelled.
    ///
    /// `takeResults` tells what was not acknowledged. All else that fails here is not worth an error: the broker takes
    /// all back by itself when its locks and sessions time out.
    public func close() async {
        heartbeats?.cancel()
        await heartbeats?.value
        guard memberEpoch > 0 else { return }
        if configuration.isImplicit { acceptDelivered() }
        let parting = Task {
            try? await sendAcknowledgements(closing: true)
            try? await leave()
        }
        let timer = Task {
            try await Task.sleep(for: Self.partingTime)
            parting.cancel()
        }
        await parting.value
        timer.cancel()
        for (partition, left) in pending {
            note(partition, left, ClientError(.timedOut, "no answer within 5 s"))
        }
        pending = [:]
    }

    private func acceptDelivered() {
        for (partition, offsets) in delivered {
            for offset in offsets { pending[partition, default: Acknowledgements()].set(offset, .accept) }
        }
        delivered = [:]
    }

    /// Takes what is to be sent to a broker.
    func takePending(for broker: Int32) -> [TopicPartition: Acknowledgements] {
        let mine = pending.filter { sources[$0.key] == broker }
        for partition in mine.keys { pending[partition] = nil }
        return mine
    }

    func note(_ partition: TopicPartition, _ acknowledgements: Acknowledgements, _ error: ClientError?) {
        let offsets = acknowledgements.offsets
        if !offsets.isEmpty { results.append(AcknowledgeResult(partition: partition, offsets: offsets, error: error)) }
    }
}
