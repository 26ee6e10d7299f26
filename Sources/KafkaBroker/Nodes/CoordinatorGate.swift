// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Has a node refuse what another one coordinates (NOT_COORDINATOR), where this process is several nodes.
struct CoordinatorGate<Next: RequestHandler>: RequestHandler {
    typealias Request = Next.Request

    static var versions: ClosedRange<Int16> { Next.versions }

    let next: Next
    /// Takes what this node doesn't coordinate out of a request; nil where nothing is left to be asked, else what the
    /// answer needs.
    let take: @Sendable (inout Request, RequestContext) -> Refusal

    enum Refusal: Sendable {
        case nothing
        case everything(Request.Response)
        /// Adds the refusals to the answer.
        case some(@Sendable (inout Request.Response) -> Void)
    }

    func handle(_ request: Request, _ context: RequestContext, _ reply: Reply<Request.Response>) {
        var request = request
        switch take(&request, context) {
        case .nothing: next.handle(request, context, reply)
        case .everything(let response): reply(response)
        case .some(let add):
            next.handle(
                request, context,
                Reply { outcome in
                    guard case .response(var response, let records) = outcome else { return }
                    add(&response)
                    reply(response, records: records)
                })
        }
    }
}

extension NodeView {
    /// A handler of requests that are about one group, or one transactional id.
    func gate<Next: RequestHandler>(
        _ next: Next, _ topic: String = TopicName.offsets, key: @escaping @Sendable (Next.Request) -> String?,
        _ refusal: @escaping @Sendable (Next.Request, RequestContext) -> Next.Request.Response
    ) -> any RequestHandler {
        CoordinatorGate(next: next) { request, context in
            guard let key = key(request), !coordinates(key, in: topic) else { return .nothing }
            return .everything(refusal(request, context))
        }
    }

    /// A handler of requests that are about several of them.
    func gate<Next: RequestHandler>(
        _ next: Next, _ topic: String = TopicName.offsets,
        keys: @escaping @Sendable (inout Next.Request, (String) -> Bool) -> Void,
        _ add: @escaping @Sendable (String, inout Next.Request.Response) -> Void
    ) -> any RequestHandler {
        CoordinatorGate(next: next) { request, _ in
            var others: [String] = []
            keys(&request) { key in
                if coordinates(key, in: topic) { return true }
                others.append(key)
                return false
            }
            return others.isEmpty
                ? .nothing : .some { [others] response in for key in others { add(key, &response) } }
        }
    }

    /// A handler that lists what is on the node.
    func listing<Next: RequestHandler>(
        _ next: Next, keep: @escaping @Sendable (inout Next.Request.Response) -> Void
    ) -> any RequestHandler {
        CoordinatorGate(next: next) { _, _ in .some(keep) }
    }
}
