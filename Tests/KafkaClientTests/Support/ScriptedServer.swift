// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

@testable import KafkaClient

/// A server that answers requests as a test says, right or wrong.
final class ScriptedServer: Sendable {
    enum Action: Sendable {
        case send(ByteBuffer)
        /// Sends after a while.
        case sendLater(ByteBuffer, Duration)
        case close
    }

    struct Request: Sendable {
        /// Connections count from 0.
        var connection: Int
        var apiKey: APIKey
        var version: Int16
        var correlationID: Int32
        var clientID: String?
        /// What follows the header.
        var body: ByteBuffer

        func decode<R: RequestMessage>(_ type: R.Type) -> R {
            do { return try R.decode(body, version: version) } catch { fatalError("\(type): \(error)") }
        }

        /// A frame that answers this request.
        func reply(_ response: some ResponseMessage, version: Int16? = nil, correlationID: Int32? = nil) -> Action {
            var frame = ByteBuffer()
            frame.writeInteger(Int32(0))
            let version = version ?? self.version
            let isFlexible = type(of: response).isFlexible(version)
            ResponseHeader.encode(
                correlationID: correlationID ?? self.correlationID,
                hasTaggedFields: ResponseHeader.hasTaggedFields(apiKey, isFlexible: isFlexible), into: &frame)
            do { try response.encode(into: &frame, version: version) } catch { fatalError("\(response): \(error)") }
            frame.setInteger(Int32(frame.readableBytes - 4), at: 0)
            return .send(frame)
        }
    }

    typealias Script = @Sendable (Request) -> [Action]

    let address: BrokerAddress
    private let channel: any Channel
    private let children: Children

    private final class Children: Sendable {
        let channels = Mutex<[any Channel]>([])
        let count = Atomic(0)
    }

    private init(_ channel: any Channel, _ children: Children) {
        self.channel = channel
        self.children = children
        address = BrokerAddress(host: "127.0.0.1", port: channel.localAddress!.port!)
    }

    var connections: Int { children.count.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - greeting: sent as soon as a connection opens.
    ///   - apis: what it says it has, besides ApiVersions; nil leaves that to the script.
    ///   - script: called for each request.
    static func start(
        port: Int = 0, greeting: ByteBuffer? = nil, serving apis: [any RequestMessage.Type]? = nil,
        _ script: @escaping Script
    ) async throws -> ScriptedServer {
        let versions = apis.map { ApiVersionsResponse.serving([ApiVersionsRequest.self] + $0) }
        let script: Script = { request in
            if let versions, request.apiKey == .apiVersions { return [request.reply(versions)] }
            return script(request)
        }
        let children = Children()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = children.count.add(1, ordering: .relaxed).oldValue
                    children.channels.withLock { $0.append(channel) }
                    try channel.pipeline.syncOperations.addHandler(Handler(number, greeting, channel.eventLoop, script))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return ScriptedServer(channel, children)
    }

    /// Closes the connections that are open now.
    func dropConnections() {
        for channel in children.channels.withLock({ $0 }) { channel.close(promise: nil) }
    }

    func stop() async {
        try? await channel.close().get()
        dropConnections()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let number: Int
        private let greeting: ByteBuffer?
        private let script: Script
        private var reader = FrameReader(maxFrameBytes: 1 << 30)
        private var last: EventLoopFuture<Void>

        init(_ number: Int, _ greeting: ByteBuffer?, _ loop: any EventLoop, _ script: @escaping Script) {
            last = loop.makeSucceededVoidFuture()
            self.number = number
            self.greeting = greeting
            self.script = script
        }

        func channelActive(context: ChannelHandlerContext) {
            if let greeting { context.writeAndFlush(wrapOutboundOut(greeting), promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let channel = context.channel
            reader.feed(unwrapInboundIn(data))
            while let frame = try? reader.next() { try? serve(frame, channel) }
        }

        private func serve(_ frame: ByteBuffer, _ channel: any Channel) throws {
            var body = frame
            var header = try RequestHeader(decoding: &body)
            let flexible = Self.isFlexible(header)
            try header.finish(&body, isFlexible: flexible)
            let request = Request(
                connection: number, apiKey: header.apiKey, version: header.apiVersion,
                correlationID: header.correlationID, clientID: header.clientID, body: body)
            for action in script(request) {
                switch action {
                case .send(let bytes): send(bytes, .zero, channel)
                case .sendLater(let bytes, let delay): send(bytes, delay, channel)
                case .close: channel.close(promise: nil)
                }
            }
        }

        /// Answers keep their order, so that a late one holds up those that follow.
        private func send(_ bytes: ByteBuffer, _ delay: Duration, _ channel: any Channel) {
            let loop = channel.eventLoop
            last = last.flatMap {
                delay > .zero ? loop.scheduleTask(in: delay.timeAmount) {}.futureResult : loop.makeSucceededVoidFuture()
            }.map {
                channel.writeAndFlush(bytes, promise: nil)
            }
        }

        private static func isFlexible(_ header: RequestHeader) -> Bool {
            let since: [APIKey: Int16?] = [
                .apiVersions: ApiVersionsRequest.flexibleSince, .metadata: MetadataRequest.flexibleSince,
                .produce: ProduceRequest.flexibleSince, .fetch: FetchRequest.flexibleSince,
                .initProducerID: InitProducerIdRequest.flexibleSince, .listOffsets: ListOffsetsRequest.flexibleSince,
                .findCoordinator: FindCoordinatorRequest.flexibleSince,
                .addPartitionsToTxn: AddPartitionsToTxnRequest.flexibleSince,
                .endTxn: EndTxnRequest.flexibleSince,
            ]
            guard case .some(.some(let version)) = since[header.apiKey] else { return false }
            return header.apiVersion >= version
        }
    }
}

extension ApiVersionsResponse {
    /// Those of the given APIs, in all versions that there are.
    static func serving(_ apis: [any RequestMessage.Type]) -> ApiVersionsResponse {
        ApiVersionsResponse {
            $0.apiKeys = apis.map { api in
                ApiVersionsResponse.ApiVersion {
                    $0.apiKey = api.apiKey.rawValue
                    $0.minVersion = api.versions.lowerBound
                    $0.maxVersion = api.versions.upperBound
                }
            }
        }
    }
}
