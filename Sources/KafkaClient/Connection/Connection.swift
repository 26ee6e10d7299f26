// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// One connection to one broker: requests are pipelined, and answered in their order.
final class Connection: Sendable {
    let address: BrokerAddress
    let eventLoop: any EventLoop
    let versions: APIVersionTable
    let openedAt = ContinuousClock.now
    private let clientID: String?
    private let requestTimeout: Duration
    private let patience: Duration
    private let handler: NIOLoopBound<ConnectionDriver>
    private let gate: ConnectionDriver.Gate

    init(
        address: BrokerAddress, eventLoop: any EventLoop, handler: NIOLoopBound<ConnectionDriver>,
        gate: ConnectionDriver.Gate, versions: APIVersionTable, settings: ConnectionSettings
    ) {
        self.address = address
        self.eventLoop = eventLoop
        self.handler = handler
        self.versions = versions
        self.clientID = settings.clientID
        self.requestTimeout = settings.requestTimeout
        self.patience = settings.patience
        self.gate = gate
    }

    var isOpen: Bool { gate.isOpen }
    /// How it broke, unless it is open or was closed here.
    var breakdown: Breakdown? { gate.breakdown }

    /// Only on the event loop.
    var inFlight: Int { handler.value.inFlight }

    func close() {
        gate.shut()
        eventLoop.execute { self.handler.value.close(.clientClosed) }
    }

    // MARK: Logging in again

    /// Has something done after a while, if the connection is still there; its failure is the connection's.
    func schedule(
        in delay: Duration, _ body: @escaping @Sendable (Connection) async throws(ClientError) -> Void
    ) {
        eventLoop.execute {
            self.handler.value.schedule(in: delay.timeAmount) {
                Task {
                    do throws(ClientError) { try await body(self) } catch {
                        self.gate.shut()
                        self.eventLoop.execute { self.handler.value.close(error) }
                    }
                }
            }
        }
    }

    /// Requests but those of a login wait from now on until `release`.
    func hold() { eventLoop.execute { self.handler.value.hold() } }

    func release() { eventLoop.execute { self.handler.value.release() } }

    // MARK: Requests

    /// The highest version that both sides have.
    /// - Throws: `.unsupported`, with the broker and the API in words.
    func version<R: RequestMessage>(
        of type: R.Type, within range: ClosedRange<Int16> = R.versions
    ) throws(ClientError) -> Int16 {
        guard let version = versions.highestCommon(R.apiKey, range.clamped(to: R.versions)) else {
            throw ClientError(.unsupported(R.apiKey), "broker \(address) does not support \(R.apiKey)")
        }
        return version
    }

