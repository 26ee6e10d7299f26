// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// One node on a port of its own, which answers as a test says.
final class FakeNode: Sendable {
    /// The encoded answer to an encoded request; nil closes the connection.
    typealias Answer = @Sendable (APIKey, Int16, ByteBuffer) throws -> ByteBuffer?

    let port: Int
    private let channel: any Channel
    private let connections: Connections

    private final class Connections: Sendable {
        let channels = Mutex<[any Channel]>([])
    }

    /// - Parameter apis: the requests that it may get.
    init(_ apis: [any RequestMessage.Type], _ answer: @escaping Answer) async throws {
        let connections = Connections()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.channels.withLock { $0.append(channel) }
                    try channel.pipeline.syncOperations.addHandler(Handler { Self.answer($0, apis, answer) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        self.connections = connections
    }

    /// Nobody listens any more, and nobody answers.
    func stop() async {
        try? await channel.close().get()
        for channel in connections.channels.withLock({ $0 }) { try? await channel.close().get() }
    }

    /// - Parameter frame: a request without its length.
    private static func answer(
        _ frame: ByteBuffer, _ apis: [any RequestMessage.Type], _ answer: Answer
    ) -> ByteBuffer? {
        var body = frame
        guard var header = try? RequestHeader(decoding: &body),
            let api = apis.first(where: { $0.apiKey == header.apiKey })
        else { return nil }
        let isFlexible = api.isFlexible(header.apiVersion)
        do {
            try header.finish(&body, isFlexible: isFlexible)
            guard let encoded = try answer(header.apiKey, header.apiVersion, body) else { return nil }
            var bytes = ByteBuffer()
            ResponseHeader.encode(
                correlationID: header.correlationID,
                hasTaggedFields: ResponseHeader.hasTaggedFields(header.apiKey, isFlexible: isFlexible), into: &bytes)
            bytes.writeImmutableBuffer(encoded)
            return bytes
        } catch {
            return nil
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: (ByteBuffer) -> ByteBuffer?
        private var received = ByteBuffer()

        init(_ answer: @escaping (ByteBuffer) -> ByteBuffer?) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.writeImmutableBuffer(unwrapInboundIn(data))
            while let frame = received.readLengthPrefixedSlice(as: Int32.self) {
                guard let body = answer(frame) else { return context.close(promise: nil) }
                var bytes = ByteBuffer(integer: Int32(body.readableBytes))
                bytes.writeImmutableBuffer(body)
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            }
        }
    }
}

extension ResponseMessage {
    func encoded(_ version: Int16) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        try encode(into: &bytes, version: version)
        return bytes
    }
}

extension ApiVersionsResponse {
    /// Those of the given APIs, in all versions that there are, or up to that in `upTo`.
    static func serving(_ apis: [any RequestMessage.Type], upTo newest: [APIKey: Int16] = [:]) -> ApiVersionsResponse {
        ApiVersionsResponse {
            $0.apiKeys = apis.map { api in
                ApiVersionsResponse.ApiVersion {
                    $0.apiKey = api.apiKey.rawValue
                    $0.minVersion = api.versions.lowerBound
                    $0.maxVersion = newest[api.apiKey] ?? api.versions.upperBound
                }
            }
        }
    }
}
