// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
public import Logging

extension Broker {
    /// One of the brokers that this process is to its clients.
    public struct Node: Sendable, Equatable {
        /// As clients know it: 1, 2 and so on, unless `node.id` says where to begin.
        public var id: Int32
        /// Where it listens, or did before it was stopped: `host:port`.
        public var address: String
        /// False once it is stopped.
        public var isRunning: Bool
        /// Whether clients are told that it is the controller.
        public var isController: Bool
    }

    /// Starts several brokers in this process, for tests of applications that want a cluster: replication factors up to
    /// `nodes` can be had, leaders are spread, and nodes can be stopped and started. They have one store, gone afterwards:
    /// **nothing is replicated**.
    ///
    /// `let cluster = try await Broker.start(nodes: 3)`, then `try await cluster.stopNode(2)`.
    /// - Parameters:
    ///   - nodes: how many, 1 to 64.
    ///   - logger: takes what the broker has to say; nothing is said by default.
    /// - Throws: as `start(_:logger:)`.
    public static func start(
        nodes: Int, logger: Logger = Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() }
    ) async throws(BrokerError) -> Broker {
        var options = Options()
        options.nodes = nodes
        return try await start(options, logger: logger)
    }

    /// The nodes, by id; one unless the broker was started with several.
    public var nodes: [Node] {
        let store = parts.controller.store
        let live = store.liveNodes
        return zip(store.nodeIDs, addresses).map { id, address in
            Node(id: id, address: address, isRunning: live.contains(id), isController: id == store.controllerID)
        }
    }

    /// Stops one of several nodes, as a cluster sees it: others lead what it led and have it no longer in sync, so that
    /// `acks=all` may find too few replicas; its port is closed, and its connections are cut.
    /// - Throws: `BrokerError` for a node that isn't one of them, is stopped, or is the last.
    public func stopNode(_ id: Int32) async throws(BrokerError) {
        try await switchNode { nodes throws(MetadataError) in try await nodes.stop(id) }
    }

    /// Starts a node that was stopped, on its old port. It is in sync at once; it leads again after an election of
    /// preferred leaders, or what had no leader without it.
    /// - Throws: `BrokerError` for a node that isn't one of them or is up, and where its port is taken.
    public func startNode(_ id: Int32) async throws(BrokerError) {
        try await switchNode { nodes throws(MetadataError) in try await nodes.start(id) }
    }

    private func switchNode(_ body: (NodeSwitch) async throws(MetadataError) -> Void) async throws(BrokerError) {
        guard let nodes = parts.nodes?.nodes else {
            throw BrokerError("this broker is one node; Broker.start(nodes: 3) starts three, which can be stopped")
        }
        do throws(MetadataError) { try await body(nodes) } catch { throw BrokerError(error.description) }
    }
}
