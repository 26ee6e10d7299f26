// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaHTTP

@Suite("Routes")
struct HTTPRouterTests {
    private static let router: HTTPRouter = {
        var router = HTTPRouter()
        for (method, pattern) in [
            (HTTPRequest.Method.get, "/"), (.get, "/topics/{topic}"), (.get, "/topics/new"), (.post, "/topics"),
            (.get, "/topics/{topic}/records"), (.delete, "/topics/{topic}"), (.get, "/assets/{path...}"),
        ] {
            router.add(method, pattern) { _ in .text(pattern) }
        }
        return router
    }()

    private func pattern(_ method: HTTPRequest.Method, _ path: String) throws -> (String, [String: String])? {
        guard case .found(let route, let parameters) = Self.router.match(method, try #require(HTTPTarget(path)).pieces)
        else { return nil }
        return (route.pattern.text, parameters)
    }

    @Test("The pattern that says more is taken, and names stand for pieces")
    func patterns() throws {
        #expect(try pattern(.get, "/")! == ("/", [:]))
        #expect(try pattern(.get, "/topics/new")! == ("/topics/new", [:]))
        #expect(try pattern(.get, "/topics/a%2Fb")! == ("/topics/{topic}", ["topic": "a/b"]))
        #expect(try pattern(.head, "/topics/t/records")! == ("/topics/{topic}/records", ["topic": "t"]))
        #expect(try pattern(.get, "/assets/js/page.js")! == ("/assets/{path...}", ["path": "js/page.js"]))
        #expect(try pattern(.get, "/topics//records") == nil)
        #expect(try pattern(.get, "/topics/t/other") == nil)
    }

    @Test("Another method is told which there are")
    func methods() {
        guard case .wrongMethod(let allowed) = Self.router.match(.put, ["topics", "t"]) else {
            Issue.record("PUT is served")
            return
        }
        #expect(allowed == ["DELETE", "GET", "HEAD"])
        guard case .wrongMethod = Self.router.match(nil, ["topics"]) else {
            Issue.record("an unknown method is served")
            return
        }
    }
}