    /// Sends a request and waits for its answer; cancelling the task gives up waiting.
    func send<R: RequestMessage>(
        _ request: R, versions range: ClosedRange<Int16> = R.versions, timeout: Duration? = nil
    ) async throws(ClientError) -> R.Response {
        let version = try version(of: R.self, within: range)
        let once = OnceContinuation<R.Response>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                once.set(continuation)
                eventLoop.execute {
                    self.submit(request, version: version, timeout: timeout) { once.resume($0) }
                }
            }
        } onCancel: {
            once.resume(.failure(.cancelled("\(R.apiKey)")))
        }
        return try result.get()
    }

    /// Sends a request; only on the event loop, where `completion` is called too.
    /// - Parameter records: what belongs into the gaps that `.deferred` fields leave, in order; not copied.
    func submit<R: RequestMessage>(
        _ request: R, version: Int16, timeout: Duration? = nil, records: [ByteBuffer] = [],
        expectsResponse: Bool = true, _ completion: @escaping (Result<R.Response, ClientError>) -> Void
    ) {
        let isFlexible = R.isFlexible(version)
        handler.value.submit(
            R.apiKey, version: version,
            hasTaggedHeader: ResponseHeader.hasTaggedFields(R.apiKey, isFlexible: isFlexible),
            expectsResponse: expectsResponse, deadline: .now() + (timeout ?? requestTimeout).timeAmount,
            patience: patience(for: request),
            encode: { (correlationID) throws(ClientError) in
                try Self.frame(
                    request, version: version, correlationID: correlationID, clientID: clientID, records: records,
                    address)
            },
            { [address] result in
                guard expectsResponse else { return completion(result.map { _ in R.Response() }) }
                completion(
                    result.flatMap { body in
                        do throws(WireError) {
                            return .success(try R.Response.decode(body, version: version))
                        } catch {
                            return .failure(
                                ClientError(
                                    .invalidResponse,
                                    "broker \(address) sent an answer to \(R.apiKey) that can't be read: \(error)"))
                        }
                    })
            })
    }

    /// How long an answer may take before that is worth a word; nil if it waits for others to come.
    private func patience(for request: some RequestMessage) -> Duration? {
        // The moment for which a broker gathers records counts too, so that this is within two seconds usually.
        func gathering(_ maxWaitMs: Int32) -> Duration {
            .milliseconds(max(maxWaitMs, 0)) + min(patience, .milliseconds(1200))
        }
        return switch request {
        case is JoinGroupRequest, is SyncGroupRequest: nil
        case let fetch as FetchRequest: gathering(fetch.maxWaitMs)
        case let fetch as ShareFetchRequest: gathering(fetch.maxWaitMs)
        default: patience
        }
    }

    /// Sends a request in a given version and waits for the undecoded answer.
    func sendRaw<R: RequestMessage>(
        _ request: R, version: Int16, timeout: Duration
    ) async throws(ClientError) -> ByteBuffer {
        let once = OnceContinuation<ByteBuffer>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                once.set(continuation)
                eventLoop.execute {
                    self.handler.value.submit(
                        R.apiKey, version: version,
                        hasTaggedHeader: ResponseHeader.hasTaggedFields(R.apiKey, isFlexible: R.isFlexible(version)),
                        deadline: .now() + timeout.timeAmount,
                        encode: { (correlationID) throws(ClientError) in
                            try Self.frame(
                                request, version: version, correlationID: correlationID, clientID: self.clientID,
                                records: [], self.address)
                        },
                        { once.resume($0) })
                }
            }
        } onCancel: {
            once.resume(.failure(.cancelled("\(R.apiKey)")))
        }
        return try result.get()
    }

    /// The frame of a request as pieces for one gathered write.
    static func frame<R: RequestMessage>(
        _ request: R, version: Int16, correlationID: Int32, clientID: String?, records: [ByteBuffer],
        _ address: BrokerAddress
    ) throws(ClientError) -> [ByteBuffer] {
        var head = ByteBuffer()
        head.writeInteger(Int32(0))
        let header = RequestHeader(
            apiKey: R.apiKey, apiVersion: version, correlationID: correlationID, clientID: clientID)
        let gaps: [Wire.Gap]
        do throws(WireError) {
            try header.encode(into: &head, isFlexible: R.isFlexible(version))
            gaps = try request.encode(into: &head, version: version)
        } catch {
            if case .fieldNotInVersion = error {
                throw ClientError(
                    .unsupported(R.apiKey),
                    "broker \(address) is too old for this: its \(R.apiKey) has version \(version) only")
            }
            throw ClientError(.invalidArgument, "\(R.apiKey) can't be sent: \(error)")
        }
        let byteCount = head.readableBytes - 4 + records.reduce(0) { $0 + $1.readableBytes }
        guard let length = Int32(exactly: byteCount) else {
            throw ClientError(.tooLarge, "\(R.apiKey) of \(byteCount) bytes is more than the protocol allows")
        }
        head.setInteger(length, at: 0)
        guard !gaps.isEmpty else { return [head] }
        precondition(gaps.count == records.count)
        var pieces: [ByteBuffer] = []
        var start = 0
        for (gap, bytes) in zip(gaps, records) {
            precondition(gap.byteCount == bytes.readableBytes)
            if let part = head.getSlice(at: start, length: gap.index - start), part.readableBytes > 0 {
                pieces.append(part)
            }
            pieces.append(bytes)
            start = gap.index
        }
        if let rest = head.getSlice(at: start, length: head.writerIndex - start), rest.readableBytes > 0 {
            pieces.append(rest)
        }
        return pieces
    }
}

/// A continuation that is resumed once, by whoever comes first, even before it is there.
final class OnceContinuation<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Result<Value, ClientError>, Never>)
        case early(Result<Value, ClientError>)
        case done
    }

    private let state = Mutex(State.empty)

    func set(_ continuation: CheckedContinuation<Result<Value, ClientError>, Never>) {
        let early: Result<Value, ClientError>? = state.withLock { state in
            if case .early(let result) = state {
                state = .done
                return result
            }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    func resume(_ result: Result<Value, ClientError>) {
        let continuation: CheckedContinuation<Result<Value, ClientError>, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .early(result)
                return nil
            case .waiting(let continuation):
                state = .done
                return continuation
            case .early, .done:
                return nil
            }
        }
        continuation?.resume(returning: result)
    }
}
