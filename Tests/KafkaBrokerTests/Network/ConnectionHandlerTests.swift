// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import KafkaBroker

/// One connection without a socket, on a loop whose time goes by when the test says so.
@Suite("A connection, request by request")
struct ConnectionHandlerTests {
    /// Says what it is told to, once for each request, and keeps what it was asked.
    private final class Quotas: QuotaSource {
        let answers: Mutex<[Int32]>
        let asked = Mutex<[String]>([])

        init(_ answers: [Int32]) { self.answers = Mutex(answers) }

        func throttleTimeMs(_ usage: RequestUsage, of client: QuotaClient) -> Int32 {
            asked.withLock {
                $0.append(
                    "\(usage.apiKey) \(usage.requestBytes) \(usage.responseBytes) \(client.user) \(client.clientID)")
            }
            return answers.withLock { $0.isEmpty ? 0 : $0.removeFirst() }
        }
    }

    private struct Heartbeats: RequestHandler {
        func handle(_ request: HeartbeatRequest, _ context: RequestContext, _ reply: Reply<HeartbeatResponse>) {
            switch request.groupID {
            case "": reply.withoutResponse()
            case "bad": reply.close(reason: "it is bad")
            default: reply(HeartbeatResponse())
            }
        }
    }

    /// Counts the reads that reach the socket, and takes its time to close.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var readCount = 0
        var isClosing = false

        func read(context: ChannelHandlerContext) {
            readCount += 1
            context.read()
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            isClosing = true
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .seconds(5)) { bound.value.close(mode: mode, promise: promise) }
        }
    }

    private let quotas: Quotas
    private let channel = EmbeddedChannel()
    private let socket = Socket()

    init() { quotas = Quotas([]) }

    @discardableResult
    private func connect(_ times: Int32..., maximumRequestBytes: Int = 1000) throws -> ConnectionHandler {
        quotas.answers.withLock { $0 = times }
        var policy = ConnectionPolicy()
        policy.quotas = quotas
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let handler = ConnectionHandler(
            dispatch: DispatchTable([Heartbeats()]),
            connection: ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1", policy: policy),
            transport: .plaintext,
            shared: SocketServer.Shared(
                maximumRequestBytes: maximumRequestBytes, maxIdleMs: -1, policy: policy,
                memory: RequestMemory(limit: 1 << 20),
                warnings: RepeatedWarnings(quiet), logger: quiet, requestLogger: quiet))
        try channel.pipeline.syncOperations.addHandlers([socket, handler])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return handler
    }

    private func send(_ correlationID: Int32, group: String = "g", version: Int16 = 3) throws {
        var body = ByteBuffer()
        try RequestHeader(apiKey: .heartbeat, apiVersion: version, correlationID: correlationID, clientID: "me")
            .encode(into: &body, isFlexible: false)
        try HeartbeatRequest { $0.groupID = group }.encode(into: &body, version: version)
        var frame = ByteBuffer(integer: Int32(body.readableBytes))
        frame.writeBuffer(&body)
        try channel.writeInbound(frame)
    }

    /// The correlation ids and throttle times that were answered.
    private func answers(version: Int16 = 3) throws -> [[Int32]] {
        var answers: [[Int32]] = []
        while case .byteBuffer(var frame)? = try channel.readOutbound(as: IOData.self) {
            let correlationID = frame.readMultipleIntegers(as: (Int32, Int32).self)?.1 ?? -1
            answers.append([correlationID, try HeartbeatResponse.decode(frame, version: version).throttleTimeMs])
        }
        return answers
    }

    private func pass(_ milliseconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds)) }

    @Test(
        "A client that uses more than its share is answered at once and told the time; then its next request is served")
    func muted() throws {
        try connect(500, 0)
        try send(1)
        try send(2)
        try send(3)
        #expect(try answers() == [[1, 500]])
        pass(499)
        #expect(try answers() == [])
        pass(1)
        #expect(try answers() == [[2, 0], [3, 0]])
        #expect(quotas.asked.withLock { $0 } == Array(repeating: "Heartbeat 23 14 ANONYMOUS me", count: 3))
    }

    @Test("Nothing is read meanwhile from a client that uses more than its share")
    func readNothing() throws {
        try connect(500)
        channel.pipeline.read()
        let before = socket.readCount
        try send(1)
        channel.pipeline.read()
        #expect(socket.readCount == before)
        pass(500)
        #expect(socket.readCount == before + 1)
        #expect(try answers() == [[1, 500]])
    }

    @Test("Versions without a throttle time, and requests without an answer, make a client wait as well")
    func untold() throws {
        try connect(500, 300)
        try send(1, version: 0)
        try send(2, group: "")
        try send(3)
        #expect(try answers(version: 0) == [[1, 0]])
        pass(500)
        pass(299)
        #expect(try answers() == [])
        pass(1)
        #expect(try answers() == [[3, 0]])
    }

    @Test("A client that is gone while it has to wait is served nothing more")
    func gone() throws {
        try connect(500)
        try send(1)
        try send(2)
        #expect(try answers() == [[1, 500]])
        channel.close(promise: nil)
        pass(5000)
        #expect(try answers() == [])
        #expect(quotas.asked.withLock(\.count) == 1)
    }

    @Test("Nothing is read or served any more while a connection closes, however long its transport takes")
    func closing() throws {
        try connect()
        try send(1)
        #expect(try answers() == [[1, 0]])
        try send(2, group: "bad")
        #expect(socket.isClosing)
        let readCount = socket.readCount
        try send(3)
        channel.pipeline.read()
        pass(4999)
        #expect(socket.readCount == readCount && channel.isActive)
        #expect(quotas.asked.withLock(\.count) == 1)
        pass(1)
        #expect(!channel.isActive)
        #expect(try answers() == [])
    }

    @Test("Before it has logged in, a client may send little at a time, and afterwards what all may")
    func smallBeforeLogin() throws {
        let handler = try connect(maximumRequestBytes: 1 << 20)
        handler.expectLogin()
        try send(1)
        #expect(try answers() == [[1, 0]])
        handler.loggedIn()
        try send(2, group: String(repeating: "g", count: 30_000))
        try channel.writeInbound(ByteBuffer(integer: Int32(600_000)))
        pass(60_000)
        #expect(channel.isActive)
    }

    @Test("A large frame before the login closes the connection")
    func largeBeforeLogin() throws {
        try connect(maximumRequestBytes: 1 << 20).expectLogin()
        try channel.writeInbound(ByteBuffer(integer: Int32(600_000)))
        #expect(socket.isClosing)
    }

    @Test("A client that doesn't log in is closed in time, however busy it is")
    func slowLogin() throws {
        try connect().expectLogin()
        for second in 1..<30 {
            pass(1000)
            try send(Int32(second))
        }
        #expect(!socket.isClosing)
        pass(1000)
        #expect(socket.isClosing)
    }
}
