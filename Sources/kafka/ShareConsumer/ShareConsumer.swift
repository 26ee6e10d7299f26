// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A member of a share group (KIP-932): gets records that no other member has, and says what became of each.
///
/// Made for the tools: one fetch of each broker at a time, and none while the records are being worked on.
actor ShareConsumer {
    struct Settings: Sendable {
        var group: String
        var topics: [String]
        /// Records that were handed out and not spoken of count as accepted at the next poll, commit or close.
        var isImplicit = true
        var maxBytes: Int32 = 50 << 20
        var maxRecords: Int32 = 500
        /// Never more than `maxRecords`, even if a batch of the log has more (KIP-1206).
        var isRecordLimit = false
        var maxWait: Duration = .milliseconds(500)
        /// How long a broker may take to answer beyond that; nil for `request.timeout.ms`.
        var patience: Duration?
        var rack: String?
    }

    /// Where a broker's session stands; each request has the next epoch.
    struct Session: Sendable {
        var epoch: Int32 = 0
        var partitions: Set<TopicPartition> = []

        /// 0 opens a session, so it goes on with 1.
        mutating func advance() { epoch = epoch == .max ? 1 : epoch + 1 }
    }

    let cluster: Cluster
    let settings: Settings
    /// The member's id is its own choice, and for life.
    let memberID = KafkaUUID.random().description
    var memberEpoch: Int32 = 0
    var coordinator: Int32?
    var heartbeats: Task<Void, Never>?
    var failure: (any Error)?
    /// What is tried again and again because somebody can't be reached.
    enum Activity: Hashable { case heartbeat, metadata, fetching(Int32) }
    var obstacles: [Activity: ClientError] = [:]
    /// Why there may be no records, as far as is known; it may pass.
    var obstacle: ClientError? { obstacles.values.min { $0.message < $1.message } }

    /// The member's partitions, with their leaders; nil: to be looked up.
    var assignment: [KafkaUUID: [Int32]] = [:]
    var names: [KafkaUUID: String] = [:]
    var topicIDs: [String: KafkaUUID] = [:]
    var leaders: [TopicPartition: Int32]?

    var sessions: [Int32: Session] = [:]
    /// Handed out, and nothing said yet; with the broker that they came from.
    var delivered: [TopicPartition: Set<Int64>] = [:]
    var pending: [TopicPartition: Acknowledgements] = [:]
    /// Records are acknowledged where they came from.
    var sources: [TopicPartition: Int32] = [:]
    private var results: [AcknowledgeResult] = []

    init(_ cluster: Cluster, _ settings: Settings) {
        self.cluster = cluster
        self.settings = settings
    }

    /// What came from any broker; empty when nothing did within `timeout`, or when there are results to take.
    func poll(timeout: Duration) async throws -> [ShareRecords] {
        if heartbeats == nil { try await join() }
        if settings.isImplicit { acceptDelivered() }
        let deadline = ContinuousClock.now + timeout
        var pause = Self.shortestPause
        while true {
            if let failure { throw failure }
            try Task.checkCancellation()
            let asked = ContinuousClock.now
            let left = deadline - asked
            let wait = max(.zero, min(settings.maxWait, left))
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
            try await Task.sleep(for: min(pause, left))
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    private static let shortestPause: Duration = .milliseconds(1)

    /// Says nothing of what was handed out: when the session ends, others get it.
    func giveBack() { delivered = [:] }

    /// Says what became of records that `poll` handed out; it is sent with the next poll or commit.
    func acknowledge(_ partition: TopicPartition, _ offsets: [Int64], _ type: AcknowledgeType) {
        for offset in offsets where delivered[partition]?.remove(offset) != nil {
            pending[partition, default: Acknowledgements()].set(offset, type)
        }
    }

    /// Sends what was acknowledged; `takeResults` has the outcome.
    func commit() async throws {
        if settings.isImplicit { acceptDelivered() }
        try await sendAcknowledgements(closing: false)
    }

    /// What became of acknowledgements since the last call.
    func takeResults() -> [AcknowledgeResult] {
        defer { results = [] }
        return results
    }

    /// How long the last acknowledgements and the leaving of the group may take.
    private static let partingTime: Duration = .seconds(5)

    /// Acknowledges, gives back what is left, and leaves the group; also for a caller that has been cancelled.
    /// `takeResults` tells what was not acknowledged. All else that fails here is not worth an error: the broker takes
    /// all back by itself when its locks and sessions time out.
    func close() async {
        heartbeats?.cancel()
        await heartbeats?.value
        guard memberEpoch > 0 else { return }
        if settings.isImplicit { acceptDelivered() }
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
