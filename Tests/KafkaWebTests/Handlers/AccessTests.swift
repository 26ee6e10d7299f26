// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText
import NIOCore
import Testing

@testable import KafkaHTTP
@testable import KafkaWeb

@Suite("Who may see and change what on the page")
struct AccessTests {
    /// The answer of a site to a request, as the router finds who serves it.
    private func answer(
        _ site: WebSite, _ method: HTTPRequest.Method, _ target: String, _ headers: [(String, String)] = [],
        body: String = "", as principal: Principal = .anonymous
    ) async throws -> HTTPResponse {
        var router = HTTPRouter()
        site.add(to: &router)
        var request = HTTPRequest(
            method: method, target: try #require(HTTPTarget(target)), headers: HTTPFields(headers),
            body: .init(string: body))
        request.principal = principal
        guard case .found(let route, let parameters) = router.match(method, request.target.pieces) else {
            throw HTTPProblem(404, "no route")
        }
        request.parameters = parameters
        do { return try await route.handler(request) } catch let problem as HTTPProblem {
            return problem.response(to: request)
        }
    }

    private func site(_ broker: KafkaBroker.Broker, writes: Bool) -> WebSite {
        WebSite(allowsWrites: writes) { BrokerCalls(broker, as: $0, host: $1) }
    }

    private static let changes: [(HTTPRequest.Method, String)] = [
        (.post, "/topics"), (.delete, "/topics/t"), (.post, "/topics/t/config"), (.post, "/topics/t/messages"),
        (.post, "/groups/g/offsets"), (.delete, "/groups/g"),
    ]

    @Test("A read-only page changes nothing, whatever the request says")
    func readOnly() async throws {
        try await SmallCluster.with { cluster in
            let site = site(cluster.broker, writes: false)
            for (method, path) in Self.changes {
                let response = try await answer(
                    site, method, path, [(WebSite.changeHeader, "1")],
                    body: #"{"name":"new","topic":"t","to":"latest"}"#)
                #expect(response.status == 403, "\(path)")
            }
            #expect(try await cluster.data.metadata(nil).topics.isEmpty)
        }
    }

    @Test("A page from elsewhere can't change anything")
    func foreignPages() async throws {
        try await SmallCluster.with { cluster in
            let site = site(cluster.broker, writes: true)
            let host = ("Host", "127.0.0.1:8080")
            for (method, path) in Self.changes {
                #expect(try await answer(site, method, path, [host], body: #"{"name":"new"}"#).status == 403)
                for origin in [
                    "http://evil.example", "null", "http://127.0.0.1:8081", "http://127.0.0.1:8080.evil.example",
                ] {
                    let response = try await answer(
                        site, method, path, [host, (WebSite.changeHeader, "1"), ("Origin", origin)],
                        body: #"{"name":"new"}"#)
                    #expect(response.status == 403, "\(path) from \(origin)")
                }
            }
            #expect(try await cluster.data.metadata(nil).topics.isEmpty)
            let own = [host, (WebSite.changeHeader, "1"), ("Origin", "http://127.0.0.1:8080")]
            #expect(try await answer(site, .post, "/topics", own, body: #"{"name":"new"}"#).status == 200)
            #expect(try await cluster.data.metadata(nil).topics.map(\.name) == ["new"])
        }
    }

    @Test("Whoever has logged in sees what access control lists allow, and no more")
    func accessLists() async throws {
        let overrides = [
            ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
            ("super.users", "User:ANONYMOUS"),
        ]
        try await SmallCluster.with(overrides) { cluster in
            try await cluster.create("secret", partitions: 1)
            try await cluster.write("secret", 0, [(1000, "hidden words")])
            let site = site(cluster.broker, writes: true)
            let ann = Principal(name: "ann")
            for path in [
                "/topics", "/topics/secret", "/topics/secret/messages", "/topics/secret/messages/0/0/value",
                "/topics/secret/config", "/groups", "/transactions", "/acls", "/",
            ] {
                let response = try await answer(site, .get, path, as: ann)
                guard case .bytes(let bytes) = response.body else { continue }
                let text = String(buffer: bytes)
                #expect(!text.contains("hidden words"), "\(path)")
                if path == "/topics" { #expect(text.contains(#""count":0"#)) }
                if path.hasPrefix("/topics/secret") {
                    #expect((400..<500).contains(response.status), "\(path): \(text)")
                }
            }
            let own = [(WebSite.changeHeader, "1")]
            #expect(try await answer(site, .delete, "/topics/secret", own, as: ann).status >= 400)
            #expect(try await answer(site, .get, "/topics/secret").status == 200)
        }
    }

    @Test("A browser gets the page at any address, a program JSON, and the page may load nothing from elsewhere")
    func pageOrJSON() async throws {
        try await SmallCluster.with { cluster in
            let site = site(cluster.broker, writes: false)
            let page = try await answer(site, .get, "/topics/a%2Fb", [("Accept", "text/html,*/*;q=0.8")])
            #expect(page.status == 200)
            let policy = try #require(page.headers.first { $0.name == "Content-Security-Policy" }?.value)
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
            let program = try await answer(site, .get, "/topics/a%2Fb", [("Accept", "*/*")])
            #expect((400...404).contains(program.status))
            #expect(
                try await answer(site, .get, "/topics", [("Accept", "*/*")]).headers.contains {
                    $0.value == "application/json"
                })
        }
    }
}
