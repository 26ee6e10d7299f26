// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Who uses something, as quotas know it.
struct QuotaClient: Sendable, Hashable {
    /// Name of the principal.
    var user: String
    /// Empty where the client calls itself nothing.
    var clientID: String
}

/// What a request took that was served.
struct RequestUsage: Sendable {
    var apiKey: APIKey
    /// Of the request's frame.
    var requestBytes: Int
    /// Of the response's frame; 0 where the client wants none.
    var responseBytes: Int
    /// For how long it kept its event loop; 0 unless `countsTime`.
    var nanoseconds: Int64
}

/// Counts what clients use, and says how long one has to wait that used more than its share. Any thread may ask.
protocol QuotaSource: Sendable {
    /// Whether any client has a quota; if not, nothing else is asked.
    var isActive: Bool { get }
    /// Whether the time that requests take is to be measured.
    var countsTime: Bool { get }

    /// Asked once for each request that is served, but for a Fetch.
    /// - Returns: milliseconds; 0 or less for none.
    func throttleTimeMs(_ usage: RequestUsage, of client: QuotaClient) -> Int32

    /// Asked once for each Fetch, when its answer is known.
    /// - Parameter usage: with the bytes that the response would have.
    /// - Returns: milliseconds; if more than 0, and `sendsRecords` is false, the answer is to be empty.
    func throttleFetch(_ usage: RequestUsage, of client: QuotaClient) -> (throttleTimeMs: Int32, sendsRecords: Bool)

    /// Bytes of records that are worth being read for a client at a time: more would mean to wait in any case.
    func fetchLimit(of client: QuotaClient) -> Int

    /// What a request may change of topics and partitions.
    /// - Parameter isStrict: its version knows THROTTLING_QUOTA_EXCEEDED (KIP-599).
    func mutationQuota(of client: QuotaClient, isStrict: Bool) -> MutationQuota
}

extension QuotaSource {
    var isActive: Bool { true }
    var countsTime: Bool { false }
    func throttleFetch(_ usage: RequestUsage, of client: QuotaClient) -> (throttleTimeMs: Int32, sendsRecords: Bool) {
        (max(throttleTimeMs(usage, of: client), 0), true)
    }
    func fetchLimit(of client: QuotaClient) -> Int { .max }
    func mutationQuota(of client: QuotaClient, isStrict: Bool) -> MutationQuota { .unlimited }
}

/// Nobody has to wait.
struct NoQuotas: QuotaSource {
    var isActive: Bool { false }
    func throttleTimeMs(_ usage: RequestUsage, of client: QuotaClient) -> Int32 { 0 }
}
