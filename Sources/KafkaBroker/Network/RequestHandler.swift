// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Serves one API: one type a file in `Handlers/`, where a line with `context.authorize` says what the client must be
/// allowed, and the next what it is told if it isn't.
///
/// `handle` is called on the connection's event loop and must not block it. It answers by calling `reply` exactly
/// once, then or later, from any thread; until then the connection serves no further request, so that the answers
/// of a connection keep the order of its requests.
protocol RequestHandler<Request>: Sendable {
    associatedtype Request: RequestMessage
    /// The versions served; by default all that the message has.
    static var versions: ClosedRange<Int16> { get }
    func handle(_ request: Request, _ context: RequestContext, _ reply: Reply<Request.Response>)
}

extension RequestHandler {
    static var versions: ClosedRange<Int16> { Request.versions }
}

/// A handler whose work suspends: it runs in a task of its own while the connection waits.
protocol AsyncRequestHandler<Request>: RequestHandler {
    func handle(_ request: Request, _ context: RequestContext) async -> Request.Response
}

extension AsyncRequestHandler {
    func handle(_ request: Request, _ context: RequestContext, _ reply: Reply<Request.Response>) {
        Task { reply(await handle(request, context)) }
    }
}
