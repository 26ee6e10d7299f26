// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// The way back to the client for one request; to be called exactly once.
struct Reply<Response: ResponseMessage>: Sendable {
    enum Outcome: Sendable {
        /// A response and the bytes of its `.deferred` records, in order.
        case response(Response, records: [LogSlice])
        /// The client wants no answer (Produce with acks=0).
        case none
        /// The connection is to be closed, which is all that acks=0 leaves to tell the client of an error.
        case close(reason: String)
    }

    private let send: @Sendable (Outcome) -> Void

    init(_ send: @escaping @Sendable (Outcome) -> Void) { self.send = send }

    func callAsFunction(_ response: Response, records: [LogSlice] = []) { send(.response(response, records: records)) }

    func withoutResponse() { send(.none) }

    func close(reason: String) { send(.close(reason: reason)) }
}
