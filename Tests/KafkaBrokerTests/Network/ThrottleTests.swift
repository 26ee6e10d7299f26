// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import KafkaBroker

/// One connection without a socket, on a loop whose time goes by when the test says so.
@Suite("Clients that use more than their share")
struct ThrottleTests {
    /// Says what it is told to, once for each request, and keeps what it was asked.
    private final class Quotas: QuotaSource {
        let answers: Mutex<[Int32]>
        let asked = Mutex<[String]>([])

        init(_ answers: [Int32]) { self.answers = Mutex(answers) }

        func throttleTimeMs(
            _ apiKey: APIKey, requestBytes: Int, responseBytes: Int, of principal: Principal, clientID: String?
        ) -> Int32 {
            asked.withLock {
                $0.append("\(apiKey) \(requestBytes) \(responseBytes) \(principal) \(clientID ?? "null")")
            }
            return answers.withLock { $0.isEmpty ? 0 : $0.removeFirst() }
        }
    }

    private struct Heartbeats: RequestHandler {
        func handle(_ request: HeartbeatRequest, _ context: RequestContext, _ reply: Reply<HeartbeatResponse>) {
            if request.groupID.isEmpty { reply.withoutResponse() } else { reply(HeartbeatResponse()) }
        }
    }

    /// Counts the reads that reach the socket.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private let quotas: Quotas
    private let channel = EmbeddedChannel()
    private let socket = Reads()

    init() { quotas = Quotas([]) }

    private func connect(_ times: Int32...) throws {
        quotas.answers.withLock { $0 = times }
        var policy = ConnectionPolicy()
        policy.quotas = quotas
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let handler = ConnectionHandler(
            dispatch: DispatchTable([Heartbeats()]),
            connection: ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1", policy: policy),
            transport: .plaintext,
            shared: SocketServer.Shared(
                maximumRequestBytes: 1000, maxIdleMs: -1, policy: policy, memory: RequestMemory(limit: 1 << 20),
                warnings: RepeatedWarnings(quiet), logger: quiet))
        try channel.pipeline.syncOperations.addHandlers([socket, handler])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
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

    @Test("One is answered at once and told the time, and only then its next request is served")
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
        #expect(quotas.asked.withLock { $0 } == Array(repeating: "Heartbeat 23 14 User:ANONYMOUS me", count: 3))
    }

    @Test("Nothing is read from one meanwhile")
    func readNothing() throws {
        try connect(500)
        channel.pipeline.read()
        let before = socket.count
        try send(1)
        channel.pipeline.read()
        #expect(socket.count == before)
        pass(500)
        #expect(socket.count == before + 1)
        #expect(try answers() == [[1, 500]])
    }

    @Test("Versions without the time, and requests without an answer, make a client wait as well")
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

    @Test("A connection that closes meanwhile is gone")
    func closed() throws {
        try connect(500)
        try send(1)
        try send(2)
        #expect(try answers() == [[1, 500]])
        try channel.close().wait()
        pass(1000)
        #expect(try answers() == [])
    }
}
