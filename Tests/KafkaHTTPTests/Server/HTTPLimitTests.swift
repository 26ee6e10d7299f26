// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import KafkaHTTP

@Suite("What clients of HTTP may take", .timeLimit(.minutes(2)))
struct HTTPLimitTests {
    private func post(_ fields: String, _ body: String = "") -> String {
        "POST /echo HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\r\n\(body)"
    }

    @Test("A body that is too long is refused before it is read, however it comes")
    func bodies() async throws {
        var connection = try await TestConnection()
        #expect(try await connection.response(to: post("Content-Length: 101")).status == 413)
        connection = try await TestConnection()
        let long = String(repeating: "x", count: 101)
        let response = try await connection.response(to: post("Transfer-Encoding: chunked", "65\r\n\(long)\r\n"))
        #expect(response.status == 413)
        #expect(response["connection"] == "close")
        await connection.wait(.seconds(1))
        #expect(!connection.isOpen)
        #expect(connection.service.take(connection.service.limits.bodiesBytes))
    }

    @Test("Bodies of all connections have a limit together, and what is served is given back")
    func allBodies() async throws {
        var limits = HTTPLimits()
        limits.bodiesBytes = 50
        let connection = try await TestConnection(limits: limits)
        for _ in 1...3 {
            #expect(
                try await connection.response(to: post("Content-Length: 40", String(repeating: "x", count: 40))).status
                    == 200)
        }
        #expect(connection.service.take(20))
        #expect(
            try await connection.response(to: post("Content-Length: 40", String(repeating: "x", count: 40))).status
                == 503)
    }

    @Test("A header that is too long is refused")
    func headers() async throws {
        let long = String(repeating: "x", count: 40_000)
        var connection = try await TestConnection()
        #expect(try await connection.response(to: "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: \(long)").status == 431)
        connection = try await TestConnection()
        let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
        #expect(
            try await connection.response(to: "GET /hello HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n").status == 431)
        connection = try await TestConnection()
        let address = String(repeating: "x", count: 9000)
        #expect(try await connection.response(to: "GET /\(address) HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 414)
        connection = try await TestConnection()
        #expect([414, 431].contains(try await connection.response(to: "GET /\(long)").status))
    }

    @Test(
        "What two servers could read in two ways is refused, and nothing behind it is served",
        arguments: [
            "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
            "Content-Length: 3\r\nContent-Length: 4", "Content-Length: +3", "Content-Length: -3", "Content-Length: 3 4",
            "Content-Length: 99999999999999999999", "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding : chunked", "Content-Length : 3", " Content-Length: 3", "X: a\r\n Content-Length: 3",
            "Content-Length: 3\n", "X: a\u{0}b", "X\u{1}: a",
        ])
    func smuggling(fields: String) async throws {
        let connection = try await TestConnection()
        try await connection.send(post(fields, "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        let text = try await connection.receive { $0.contains("\r\n\r\n") }
        #expect((400..<500).contains(Response(text).status))
        await connection.wait(.seconds(40))
        #expect(!connection.isOpen)
        let rest = try await connection.channel.readOutbound(as: IOData.self)
        if case .byteBuffer(let bytes)? = rest { #expect(!String(buffer: bytes).contains("hello")) }
    }

    @Test(
        "Chunks that are none end the connection",
        arguments: ["zz\r\n", "5\r\nabc", "-1\r\n", "ffffffffffffffffff\r\n", "3\r\nabcdef\r\n", "3;\u{1}\r\nabc\r\n"])
    func chunks(body: String) async throws {
        let connection = try await TestConnection()
        try await connection.send(post("Transfer-Encoding: chunked", body))
        await connection.wait(.seconds(60))
        await connection.wait(.seconds(60))
        #expect(!connection.isOpen)
    }

    @Test(
        "What isn't HTTP ends the connection",
        arguments: [
            "\u{16}\u{3}\u{1}\u{2}\u{0}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "GET /\r\n\r\n",
        ])
    func foreign(bytes: String) async throws {
        let connection = try await TestConnection()
        try await connection.send(bytes)
        await connection.wait(.seconds(60))
        await connection.wait(.seconds(60))
        #expect(!connection.isOpen)
    }

    // MARK: Time

    @Test("A header has to come to its end in time, a body too, and an idle connection ends")
    func slowness() async throws {
        var connection = try await TestConnection()
        await connection.wait(.seconds(9))
        #expect(connection.isOpen)
        await connection.wait(.seconds(2))
        #expect(!connection.isOpen)

        connection = try await TestConnection()
        try await connection.send("GET /hel")
        await connection.wait(.seconds(11))
        #expect(try await connection.receive { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 408"))
        #expect(!connection.isOpen)

        connection = try await TestConnection()
        try await connection.send(post("Content-Length: 5", "ab"))
        await connection.wait(.seconds(15))
        #expect(connection.isOpen)
        await connection.wait(.seconds(6))
        #expect(try await connection.response().status == 408)

        connection = try await TestConnection()
        _ = try await connection.response(to: "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await connection.wait(.seconds(100))
        #expect(connection.isOpen)
        try await connection.send("GET /hel")
        await connection.wait(.seconds(11))
        #expect(!connection.isOpen)

        connection = try await TestConnection()
        _ = try await connection.response(to: "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await connection.wait(.seconds(121))
        #expect(!connection.isOpen)
    }

    // MARK: Streams

    /// What a stream of the test has come to.
    private final class Progress: Sendable {
        let written = Atomic<Int>(0)
        let ended = AsyncStream<String>.makeStream()
    }

    private func stream(_ progress: Progress) async throws -> TestConnection {
        try await TestConnection { router in
            router.add(.get, "/tail") { _ in
                HTTPResponse(
                    body: .stream { writer in
                        do {
                            while true {
                                try await writer.write("piece")
                                progress.written.add(1, ordering: .relaxed)
                            }
                        } catch {
                            progress.ended.continuation.yield("\(type(of: error))")
                            throw error
                        }
                    })
            }
        }
    }

    @Test("A stream waits while the client takes nothing, and goes on when it does")
    func backPressure() async throws {
        let progress = Progress()
        let connection = try await stream(progress)
        connection.channel.isWritable = false
        try await connection.send("GET /tail HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try await connection.receive { $0.contains("piece") }
        #expect(progress.written.load(ordering: .relaxed) == 0)
        try await connection.setWritable(true)
        _ = try await connection.receive { $0.ranges(of: "piece").count > 2 }
        try await connection.channel.close().get()
        #expect(await progress.ended.stream.first { _ in true } == "CancellationError")
    }

    @Test("A stream ends when its client goes away, and when it takes nothing for too long")
    func goneClients() async throws {
        let progress = Progress()
        let connection = try await stream(progress)
        connection.channel.isWritable = false
        try await connection.send("GET /tail HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try await connection.receive { $0.contains("piece") }
        await connection.wait(.seconds(31))
        #expect(!connection.isOpen)
        #expect(await progress.ended.stream.first { _ in true } == "CancellationError")
    }
}

extension TestConnection {
    func setWritable(_ isWritable: Bool) async throws {
        try await channel.testingEventLoop.executeInContext {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
        }
    }
}
