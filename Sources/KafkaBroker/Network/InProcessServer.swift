// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// Serves requests that come from within the process, as `SocketServer` does those of its connections: the same handlers,
/// on an event loop, with values in place of bytes. Each call is a connection of its own, which closes behind it.
final class InProcessServer: Sendable {
    private struct State {
        /// What ends the calls that are under way.
        var calls: [Int: @Sendable () -> Void] = [:]
        var isStopping = false
    }

    private let group: any EventLoopGroup
    private let dispatch: DispatchTable
    private let policy: ConnectionPolicy
    private let state = Mutex(State())

    init(group: any EventLoopGroup, dispatch: DispatchTable, policy: ConnectionPolicy) {
        self.group = group
        self.dispatch = dispatch
        var policy = policy
        // The process's own calls count for nothing.
        policy.quotas = NoQuotas()
        self.policy = policy
    }

    /// - Parameter version: nil for the newest.
    func call<Request: RequestMessage>(
        _ request: Request, version: Int16?, as principal: Principal, clientID: String?, host: String
    ) async throws -> Request.Response {
        guard let endpoint = dispatch[Request.apiKey] else { throw BrokerError("\(Request.apiKey) is not served") }
        let version = version ?? endpoint.versions.upperBound
        guard endpoint.versions.contains(version) else {
            throw BrokerError("version \(version) of \(Request.apiKey) is not served")
        }
        let context = RequestContext(
            apiKey: Request.apiKey, apiVersion: version, clientID: clientID, principal: principal,
            // Who the caller says it is counts as known, as with a certificate.
            connection: ConnectionInfo(
                listenerName: "", clientHost: "/" + host, securityProtocol: .ssl, policy: policy),
            eventLoop: group.next())
        let call = InProcessCall<Request.Response>(context)
        defer { state.withLock { $0.calls[context.connection.id] = nil } }
        let outcome = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(call, continuation) {
                    endpoint.serve(request, context, Reply { call.end(.success($0)) })
                }
            }
        } onCancel: {
            call.end(.failure(CancellationError()))
        }
        switch outcome {
        case .response(let response, let records): return try response.holding(records)
        case .none: return Request.Response()
        case .close(let reason): throw BrokerError(reason)
        }
    }

    private func begin<Response>(
        _ call: InProcessCall<Response>, _ continuation: InProcessCall<Response>.Continuation,
        _ serve: @escaping @Sendable () -> Void
    ) {
        let stop = { @Sendable in call.end(.failure(BrokerError("the broker is stopping"))) }
        let isStopping = state.withLock { state in
            if !state.isStopping {
                state.calls[call.context.connection.id] = stop
                // Under the lock, because the loops go soon after `stop`.
                call.context.eventLoop.execute { if call.isUnderWay { serve() } }
            }
            return state.isStopping
        }
        if isStopping { stop() }
        call.begin(continuation)
    }

    /// Ends the calls that are under way, and those to come.
    func stop() {
        let calls = state.withLock { state in
            state.isStopping = true
            return Array(state.calls.values)
        }
        for end in calls { end() }
    }
}
