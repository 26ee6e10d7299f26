// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Turns the response to one request into a frame, asks what the request costs its client, and hands both to the
/// connection.
struct ResponseSender: Sendable {
    let handler: NIOLoopBound<ConnectionHandler>
    let context: RequestContext
    let apiKey: APIKey
    let correlationID: Int32
    let requestBytes: Int
    let hasTaggedHeader: Bool
    /// The version of the response, which is the request's but for an unsupported ApiVersions.
    let version: Int16

    func send<Response>(_ outcome: Reply<Response>.Outcome) {
        let began = context.began > 0 ? NIODeadline.now().uptimeNanoseconds : 0
        switch outcome {
        case .response(let response, let records):
            do {
                complete(try answer(response, records, began: began))
            } catch {
                complete(.close("the response to \(apiKey) could not be written: \(error)"))
            }
        case .none:
            var time: Int32 = 0
            if let quotas = context.quotas { time = throttleTimeMs(quotas, responseBytes: 0, began: began) }
            complete(.answer([], throttleTimeMs: time))
        case .close(let reason): complete(.close(reason))
        }
    }

    private func complete(_ completion: ConnectionHandler.Completion) {
        if context.eventLoop.inEventLoop {
            handler.value.complete(completion)
        } else {
            context.eventLoop.execute { handler.value.complete(completion) }
        }
    }

    /// The size is known when the response is written; one that says for how long its client has to wait, which is rare,
    /// is written again. What the handler says of it holds if it is longer.
    private func answer<Response: ResponseMessage>(
        _ response: Response, _ records: [LogSlice], began: UInt64
    ) throws -> ConnectionHandler.Completion {
        let frame = try frame(response, records)
        guard let quotas = context.quotas else { return .answer(frame.pieces, throttleTimeMs: 0) }
        let own = (response as? any ThrottledResponse)?.throttleTimeMs ?? 0
        // Fetch has asked itself, because its answer depends on it.
        let byQuotas = apiKey == .fetch ? 0 : throttleTimeMs(quotas, responseBytes: frame.byteCount, began: began)
        let throttleTimeMs = max(byQuotas, own)
        guard throttleTimeMs > own, var throttled = response as? any ThrottledResponse else {
            return .answer(frame.pieces, throttleTimeMs: throttleTimeMs)
        }
        throttled.throttleTimeMs = throttleTimeMs
        return .answer(try self.frame(throttled, records).pieces, throttleTimeMs: throttleTimeMs)
    }

    private func throttleTimeMs(_ quotas: any QuotaSource, responseBytes: Int, began: UInt64) -> Int32 {
        let usage = RequestUsage(
            apiKey: apiKey, requestBytes: requestBytes, responseBytes: responseBytes,
            nanoseconds: context.servedNanoseconds(reply: began))
        return quotas.throttleTimeMs(usage, of: context.quotaClient)
    }

    /// The frame: one buffer, or buffers with records between them.
    private func frame(
        _ response: some ResponseMessage, _ records: [LogSlice]
    ) throws -> (pieces: [ResponseWriter.Piece], byteCount: Int) {
        var head = ByteBuffer()
        head.writeInteger(Int32(0))
        ResponseHeader.encode(correlationID: correlationID, hasTaggedFields: hasTaggedHeader, into: &head)
        let gaps = try response.encode(into: &head, version: version)
        let deferred = gaps.reduce(0) { $0 + $1.byteCount }
        guard let size = Int32(exactly: head.readableBytes - 4 + deferred) else {
            throw WireError.tooLong(head.readableBytes - 4 + deferred)
        }
        head.setInteger(size, at: 0)
        if deferred == 0 { return ([.bytes(head)], head.readableBytes) }
        guard gaps.count == records.count else { throw GapsDoNotMatch() }
        var pieces: [ResponseWriter.Piece] = []
        var start = head.readerIndex
        for (gap, slice) in zip(gaps, records) where gap.byteCount > 0 {
            guard slice.byteCount == gap.byteCount else { throw GapsDoNotMatch() }
            if gap.index > start, let part = head.getSlice(at: start, length: gap.index - start) {
                pieces.append(.bytes(part))
            }
            start = gap.index
            pieces.append(.records(slice))
        }
        if head.writerIndex > start, let part = head.getSlice(at: start, length: head.writerIndex - start) {
            pieces.append(.bytes(part))
        }
        return (pieces, 4 + Int(size))
    }
}

struct GapsDoNotMatch: Error, CustomStringConvertible {
    var description: String { "the records do not match the response's places for them" }
}
