// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// One API of the dispatch table: a handler behind a face that knows bytes only.
struct Endpoint: Sendable {
    let apiKey: APIKey
    let versions: ClosedRange<Int16>
    let flexibleSince: Int16?
    let serve: @Sendable (_ body: ByteBuffer, RequestContext, ResponseSender) throws(WireError) -> Void

    init<Handler: RequestHandler>(_ handler: Handler) {
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

    func isFlexible(_ version: Int16) -> Bool { flexibleSince.map { version >= $0 } ?? false }
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
