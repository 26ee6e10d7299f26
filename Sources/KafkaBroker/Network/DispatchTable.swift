// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// One API of the dispatch table: a handler behind a face that knows bytes only, and behind one that knows values.
struct Endpoint: Sendable {
    private let handler: any RequestHandler
    let apiKey: APIKey
    let versions: ClosedRange<Int16>
    let flexibleSince: Int16?
    let serve: @Sendable (_ body: ByteBuffer, RequestContext, ResponseSender) throws(WireError) -> Void

    init<Handler: RequestHandler>(_ handler: Handler) {
        self.handler = handler
        apiKey = Handler.Request.apiKey
        versions = Handler.versions
        flexibleSince = Handler.Request.flexibleSince
        serve = { (body, context, sender) throws(WireError) in
            // Bytes behind the request are ignored, as Kafka does: some clients' requests are longer than they should be.
            var body = body
            let request = try Handler.Request.decode(prefixOf: &body, version: context.apiVersion)
            handler.handle(request, context, Reply { sender.send($0) })
        }
    }

    /// Serves a request that was never bytes.
    func serve<Request: RequestMessage>(_ request: Request, _ context: RequestContext, _ reply: Reply<Request.Response>)
    {
        handler.take(request, context, reply)
    }

    func isFlexible(_ version: Int16) -> Bool { flexibleSince.map { version >= $0 } ?? false }
}

extension RequestHandler {
    fileprivate func take<Other: RequestMessage>(
        _ request: Other, _ context: RequestContext, _ reply: Reply<Other.Response>
    ) {
        guard let request = request as? Request, let reply = reply as? Reply<Request.Response> else {
            preconditionFailure("an API has one type of request")
        }
        handle(request, context, reply)
    }
}

/// All APIs that are served, by number.
struct DispatchTable: Sendable {
    private let endpoints: [Endpoint?]

    init(_ handlers: [any RequestHandler]) {
        var table: [Endpoint?] = Array(repeating: nil, count: 128)
        for handler in handlers {
            let endpoint = Self.endpoint(handler)
            table[Int(endpoint.apiKey.rawValue)] = endpoint
        }
        endpoints = table
    }

    private static func endpoint(_ handler: some RequestHandler) -> Endpoint { Endpoint(handler) }

    /// What is served, in order of the keys.
    var apis: [(key: APIKey, versions: ClosedRange<Int16>)] {
        endpoints.compactMap { endpoint in endpoint.map { ($0.apiKey, $0.versions) } }
    }

    subscript(_ key: APIKey) -> Endpoint? {
        endpoints.indices.contains(Int(key.rawValue)) ? endpoints[Int(key.rawValue)] : nil
    }
}
