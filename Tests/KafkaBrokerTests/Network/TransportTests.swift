// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaBroker

extension Broker {
    /// A broker of which strangers are kept away.
    static func start(_ policy: ConnectionPolicy, _ options: Options = Options()) async throws -> Broker {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await BrokerStart(options: options, logger: quiet, policy: policy).run()
    }
}

@Suite("What a connection's transport can do")
struct TransportTests {
    private static let changing = Transport.changing { [TestCipherHandler()] }

    /// A batch of one record that nothing could compress.
    private static func batch(_ byteCount: Int) -> ByteBuffer {
        var random = SeededRandom(seed: UInt64(byteCount))
        var builder = RecordBatchBuilder(capacity: byteCount + 1024)
        (0..<byteCount / 8 + 1).map { _ in random.next() }.withUnsafeBytes {
            _ = builder.append(timestamp: 1_795_300_000_000, key: nil, value: $0)
        }
        return builder.finish(RecordBatchProperties())
    }

    private static func frame<Request: RequestMessage>(_ request: Request, _ version: Int16) throws -> ByteBuffer {
        var body = ByteBuffer()
        try RequestHeader(apiKey: Request.apiKey, apiVersion: version, correlationID: 7, clientID: "test")
            .encode(into: &body, isFlexible: Request.isFlexible(version))
        try request.encode(into: &body, version: version)
        return body
    }

    private static func produce(_ partition: Int32, _ batch: ByteBuffer) -> ProduceRequest {
        ProduceRequest {
            ($0.acks, $0.timeoutMs) = (-1, 10_000)
            $0.topicData = [
                .init {
                    $0.name = "orders"
                    $0.partitionData = [.init { ($0.index, $0.records) = (partition, .bytes(batch)) }]
                }
            ]
        }
    }

    private static func fetch(_ offset: Int64, _ maxBytes: Int32) -> FetchRequest {
        FetchRequest {
            ($0.maxWaitMs, $0.minBytes, $0.maxBytes) = (0, 1, maxBytes)
            $0.topics = [
                .init {
                    $0.topic = "orders"
                    $0.partitions = ([0, 1, 2] as [Int32]).map { partition in
                        .init {
                            ($0.partition, $0.fetchOffset) = (partition, offset)
                            $0.partitionMaxBytes = maxBytes
                        }
                    }
                }
            ]
        }
    }

    /// The answers that a broker gives to the same requests.
    private static func answers(_ transport: Transport, _ cipher: TestCipher?) async throws -> [ByteBuffer] {
        var policy = ConnectionPolicy()
        policy.transport = { _ in transport }
        var options = Broker.Options()
        options.overrides = [("message.max.bytes", "10000000")]
        let broker = try await Broker.start(policy, options)
        let connection = try BlockingConnection(broker.bootstrapServers, cipher: cipher)
        _ = try await broker.call(
            CreateTopicsRequest {
                $0.topics = [.init { ($0.name, $0.numPartitions, $0.replicationFactor) = ("orders", 3, 1) }]
            })
        var answers: [ByteBuffer] = []
        for (partition, byteCount) in [
            (0, 10), (0, 20_000), (0, 1_500_000), (1, 600_000), (2, 40_000), (1, 2_500_000),
        ] {
            answers.append(try await connection.exchange(frame(produce(Int32(partition), batch(byteCount)), 12)))
        }
        for (offset, byteCount) in [(0, 50_000_000), (1, 1000), (0, 30_000), (1, 2_000_000)] {
            answers.append(try await connection.exchange(frame(fetch(Int64(offset), Int32(byteCount)), 12)))
        }
        try await connection.close()
        try await broker.stop()
        return answers
    }

    @Test(
        "Large records are produced and fetched with the same bytes where memory can't be lent nor files' ranges sent")
    func sameBytes() async throws {
        let plain = try await Self.answers(.plaintext, nil)
        #expect(plain[6].readableBytes > 4_600_000, "everything was fetched")
        #expect(try await Self.answers(Self.changing, TestCipher()) == plain)
    }

    @Test("A response with records in their files is told its throttle time as well", arguments: [false, true])
    func throttledRecords(changes: Bool) async throws {
        struct Millisecond: QuotaSource {
            func throttleTimeMs(_ usage: RequestUsage, of client: QuotaClient) -> Int32 {
                usage.responseBytes > 300_000 ? 1 : 0
            }
        }
        var policy = ConnectionPolicy()
        policy.transport = { _ in changes ? Self.changing : .plaintext }
        policy.quotas = Millisecond()
        let broker = try await Broker.start(policy)
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders", partitions: 3)] })
        let batch = Self.batch(300_000)
        _ = try await broker.call(Self.produce(0, batch), version: 12)
        let connection = try BlockingConnection(broker.bootstrapServers, cipher: changes ? TestCipher() : nil)
        for _ in 0..<2 {
            let large = try await connection.send(Self.fetch(0, 1_000_000), version: 12)
            #expect(large.throttleTimeMs == 1)
            #expect(large.responses[0].partitions.map(\.records.byteCount) == [batch.readableBytes, 0, 0])
        }
        #expect(try await connection.send(Self.fetch(1, 1_000_000), version: 12).throttleTimeMs == 0)
        try await connection.close()
        try await broker.stop()
    }

    /// Takes what is flushed, and then nothing until it is told to.
    private final class SlowSocket: ChannelOutboundHandler {
        typealias OutboundIn = IOData

        func flush(context: ChannelHandlerContext) {
            context.flush()
            (context.channel as? EmbeddedChannel)?.isWritable = false
        }
    }

    /// Where the writer writes.
    private final class Sender: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
    }

    @Test("Records that must be read are read as the client takes them")
    func slowClient() async throws {
        let broker = try await Broker.start()
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders")] })
        for _ in 0..<2 {
            _ = try await broker.call(Self.produce(0, Self.batch(700_000)), version: 12)
        }
        let partition = try #require(broker.parts.logs.registry.partition("orders", 0))
        let slice = try partition.log.read(from: 0, maxBytes: 10_000_000, minOneBatch: true, isolation: .logEnd).slice
        #expect(slice.byteCount > 1_400_000)
        let written = try Self.write(slice)
        #expect(
            Array(buffer: written.bytes) == Array("head".utf8) + Array(buffer: try slice.read()) + Array("tail".utf8))
        #expect(written.largestPart <= (128 << 10) + 4)
        try await broker.stop()
    }

    /// All that comes out, and the most at a time.
    private static func write(_ slice: LogSlice) throws -> (bytes: ByteBuffer, largestPart: Int) {
        let channel = EmbeddedChannel(handler: SlowSocket())
        let writer = ResponseWriter(changing)
        try channel.pipeline.syncOperations.addHandler(Sender())
        let sender = try channel.pipeline.syncOperations.context(handlerType: Sender.self)
        try writer.write(
            [.bytes(ByteBuffer(string: "head")), .records(slice), .bytes(ByteBuffer(string: "tail"))], sender)
        var (bytes, largestPart) = (ByteBuffer(), 0)
        while true {
            writer.flush(sender)
            var part = ByteBuffer()
            while case .byteBuffer(let piece)? = try channel.readOutbound(as: IOData.self) {
                part.writeImmutableBuffer(piece)
            }
            largestPart = max(largestPart, part.readableBytes)
            bytes.writeBuffer(&part)
            if writer.isIdle { break }
            channel.isWritable = true
            try writer.resume(sender)
        }
        _ = try? channel.finish()
        return (bytes, largestPart)
    }
}
