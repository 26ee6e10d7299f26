// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import Synchronization

/// A request from within the process. It ends once: with its answer, its caller's cancellation or the broker, whichever
/// comes first.
final class InProcessCall<Response: ResponseMessage>: Sendable {
    typealias Outcome = Reply<Response>.Outcome
    typealias Continuation = CheckedContinuation<Outcome, any Error>

    private enum State {
        case new
        case waiting(Continuation)
        /// With what nobody waited for.
        case ended(Result<Outcome, any Error>?)
    }

    let context: RequestContext
    private let state = Mutex(State.new)

    init(_ context: RequestContext) { self.context = context }

    var isUnderWay: Bool { state.withLock { if case .ended = $0 { false } else { true } } }

    func begin(_ continuation: Continuation) {
        let result: Result<Outcome, any Error>? = state.withLock { state in
            guard case .ended(let result) = state else {
                state = .waiting(continuation)
                return nil
            }
            state = .ended(nil)
            return result
        }
        if let result { continuation.resume(with: result) }
    }

    func end(_ result: Result<Outcome, any Error>) {
        let continuation: Continuation? = state.withLock { state in
            switch state {
            case .new:
                state = .ended(result)
                return nil
            case .waiting(let continuation):
                state = .ended(nil)
                return continuation
            case .ended: return nil
            }
        }
        guard let continuation else { return }
        // On the loop, where handlers expect a connection to close.
        context.eventLoop.execute { [connection = context.connection] in connection.disconnected() }
        continuation.resume(with: result)
    }
}

/// A response with records, which a handler leaves in their files.
private protocol RecordsResponse: ResponseMessage {
    mutating func forEachRecords(_ body: (inout RecordsField) throws -> Void) rethrows
}

extension FetchResponse: RecordsResponse {
    fileprivate mutating func forEachRecords(_ body: (inout RecordsField) throws -> Void) rethrows {
        for topic in responses.indices {
            for partition in responses[topic].partitions.indices {
                try body(&responses[topic].partitions[partition].records)
            }
        }
    }
}

extension ShareFetchResponse: RecordsResponse {
    fileprivate mutating func forEachRecords(_ body: (inout RecordsField) throws -> Void) rethrows {
        for topic in responses.indices {
            for partition in responses[topic].partitions.indices {
                try body(&responses[topic].partitions[partition].records)
            }
        }
    }
}

extension ResponseMessage {
    /// The response with the bytes of its `.deferred` records, which it does without on the way to a socket.
    func holding(_ records: [LogSlice]) throws -> Self {
        guard !records.isEmpty else { return self }
        guard var response = self as? any RecordsResponse else { throw GapsDoNotMatch() }
        var rest = records[...]
        try response.forEachRecords { field in
            guard case .deferred(let byteCount) = field else { return }
            guard let slice = rest.popFirst(), slice.byteCount == byteCount else { throw GapsDoNotMatch() }
            field = .bytes(try slice.bytes())
        }
        guard rest.isEmpty, let whole = response as? Self else { throw GapsDoNotMatch() }
        return whole
    }
}
