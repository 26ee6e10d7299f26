// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Libc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// One request over HTTP or HTTPS, on a connection of its own; for tokens and keys, which are small and seldom asked for.
package struct WebRequest: Sendable {
    package var address: WebAddress
    package var headers: [(name: String, value: String)] = []
    /// Of a form; nil for GET.
    package var form: String?
    /// File of certificates to trust; nil for the system's.
    package var trustFile: String?
    package var connectTimeoutMs: Int64 = 10_000
    package var readTimeoutMs: Int64 = 10_000

    package struct Answer: Sendable {
        package var status: Int
        package var body: [UInt8]
    }

    package init(_ address: WebAddress) { self.address = address }

    /// - Throws: with host and cause if there is no answer.
    package func send() async throws(SecurityError) -> Answer {
        do {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let answer = loop.makePromise(of: Answer.self)
            let tls = address.scheme == .https ? try tlsContext() : nil
            let bootstrap = ClientBootstrap(group: loop)
                .connectTimeout(.milliseconds(min(max(connectTimeoutMs, 1), 600_000)))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls {
                            let isName = (try? SocketAddress(ipAddress: address.host, port: 0)) == nil
                            try pipeline.addHandler(
                                NIOSSLClientHandler(context: tls, serverHostname: isName ? address.host : nil))
                        }
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(WebRequestHandler(self, answer))
                    }
                }
            do {
                _ = try await bootstrap.connect(host: address.host, port: address.port).get()
            } catch {
                answer.fail(error)
            }
            return try await answer.futureResult.get()
        } catch let error as SecurityError {
            throw error
        } catch {
            throw SecurityError("can't reach \(address): \(WebRequestHandler.reason(error))")
        }
    }

    private func tlsContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let trustFile { configuration.trustRoots = .file(trustFile) }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw SecurityError("https.ca.location can't be used: \(trustFile ?? "the system's certificates")")
        }
    }

    fileprivate var head: HTTPRequestHead {
        var all = HTTPHeaders(headers)
        let isPlain = address.port == (address.scheme == .https ? 443 : 80)
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        all.replaceOrAdd(name: "Host", value: isPlain ? host : "\(host):\(address.port)")
        all.replaceOrAdd(name: "Connection", value: "close")
        if let form {
            all.replaceOrAdd(name: "Content-Type", value: "application/x-www-form-urlencoded")
            all.replaceOrAdd(name: "Content-Length", value: "\(form.utf8.count)")
        }
        return HTTPRequestHead(version: .http1_1, method: form == nil ? .GET : .POST, uri: address.path, headers: all)
    }
}

/// Sends the request as soon as somebody listens, and gathers the answer.
private final class WebRequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private static let mostBytes = 1 << 20

    private let request: WebRequest
    private let promise: EventLoopPromise<WebRequest.Answer>
    private var answer = WebRequest.Answer(status: 0, body: [])
    private var timer: Scheduled<Void>?

    init(_ request: WebRequest, _ promise: EventLoopPromise<WebRequest.Answer>) {
        self.request = request
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let (promise, channel, milliseconds) = (promise, context.channel, min(max(request.readTimeoutMs, 1), 600_000))
        timer = context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            promise.fail(SecurityError("no answer within \(milliseconds) ms"))
            channel.close(promise: nil)
        }
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if let form = request.form {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: form)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer.status = Int(head.status.code)
        case .body(let part):
            guard answer.body.count + part.readableBytes <= Self.mostBytes else {
                return end(context, .failure(SecurityError("the answer is larger than \(Self.mostBytes) bytes")))
            }
            answer.body += Array(part.readableBytesView)
        case .end: end(context, .success(answer))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(context, .failure(error)) }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, .failure(SecurityError("the connection was closed before the answer")))
    }

    private func end(_ context: ChannelHandlerContext, _ result: Result<WebRequest.Answer, any Error>) {
        timer?.cancel()
        promise.completeWith(
            result.mapError { SecurityError("\(request.address): \(Self.reason($0))") })
        context.close(promise: nil)
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as SecurityError: error.message
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) } ?? "unknown host \(error.host.printable)"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        case let error as NIOSSLError: "its certificate or TLS can't be accepted (\(error))"
        default: "\(error)".printable
        }
    }
}
