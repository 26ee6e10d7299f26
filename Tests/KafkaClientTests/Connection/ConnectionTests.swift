// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Testing

@testable import KafkaClient

@Suite struct ConnectionTests {
    private static let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func open(_ address: BrokerAddress, timeout: Duration = .seconds(60)) async throws(ClientError)
        -> Connection
    {
        var configuration = ClientConfiguration()
        configuration.clientID = "tester"
        configuration.requestTimeout = .seconds(60)
        return try await Connection.open(
            to: address, on: Self.loop, settings: ConnectionSettings(configuration), timeout: timeout)
    }

    private func failure(_ body: () async throws(ClientError) -> some Any) async -> ClientError? {
        do throws(ClientError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    private static let versions = ApiVersionsResponse.serving([ApiVersionsRequest.self, MetadataRequest.self])

    @Test("A broker that lacks our version of ApiVersions is asked again in its own (KIP-511)")
    func versionFallback() async throws {
        let server = try await ScriptedServer.start { request in
            guard request.apiKey == .apiVersions else {
                return [request.reply(MetadataResponse { $0.clusterID = request.clientID })]
            }
            if request.version > 3 {
                var refusal = ApiVersionsResponse { $0.errorCode = .unsupportedVersion }
                refusal.apiKeys = [
                    ApiVersionsResponse.ApiVersion {
                        $0.apiKey = 18
                        $0.maxVersion = 3
                    }
                ]
                return [request.reply(refusal, version: 0)]
            }
            var limited = Self.versions
            limited.apiKeys[1].maxVersion = 5
            return [request.reply(limited)]
        }
        let connection = try await open(server.address)
        #expect(try connection.version(of: MetadataRequest.self) == 5)
        let response = try await connection.send(MetadataRequest())
        #expect(response.clusterID == "tester")
        let error = await failure { () throws(ClientError) in try await connection.send(CreateTopicsRequest()) }
        #expect(error?.kind == .unsupported(.createTopics))
        #expect(error?.message == "broker \(server.address) does not support CreateTopics")
        connection.close()
        await server.stop()
    }

    @Test("Requests are pipelined, and answers belong to theirs")
    func pipelining() async throws {
        let server = try await ScriptedServer.start { request in
            if request.apiKey == .apiVersions { return [request.reply(Self.versions)] }
            let topics = request.decode(MetadataRequest.self).topics ?? []
            return [request.reply(MetadataResponse { $0.clusterID = topics.first?.name ?? "" })]
        }
        let connection = try await open(server.address)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let request = MetadataRequest {
                        $0.topics = [MetadataRequest.Topic { $0.name = "t\(index)" }]
                    }
                    let found = try await connection.send(request).clusterID
                    #expect(found == "t\(index)")
                }
            }
            try await group.waitForAll()
        }
        connection.close()
        await server.stop()
    }

    @Test("A refused connection, an unknown host and a silent server are named with host, port and cause")
    func unreachable() async throws {
        let server = try await ScriptedServer.start { _ in [] }
        let silent = await failure { () throws(ClientError) in
            try await open(server.address, timeout: .milliseconds(300))
        }
        #expect(silent?.message == "can't reach \(server.address): connected, but no answer within 300 ms")
        await server.stop()
        let refused = await failure { () throws(ClientError) in try await open(server.address) }
        #expect(refused?.message == "can't reach \(server.address): connection refused; no broker listens there")
        #expect(refused?.kind == .connection)
        let unknown = await failure { () throws(ClientError) in
            try await open(BrokerAddress(host: "no.such.host.invalid", port: 9092))
        }
        #expect(unknown?.message == "can't reach no.such.host.invalid:9092: unknown host no.such.host.invalid")
    }

    @Test("A listener that speaks TLS, a web server and garbage are told apart")
    func otherProtocols() async throws {
        let cases: [(greeting: ByteBuffer, kind: ClientError.Kind, word: String)] = [
            (ByteBuffer(bytes: [0x15, 3, 3, 0, 2, 2, 70]), .tlsExpected, "speaks TLS"),
            (ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"), .invalidResponse, "web server"),
            (
                ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 1, 2, 3]), .invalidResponse,
                "does not speak Kafka's protocol"
            ),
            (ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 99]), .invalidResponse, "does not speak Kafka's protocol"),
        ]
        for (greeting, kind, word) in cases {
            let server = try await ScriptedServer.start { request in [.send(greeting)] }
            let error = await failure { () throws(ClientError) in try await open(server.address) }
            #expect(error?.kind == kind)
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
            await server.stop()
        }
    }

    @Test("A server that closes before it answers may want TLS or a login, and the error says so")
    func closedAtOnce() async throws {
        let server = try await ScriptedServer.start { _ in [.close] }
        let error = await failure { () throws(ClientError) in try await open(server.address) }
        #expect(error?.kind == .connection)
        #expect(error?.message.contains("security.protocol") == true)
        await server.stop()
    }

    @Test("A wrong correlation id, a broken answer and a lost connection fail every request that waits")
    func brokenAnswers() async throws {
        for mode in 0..<3 {
            let server = try await ScriptedServer.start { request in
                if request.apiKey == .apiVersions { return [request.reply(Self.versions)] }
                switch mode {
                case 0: return [request.reply(MetadataResponse(), correlationID: 4711)]
                case 1:
                    var frame = ByteBuffer()
                    frame.writeInteger(Int32(6))
                    frame.writeInteger(request.correlationID)
                    frame.writeInteger(Int16(-1))
                    return [.send(frame)]
                default: return [.close]
                }
            }
            let connection = try await open(server.address)
            let error = await failure { () throws(ClientError) in try await connection.send(MetadataRequest()) }
            #expect(error?.kind == (mode == 2 ? .connection : .invalidResponse), "\(error?.message ?? "")")
            #expect(error?.message.contains("\(server.address)") == true)
            connection.close()
            await server.stop()
        }
    }

    @Test("A broker that does not answer in time costs the request, and the connection with it")
    func slow() async throws {
        let server = try await ScriptedServer.start { request in
            request.apiKey == .apiVersions ? [request.reply(Self.versions)] : []
        }
        let connection = try await open(server.address)
        let error = await failure { () throws(ClientError) in
            try await connection.send(MetadataRequest(), timeout: .milliseconds(200))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.message == "broker \(server.address) did not answer Metadata in time")
        await server.stop()
    }

    @Test("A cancelled task stops waiting, and the connection lives on")
    func cancellation() async throws {
        let server = try await ScriptedServer.start { request in
            if request.apiKey == .apiVersions { return [request.reply(Self.versions)] }
            guard case .send(let bytes) = request.reply(MetadataResponse()) else { return [] }
            return [.sendLater(bytes, .milliseconds(300))]
        }
        let connection = try await open(server.address)
        let task = Task { await failure { () throws(ClientError) in try await connection.send(MetadataRequest()) } }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        _ = try await connection.send(MetadataRequest())
        connection.close()
        await server.stop()
    }

    @Test("Record batches go out as they are, between the pieces of the request")
    func gatheredFrame() throws {
        let batches = [ByteBuffer(string: "first batch"), ByteBuffer(string: "second")]
        let request = ProduceRequest {
            $0.acks = -1
            $0.topicData = [
                ProduceRequest.Topic {
                    $0.name = "orders"
                    $0.partitionData = batches.enumerated().map { index, batch in
                        ProduceRequest.Partition {
                            $0.index = Int32(index)
                            $0.records = .deferred(byteCount: batch.readableBytes)
                        }
                    }
                }
            ]
        }
        var inline = request
        for index in batches.indices {
            inline.topicData[0].partitionData[index].records = .bytes(batches[index])
        }
        for version in ProduceRequest.versions {
            let pieces = try Connection.frame(
                request, version: version, correlationID: 9, clientID: "c", records: batches,
                BrokerAddress(host: "h", port: 1))
            #expect(pieces.contains(batches[0]) && pieces.contains(batches[1]))
            var joined = ByteBuffer()
            for piece in pieces { joined.writeImmutableBuffer(piece) }
            let whole = try Connection.frame(
                inline, version: version, correlationID: 9, clientID: "c", records: [],
                BrokerAddress(host: "h", port: 1))
            #expect(joined == whole[0])
        }
    }
}
