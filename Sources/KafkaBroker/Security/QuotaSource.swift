// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Counts what clients use, and says how long one has to wait that used more than its share.
protocol QuotaSource: Sendable {
    /// Asked once for each request that is served, on any thread.
    /// - Parameter responseBytes: those of the response's frame; 0 where the client wants none.
    /// - Returns: milliseconds; 0 or less for none.
    func throttleTimeMs(
        _ apiKey: APIKey, requestBytes: Int, responseBytes: Int, of principal: Principal, clientID: String?
    ) -> Int32
}

/// Nobody has to wait.
struct NoQuotas: QuotaSource {
    func throttleTimeMs(
        _ apiKey: APIKey, requestBytes: Int, responseBytes: Int, of principal: Principal, clientID: String?
    ) -> Int32 { 0 }
}
