// SPDX-License-Identifier: Apache-2.0

import KafkaClient
package import KafkaHTTP
package import KafkaProtocol
import KafkaText

/// The page on which people look at a cluster, and the JSON behind it, under the same addresses: a browser gets the page,
/// which asks for the JSON.
package struct WebSite: Sendable {
    /// Whether what is asked for may change the cluster.
    package var allowsWrites: Bool
    /// The cluster, as whoever has logged in at an address may see it.
    private let calls: @Sendable (Principal, String) -> any ClusterCalls
    private let scans = ScanLimit(8)

    package init(
        allowsWrites: Bool = false,
        calls: @escaping @Sendable (_ principal: Principal, _ host: String) -> any ClusterCalls
    ) {
        self.allowsWrites = allowsWrites
        self.calls = calls
    }

    package func add(to router: inout HTTPRouter) {
        for (path, asset) in PageAssets.all {
            router.add(.get, path, access: .open) { _ in asset.response }
        }
        router.add(.get, "/{first}/{rest...}") { request in
            if request.wantsPage { return PageAssets.page(allowsWrites: allowsWrites, status: 404) }
            throw HTTPProblem.notFound("there is nothing at this address")
        }
        show("/", &router) { data, _ in try await Overview.json(data) }
        show("/topics", &router) { try await TopicList.json($0, $1) }
        show("/topics/{topic}", &router) { try await TopicDetail.json($0, $1) }
        show("/topics/{topic}/config", &router) { try await TopicConfig.json($0, $1) }
        show("/topics/{topic}/groups", &router) { try await TopicGroups.json($0, $1) }
        show("/groups", &router) { try await GroupList.json($0, $1) }
        show("/groups/{group}", &router) { try await GroupDetail.json($0, $1) }
        show("/transactions", &router) { data, _ in try await Transactions.json(data) }
        show("/acls", &router) { data, _ in try await AccessLists.json(data) }
        answer(.get, "/topics/{topic}/messages", &router) { data, request in
            try await Messages.answer(data, request, scans)
        }
        answer(.get, "/topics/{topic}/messages/{partition}/{offset}/{part}", &router) { data, request in
            try await Messages.part(data, request)
        }
        change(.post, "/topics", &router) { try await TopicChanges.create($0, $1) }
        change(.delete, "/topics/{topic}", &router) { try await TopicChanges.delete($0, $1) }
        change(.post, "/topics/{topic}/config", &router) { try await TopicChanges.configure($0, $1) }
        change(.post, "/topics/{topic}/messages", &router) { try await Producing.produce($0, $1) }
        change(.post, "/groups/{group}/offsets", &router) { try await GroupChanges.reset($0, $1) }
        change(.delete, "/groups/{group}", &router) { try await GroupChanges.delete($0, $1) }
    }

    // MARK: Routes

    private typealias JSONHandler = @Sendable (ClusterData, HTTPRequest) async throws -> JSON

    private func show(_ pattern: String, _ router: inout HTTPRouter, _ body: @escaping JSONHandler) {
        answer(.get, pattern, &router) { .fresh(try await body($0, $1)) }
    }

    private func answer(
        _ method: HTTPRequest.Method, _ pattern: String, _ router: inout HTTPRouter,
        _ body: @escaping @Sendable (ClusterData, HTTPRequest) async throws -> HTTPResponse
    ) {
        router.add(method, pattern, maxBodyBytes: 8 << 20) { request in
            // What a browser is to keep as a file it asks for as it does for a page.
            let isFile = request.parameter("download") != nil || request.parameters["part"] != nil
            if method == .get, request.wantsPage, !isFile { return PageAssets.page(allowsWrites: allowsWrites) }
            do {
                return try await body(ClusterData(calls: calls(request.principal, request.clientAddress)), request)
            } catch let error as ClientError {
                throw HTTPProblem(error)
            }
        }
    }

    private func change(
        _ method: HTTPRequest.Method, _ pattern: String, _ router: inout HTTPRouter, _ body: @escaping JSONHandler
    ) {
        answer(method, pattern, &router) { data, request in
            try check(request)
            return .fresh(try await body(data, request))
        }
    }

    /// The header that a change has to carry. A page from elsewhere can't send it unless this server allows it.
    package static let changeHeader = "X-Kafka-Change"

    private func check(_ request: HTTPRequest) throws(HTTPProblem) {
        guard allowsWrites else {
            throw .forbidden("this page is read-only; start it with --http-write to change the cluster by it")
        }
        guard request.headers[Self.changeHeader] != nil else {
            throw .forbidden("a request that changes something needs the header \(Self.changeHeader): 1")
        }
        if let origin = request.headers["Origin"] {
            let host = request.target.authority ?? request.headers["Host"] ?? ""
            guard origin.split(separator: "/").last.map(String.init) == host else {
                throw .forbidden("the request comes from \(origin), which is another page")
            }
        }
    }
}
