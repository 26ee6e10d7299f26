// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaHTTP

@Suite("Requests of an HTTP connection", .timeLimit(.minutes(2)))
struct HTTPConnectionTests {
    private func request(_ line: String, _ fields: String..., body: String = "") -> String {
        "\(line) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    @Test("A request is answered, with what keeps a browser from more, and the connection stays")
    func keepAlive() async throws {
        let connection = try await TestConnection()
        for _ in 1...2 {
            let response = try await connection.response(to: request("GET /hello"))
            #expect(response.status == 200)
            #expect(response.body == "hello")
            #expect(response["date"] == "Sun, 06 Nov 1994 08:49:37 GMT")
            #expect(response["x-content-type-options"] == "nosniff")
            #expect(response["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(response["connection"] == nil)
        }
        #expect(connection.isOpen)
    }

    @Test("Requests that come at once are answered in order")
    func pipelining() async throws {
        let connection = try await TestConnection()
        try await connection.send(
            request("GET /hello") + request("GET /nothing") + request("POST /echo", "Content-Length: 3", body: "abc"))
        #expect(try await connection.response().body == "hello")
        #expect(try await connection.response().status == 404)
        #expect(try await connection.response().body == "abc")
    }

    @Test("A request may come byte by byte")
    func bytes() async throws {
        let connection = try await TestConnection()
        for byte in request("POST /echo", "Content-Length: 4", body: "abcd").unicodeScalars {
            try await connection.send(String(byte))
        }
        #expect(try await connection.response().body == "abcd")
    }

    @Test("HEAD has the header of GET, and no body", arguments: ["/hello", "/pieces", "/nothing"])
    func head(path: String) async throws {
        let connection = try await TestConnection()
        try await connection.send(request("HEAD \(path)"))
        let head = try await connection.receive { $0.contains("\r\n\r\n") }
        #expect(head.hasSuffix("\r\n\r\n"))
        #expect(head.lowercased().contains("content-length: 5") == (path == "/hello"))
        // What follows is the next response, and not a body.
        #expect(try await connection.response(to: request("GET /hello")).body == "hello")
    }

    @Test("A stream comes in chunks, and of HTTP/1.0 to the connection's end")
    func streams() async throws {
        let connection = try await TestConnection()
        let response = try await connection.response(to: request("GET /pieces"))
        #expect(response.body == "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
        #expect(try await connection.response(to: request("GET /hello")).body == "hello")
        try await connection.send("GET /pieces HTTP/1.0\r\n\r\n")
        let old = try await connection.receive { $0.contains("two") }
        #expect(old.hasSuffix("\r\n\r\nonetwo"))
        #expect(old.contains("Connection: close"))
        await connection.wait(.seconds(1))
        #expect(!connection.isOpen)
    }

    @Test("A stream that fails is torn off, so that nobody takes it for whole")
    func tornStream() async throws {
        let connection = try await TestConnection()
        try await connection.send(request("GET /torn"))
        let text = try await connection.receive { $0.contains("a part") }
        try await connection.channel.closeFuture.get()
        #expect(!text.contains("0\r\n\r\n"))
    }

    @Test("Whoever waits for 100 Continue gets it, unless the body is too large")
    func expectation() async throws {
        let connection = try await TestConnection()
        try await connection.send(request("POST /echo", "Content-Length: 2", "Expect: 100-continue"))
        #expect(try await connection.receive { $0.contains("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
        try await connection.send("ab")
        #expect(try await connection.response().body == "ab")
        try await connection.send(request("POST /echo", "Content-Length: 200", "Expect: 100-continue"))
        #expect(try await connection.response().status == 413)
    }

    @Test(
        "What can't be served is answered with why",
        arguments: [
            ("GET /nothing", [], 404), ("PUT /hello", [], 405), ("BREW /hello", [], 400), ("GET /%zz", [], 400),
            ("GET /broken", [], 409), ("GET /hello", ["Expect: tea"], 417), ("GET hello", [], 400),
            ("OPTIONS /hello", [], 204), ("OPTIONS *", [], 204),
        ] as [(String, [String], Int)])
    func problems(line: String, fields: [String], status: Int) async throws {
        let connection = try await TestConnection()
        try await connection.send(
            "\(line) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
        let head = try await connection.receive { $0.contains("\r\n\r\n") }
        #expect(Response(head).status == status)
        #expect(status != 405 || Response(head)["allow"] == "GET, HEAD, OPTIONS")
    }

    @Test("A problem is told in JSON to who asks for that")
    func jsonProblem() async throws {
        let connection = try await TestConnection()
        let response = try await connection.response(to: request("GET /broken", "Accept: application/json"))
        #expect(response.body == "{\"status\":409,\"message\":\"not now\"}\n")
    }

    @Test("A page can't add header fields with a line break")
    func headerInjection() async throws {
        let connection = try await TestConnection()
        let response = try await connection.response(to: request("GET /split"))
        #expect(response.status == 500)
        #expect(response["set-cookie"] == nil)
    }

    @Test("A name that isn't this machine's is refused, and so is what a page from elsewhere sends")
    func origins() async throws {
        let connection = try await TestConnection()
        func status(_ text: String) async throws -> Int { try await connection.response(to: text).status }
        #expect(try await status("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 403)
        #expect(try await status("GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n") == 403)
        #expect(try await status("GET /hello HTTP/1.1\r\n\r\n") == 400)
        #expect(try await status("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n") == 400)
        let own = try await TestConnection()
        func post(_ fields: String) async throws -> Int {
            try await TestConnection().response(
                to: "POST /echo HTTP/1.1\r\nHost: localhost:80\r\nContent-Length: 0\r\n\(fields)\r\n"
            ).status
        }
        #expect(try await post("") == 200)
        #expect(try await post("Origin: http://localhost:80\r\nSec-Fetch-Site: same-origin\r\n") == 200)
        #expect(try await post("Origin: http://localhost:81\r\n") == 403)
        #expect(try await post("Origin: https://localhost:80\r\n") == 403)
        #expect(try await post("Origin: null\r\n") == 403)
        #expect(try await post("Sec-Fetch-Site: cross-site\r\n") == 403)
        #expect(
            try await own.response(
                to: "GET /hello HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n"
            ).status == 200)
    }

    @Test("Who has to log in and doesn't is told so; what is open is for everybody")
    func logins() async throws {
        let connection = try await TestConnection(login: TestLogin())
        let refused = try await connection.response(to: request("GET /who"))
        #expect(refused.status == 401)
        #expect(refused["www-authenticate"] == "Basic realm=\"test\"")
        #expect(try await connection.response(to: request("GET /open")).status == 200)
        // alice:secret and alice:guess
        let right = try await connection.response(to: request("GET /who", "Authorization: Basic YWxpY2U6c2VjcmV0"))
        #expect(right.body == "User:alice")
        #expect(
            try await connection.response(to: request("GET /who", "Authorization: basic YWxpY2U6Z3Vlc3M=")).status
                == 401)
        #expect(try await connection.response(to: request("GET /who", "Authorization: Basic !")).status == 401)
        #expect(
            try await connection.response(to: request("GET /who", "Authorization: Bearer token")).body == "User:bearer")
    }

    private struct TestLogin: HTTPLogin {
        var challenges: [String] { ["Basic realm=\"test\""] }

        func check(_ credentials: HTTPCredentials, from host: String) async -> HTTPLoginOutcome {
            switch credentials {
            case .basic("alice", "secret"): .principal(Principal(name: "alice"))
            case .bearer("token"): .principal(Principal(name: "bearer"))
            default: .refused(delayMs: 1)
            }
        }
    }
}
