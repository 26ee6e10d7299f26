// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

extension RequestContext {
    /// Who it is, where quotas ask.
    var quotaClient: QuotaClient { QuotaClient(user: principal.name, clientID: clientID ?? "") }

    /// The quotas, unless nobody has one.
    var quotas: (any QuotaSource)? {
        // Not taken into hand before: a broker without quotas counts no references to them.
        connection.policy.quotas.isActive ? connection.policy.quotas : nil
    }

    /// What the request may change of topics and partitions.
    /// - Parameter version: the first that knows THROTTLING_QUOTA_EXCEEDED (KIP-599); an older request only waits.
    func mutationQuota(strictSince version: Int16) -> MutationQuota {
        quotas?.mutationQuota(of: quotaClient, isStrict: apiVersion >= version) ?? .unlimited
    }

    /// For how long the request has kept a thread busy, in nanoseconds; 0 where that isn't measured.
    /// - Parameter reply: when the answer was begun, in nanoseconds of the system's uptime.
    func servedNanoseconds(reply: UInt64) -> Int64 {
        guard began > 0 else { return 0 }
        let before = connection.servedNanoseconds.load(ordering: .relaxed)
        let now = NIODeadline.now().uptimeNanoseconds
        return before > 0 ? before + Int64(clamping: now - min(reply, now)) : Int64(clamping: now - min(began, now))
    }

    /// Does a part of the request's work on another thread, which counts as well.
    func countingTime(_ body: () -> Void) {
        guard began > 0 else { return body() }
        let start = NIODeadline.now().uptimeNanoseconds
        body()
        let taken = Int64(clamping: NIODeadline.now().uptimeNanoseconds - start)
        connection.servedNanoseconds.add(max(taken, 1), ordering: .relaxed)
    }

    /// What a Fetch's quotas say of its answer.
    /// - Parameter byteCount: bytes that the response would have.
    func throttleFetch(_ byteCount: () -> Int) -> (throttleTimeMs: Int32, sendsRecords: Bool) {
        guard let quotas else { return (0, true) }
        let usage = RequestUsage(
            apiKey: .fetch, requestBytes: 0, responseBytes: byteCount(),
            nanoseconds: servedNanoseconds(reply: NIODeadline.now().uptimeNanoseconds))
        return quotas.throttleFetch(usage, of: quotaClient)
    }

    /// Bytes of records to read for a Fetch at most.
    func fetchLimit(_ maxBytes: Int) -> Int {
        guard let quotas else { return maxBytes }
        return min(maxBytes, quotas.fetchLimit(of: quotaClient))
    }
}
