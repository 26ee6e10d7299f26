// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
public import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A running broker: one node, controller and broker in one.
///
/// In a test, `let broker = try await Broker.start()` is all it takes: a free port, a temporary directory.
public final class Broker: Sendable {
    /// `host:port` of the first listener.
    public let bootstrapServers: String
    /// Every address that is listened on, as `host:port`.
    public let addresses: [String]
    /// The absolute path of the data directory.
    public let dataDirectory: String

    let parts: Parts

    struct Parts: Sendable {
        var group: MultiThreadedEventLoopGroup
        var background: BackgroundQueue
        var inflation: BackgroundQueue
        var directory: DataDirectory
        var controller: Controller
        var logs: LogManager
        var server: SocketServer
        var calls: InProcessServer
        var groups: GroupCoordinator
        var transactions: TransactionCoordinator
        var shares: SharePartitions
        var maintenance: Maintenance
        var cleaner: CleanerThread
        var policy: ConnectionPolicy
        var sessions: FetchSessionCache
        /// Nil where nothing is counted.
        var telemetry: Telemetry?
        /// Nil for one node.
        var nodes: NodeView?
    }

    init(parts: Parts, addresses: [String]) {
        self.parts = parts
        self.addresses = addresses
        bootstrapServers = addresses[0]
        dataDirectory = parts.directory.path
    }

    /// Starts a broker; when this returns, it answers.
    /// - Throws: `BrokerError` for a taken port, a directory in use or not writable, an unknown or invalid property.
    public static func start(
        _ options: Options = Options(), logger: Logger = Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() }
    ) async throws(BrokerError) -> Broker {
        do {
            return try await BrokerStart(options: options, logger: logger).run()
        } catch let error as BrokerError {
            throw error
        } catch let error as LogError {
            throw BrokerError(error.message)
        } catch {
            throw BrokerError("\(error)")
        }
    }

    /// Stops cleanly: no more requests, everything on disk, and nothing to recover at the next start.
    public func stop() async throws(BrokerError) {
        // Whatever goes wrong with one of them, the others are closed.
        var failure: (any Error)?
        func attempt(_ step: () async throws -> Void) async {
            do { try await step() } catch { failure = failure ?? error }
        }
        parts.telemetry?.stop()
        await parts.server.stop()
        parts.calls.stop()
        await attempt { try await parts.inflation.stop() }
        await parts.maintenance.stop()
        await parts.cleaner.stop()
        await parts.transactions.stop()
        await parts.groups.stop()
        parts.shares.stop()
        parts.shares.coordinator.stop()
        let epoch = parts.controller.store.brokerEpoch
        let logs = parts.logs
        await attempt { try await parts.controller.close() }
        await attempt { try await parts.background.run { try logs.close(brokerEpoch: epoch) } }
        parts.directory.close()
        await attempt { try await parts.background.stop() }
        await attempt { try await parts.group.shutdownGracefully() }
        if let failure { throw BrokerError("the broker could not be stopped cleanly: \(failure)") }
    }
}
