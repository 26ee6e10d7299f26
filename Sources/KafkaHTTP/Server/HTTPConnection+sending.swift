// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import Logging
internal import NIOCore
internal import NIOHTTP1

// Answers, as fast as they are taken.
extension HTTPConnection {
    /// The answer to a request is there.
    func respond(_ response: HTTPResponse, _ number: Int) {
        guard case .serving(var exchange) = state, exchange.number == number, let context else { return }
        // A protocol of before knows no chunks: there the connection's end is the body's.
        let isOld = exchange.head?.isOld ?? false
        var status = HTTPResponseStatus(statusCode: response.status)
        var isBodiless = exchange.head?.method == .HEAD || !status.mayHaveResponseBody
        var fields: [(String, String)] = []
        var stream: (@Sendable (HTTPBodyWriter) async throws -> Void)?
        switch response.body {
        case .bytes(let bytes):
            exchange.rest = bytes
            if status.mayHaveResponseBody { fields.append(("Content-Length", "\(bytes.readableBytes)")) }
        case .stream(let body):
            stream = body
            if isOld {
                exchange.isKeptAlive = false
            } else if !isBodiless {
                fields.append(("Transfer-Encoding", "chunked"))
            }
        }
        var headers = HTTPHeaders(service.headers(of: response, isKeptAlive: exchange.isKeptAlive) + fields)
        if !Self.areValid(headers) {
            service.warnings.log(.error, "headers that can't be sent", "a page has a header field with a line break")
            (status, isBodiless, stream) = (.internalServerError, false, nil)
            exchange.rest = ByteBuffer()
            exchange.isKeptAlive = false
            headers = ["Content-Length": "0", "Connection": "close"]
        }
        let version = isOld ? HTTPVersion.http1_0 : .http1_1
        if isOld, exchange.isKeptAlive { headers.add(name: "Connection", value: "keep-alive") }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))), promise: nil)
        if isBodiless {
            state = .sending(exchange)
            return finished(exchange)
        }
        guard let stream else {
            state = .sending(exchange)
            return pump()
        }
        context.flush()
        exchange.isStream = true
        exchange.task = run(stream, number, context.eventLoop)
        state = .sending(exchange)
        watchStall()
    }

    private func run(
        _ stream: @escaping @Sendable (HTTPBodyWriter) async throws -> Void, _ number: Int, _ eventLoop: any EventLoop
    ) -> Task<Void, Never> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let writer = HTTPBodyWriter { bytes in
            do {
                try await eventLoop.flatSubmit { bound.value.write(bytes, number) }.get()
            } catch {
                throw CancellationError()
            }
        }
        return Task {
            do {
                try await stream(writer)
                eventLoop.execute { bound.value.streamEnded(number) }
            } catch {
                eventLoop.execute { bound.value.streamFailed(number, error) }
            }
        }
    }

    /// Whether nothing in them could end a line, and so begin another.
    private static func areValid(_ headers: HTTPHeaders) -> Bool {
        headers.allSatisfy { name, value in
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
                && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 9 }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            let waiting = waiting
            self.waiting = []
            for promise in waiting { promise.succeed() }
            pump()
        } else {
            watchStall()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Sends more of a body that is there.
    private func pump() {
        guard let context else { return }
        while case .sending(var exchange) = state, !exchange.isStream {
            guard exchange.rest.readableBytes > 0 else { return finished(exchange) }
            guard context.channel.isWritable else { break }
            guard let piece = exchange.rest.readSlice(length: min(exchange.rest.readableBytes, Self.pieceBytes)) else {
                return breakOff()
            }
            state = .sending(exchange)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        }
        watchStall()
    }

    /// Gives a client that takes nothing up, after a while.
    private func watchStall() {
        guard case .sending = state, let context else { return }
        guard !context.channel.isWritable else { return set(timer: nil) { _ in } }
        set(timer: service.limits.stallTime) { $0.breakOff() }
    }

    /// A piece of a stream; done when more can be written.
    func write(_ bytes: ByteBuffer, _ number: Int) -> EventLoopFuture<Void> {
        guard case .sending(let exchange) = state, exchange.number == number, let context else {
            return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        guard !context.channel.isWritable else { return context.eventLoop.makeSucceededVoidFuture() }
        let promise = context.eventLoop.makePromise(of: Void.self)
        waiting.append(promise)
        return promise.futureResult
    }

    private func streamEnded(_ number: Int) {
        guard case .sending(let exchange) = state, exchange.number == number else { return }
        finished(exchange)
    }

    private func streamFailed(_ number: Int, _ error: any Error) {
        guard case .sending(let exchange) = state, exchange.number == number else { return }
        if !(error is CancellationError) {
            service.warnings.log(.error, "pages that failed", "a page failed in the midst: \("\(error)".printable)")
        }
        breakOff()
    }
}
