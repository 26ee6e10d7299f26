// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaHTTP

/// A connection of the server without a socket, on a loop whose clock the test moves.
struct TestConnection {
    let channel: NIOAsyncTestingChannel
    let service: HTTPService

    init(
        limits: HTTPLimits = HTTPLimits(), login: (any HTTPLogin)? = nil, isEncrypted: Bool = false,
        _ routes: @Sendable (inout HTTPRouter) -> Void = Self.routes
    ) async throws {
        var router = HTTPRouter()
        routes(&router)
        let service = HTTPService(
            router: router, login: login, hosts: HostRule(listeningOn: "127.0.0.1"), limits: limits,
            isEncrypted: isEncrypted, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { 784_111_777_000 })
        self.service = service
        channel = NIOAsyncTestingChannel()
        let channel = channel
        try await channel.testingEventLoop.executeInContext {
            _ = try HTTPServer.addHandlers(to: channel, service)
        }
        try await channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    }

    @Sendable static func routes(_ router: inout HTTPRouter) {
        router.add(.get, "/hello") { _ in .text("hello") }
        router.add(.get, "/who") { .text("\($0.principal)") }
        router.add(.post, "/echo", maxBodyBytes: 100) { HTTPResponse(type: "text/plain", $0.body) }
        router.add(.get, "/open", access: .open) { _ in .text("open") }
        router.add(.get, "/split") { _ in HTTPResponse(headers: [("X-Name", "a\r\nSet-Cookie: b=c")]) }
        router.add(.get, "/broken") { _ in throw HTTPProblem(409, "not now") }
        router.add(.get, "/pieces") { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write("one")
                    try await writer.write("two")
                })
        }
        router.add(.get, "/torn") { _ in
            HTTPResponse(
                body: .stream { writer in
                    try await writer.write("a part")
                    throw HTTPProblem(500, "the rest is gone")
                })
        }
    }

    func send(_ text: String) async throws {
        _ = try await channel.writeInbound(ByteBuffer(string: text))
    }

    /// What was sent, from where the last call ended until the condition holds.
    func receive(until isEnough: (String) -> Bool) async throws -> String {
        var text = ""
        while !isEnough(text) {
            switch try await channel.waitForOutboundWrite(as: IOData.self) {
            case .byteBuffer(let bytes): text += String(buffer: bytes)
            case .fileRegion: Issue.record("a file is sent")
            }
        }
        return text
    }

    /// The next response: its header, and its body as it was sent.
    func response() async throws -> Response {
        let head = try await receive { $0.contains("\r\n\r\n") }
        var response = Response(head)
        if let length = response["content-length"].flatMap({ Int($0) }), response.hasBody {
            response.body += try await receive { response.body.utf8.count + $0.utf8.count >= length }
        } else if response["transfer-encoding"] == "chunked" {
            response.body += try await receive { (response.body + $0).hasSuffix("0\r\n\r\n") }
        }
        return response
    }

    func response(to request: String) async throws -> Response {
        try await send(request)
        return try await response()
    }

    var isOpen: Bool { channel.isActive }

    func wait(_ time: TimeAmount) async { await channel.testingEventLoop.advanceTime(by: time) }
}

struct Response {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: String

    init(_ text: String) {
        let end = text.range(of: "\r\n\r\n")!
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":")!
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingPrefix(" ").description)
        }
        body = String(text[end.upperBound...])
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Of one to HEAD the test knows itself.
    var hasBody: Bool { status != 204 && status >= 200 }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
