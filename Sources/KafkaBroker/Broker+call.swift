// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension Broker {
    /// Has the broker serve a request of this process: no socket, nothing encoded, the same checks and answers as for a
    /// client's.
    ///
    /// Cancelling the task ends a call that waits, such as a Fetch for records to come. What belongs to a connection, such
    /// as a share session, ends with the call. Quotas don't count it.
    /// - Parameters:
    ///   - request: what a client would send.
    ///   - principal: who asks, as access control lists know them.
    ///   - version: which of the request's versions is meant, for what they answer differently; nil for the newest served.
    ///     Produce and Fetch name topics up to version 12, and from 13 on use their ids.
    ///   - clientID: what the caller calls itself.
    ///   - host: the address that the caller acts for, as access control lists know it.
    /// - Returns: the response, the records of a Fetch in memory; one with nothing set where the request wants none
    ///   (Produce with acks=0).
    /// - Throws: `BrokerError` for an API or a version that isn't served, when the broker stops, and where a connection
    ///   would be closed, all that acks=0 leaves to tell of an error; `CancellationError`.
    public func call<Request: RequestMessage>(
        _ request: Request, as principal: Principal = .anonymous, version: Int16? = nil, clientID: String? = nil,
        host: String = "127.0.0.1"
    ) async throws -> Request.Response {
        try await parts.calls.call(request, version: version, as: principal, clientID: clientID, host: host)
    }
}
