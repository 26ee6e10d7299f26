// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
import NIOCore
import NIOPosix

/// A cluster: its brokers, its topics, and connections to send requests on.
///
/// Runs on one event loop, as everything that belongs to it does, so that the way from a socket to producer or consumer
/// has neither locks nor hops between threads.
public actor Cluster {
    /// What it was connected with.
    public nonisolated let configuration: ClientConfiguration
    nonisolated let eventLoop: any EventLoop
    let settings: ConnectionSettings
    /// Nil if nobody wants to be told.
    nonisolated let troubles: Troubles?
    nonisolated let debug: ClientDebug?
    var slots: [ConnectionKey: ConnectionSlot] = [:]
    /// The connection that the cluster was found by, and what may serve any broker's requests.
    var bootstrap: Connection?
    /// Of the bootstrap servers that were tried.
    var bootstrapPauses: [BrokerAddress: ReconnectPause] = [:]
    var nodes: [Int32: Broker] = [:]
    /// Whether there has never been more than one broker, so that whichever connection there is leads to it.
    var isSingle = true
    var controller: Int32?
    var id: String?
    var topics: [String: CachedTopic] = [:]
    var coordinators: [CoordinatorKey: Int32] = [:]
    var isClosed = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// The thread of all clients that bring none of their own. It never ends, so that no task can be left on a loop that
    /// has gone.
    private static let sharedGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(_ configuration: ClientConfiguration) throws(ClientError) {
        try configuration.validate()
        self.configuration = configuration
        eventLoop = (configuration.eventLoopGroup ?? Self.sharedGroup).next()
        let patience = configuration.noticePatience
        troubles = configuration.onNotice.map { [eventLoop] in Troubles(.init(eventLoop), patience: patience, $0) }
        debug = configuration.debug
        var settings = ConnectionSettings(configuration, troubles: troubles)
        settings.security = try SecuredConnections(try configuration.security())
        self.settings = settings
    }

    /// Reaches the cluster through one of its bootstrap servers.
    /// - Throws: within about `firstConnectTimeout`, with host, port and cause of each server that was tried.
    public static func connect(_ configuration: ClientConfiguration) async throws(ClientError) -> Cluster {
        let cluster = try Cluster(configuration)
        do throws(ClientError) {
            try await cluster.start()
        } catch {
            await cluster.close()
            throw error
        }
        return cluster
    }

    /// Calls `body` with a connected cluster and closes it afterwards.
    public static func with<Result>(
        _ configuration: ClientConfiguration, _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        let cluster = try await connect(configuration)
        do {
            let result = try await body(cluster)
            await cluster.close()
            return result
        } catch {
            await cluster.close()
            throw error
        }
    }

    /// Closes all connections; requests under way fail.
    public func close() {
        isClosed = true
        troubles?.close()
        bootstrap?.close()
        for slot in slots.values {
            if case .open(let connection) = slot.state { connection.close() }
        }
        slots = [:]
    }

    /// Where a request goes.
    public enum Destination: Sendable, Hashable {
        /// Whichever broker is at hand; of controllers the active one.
        case any
        /// The active controller, or the broker that passes requests on to it.
        case controller
        /// The broker with this id.
        case broker(Int32)
        /// The coordinator of a group.
        case group(String)
        /// The coordinator of a transactional id.
        case transaction(String)
    }

    /// Sends a request in the highest version that both sides have, again and again while brokers can't be reached.
    ///
    /// Error codes inside the answer are the caller's.
    /// - Parameters:
    ///   - request: the same for every version.
    ///   - destination: who is to serve it; found again for each attempt.
    ///   - timeout: `default.api.timeout.ms` if nil.
    public func send<R: RequestMessage>(
        _ request: R, to destination: Destination = .any, timeout: Duration? = nil
    ) async throws(ClientError) -> R.Response {
        try await send(to: destination, timeout: timeout) { _ in request }
    }

    /// As `send`, for requests that depend on the version.
    /// - Parameters:
    ///   - destination: who is to serve it; found again for each attempt.
    ///   - timeout: `default.api.timeout.ms` if nil.
    ///   - versions: those that may be used.
    ///   - make: the request in the version that was agreed on, called for each attempt.
    public func send<R: RequestMessage>(
        to destination: Destination = .any, timeout: Duration? = nil, versions: ClosedRange<Int16> = R.versions,
        _ make: @Sendable (Int16) throws(ClientError) -> R
    ) async throws(ClientError) -> R.Response {
        let deadline = ContinuousClock.now + (timeout ?? configuration.defaultAPITimeout)
        return try await retrying(until: deadline, retryBackoff, "\(R.apiKey)") { () throws(ClientError) in
            try await sendOnce(to: destination, until: deadline, versions: versions, make)
        }
    }

    /// As `send`, but who can't be reached is not tried again: for callers that look for somebody else then.
    package func sendOnce<R: RequestMessage>(
        _ request: R, to destination: Destination, timeout: Duration
    ) async throws(ClientError) -> R.Response {
        try await sendOnce(to: destination, until: .now + timeout) { _ in request }
    }

    func sendOnce<R: RequestMessage>(
        to destination: Destination, until deadline: ContinuousClock.Instant,
        versions: ClosedRange<Int16> = R.versions, _ make: @Sendable (Int16) throws(ClientError) -> R
    ) async throws(ClientError) -> R.Response {
        do throws(ClientError) {
            let connection = try await connection(for: destination, deadline: deadline)
            let request = try make(try connection.version(of: R.self, within: versions))
            return try await explainingEnd(of: connection) { () throws(ClientError) in
                try await connection.send(request, versions: versions, timeout: answerTimeout(deadline))
            }
        } catch {
            // Whoever can't be reached may have handed its office to another.
            if error.kind == .connection || error.kind == .timedOut { forget(destination) }
            if configuration.usesControllers, error.kind == .unsupported(R.apiKey) {
                throw ClientError(
                    error.kind, "controllers don't answer \(R.apiKey); brokers are asked with --bootstrap-server")
            }
            throw error
        }
    }

    func answerTimeout(_ deadline: ContinuousClock.Instant) -> Duration {
        max(.milliseconds(1), min(configuration.requestTimeout, deadline.remaining))
    }

    /// The highest version of a request that both sides have; nil if there is none.
    public func version<R: RequestMessage>(
        of type: R.Type, at destination: Destination = .any
    ) async throws(ClientError) -> Int16? {
        try await versions(of: destination).highestCommon(R.apiKey, R.versions)
    }

    /// All that a broker or controller says of the versions and features it has.
    public func apiVersions(of destination: Destination) async throws(ClientError) -> ApiVersionsResponse {
        try await versions(of: destination).response
    }

    /// Whoever can't be reached may have handed its office to another; a broker that is named has nobody else.
    private func versions(of destination: Destination) async throws(ClientError) -> APIVersionTable {
        let deadline = ContinuousClock.now + configuration.defaultAPITimeout
        if case .broker = destination { return try await connection(for: destination, deadline: deadline).versions }
        return try await retrying(until: deadline, retryBackoff, "ApiVersions") { () throws(ClientError) in
            do throws(ClientError) {
                return try await connection(for: destination, deadline: deadline).versions
            } catch {
                if error.kind == .connection || error.kind == .timedOut { forget(destination) }
                throw error
            }
        }
    }

    nonisolated var retryBackoff: Backoff { Backoff(configuration.retryBackoff, configuration.retryBackoffMax) }
}
