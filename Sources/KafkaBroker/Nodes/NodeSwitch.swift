// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Stops and starts one of several nodes: first what clients are told, then its port.
actor NodeSwitch {
    private let controller: Controller
    private let server: SocketServer
    /// What a listener's connections are served by.
    private let dispatch: @Sendable (_ listener: String) -> DispatchTable
    /// With the ports that the nodes keep.
    private let listeners: [Int32: Listener]

    init(
        controller: Controller, server: SocketServer, listeners: [Int32: Listener],
        dispatch: @escaping @Sendable (_ listener: String) -> DispatchTable
    ) {
        self.controller = controller
        self.server = server
        self.dispatch = dispatch
        self.listeners = listeners
    }

    /// Leaders have moved, and the node's port and connections are closed when this returns.
    func stop(_ id: Int32) async throws(MetadataError) {
        try await controller.stopNode(id)
        if let listener = listeners[id] { await server.close(listener: listener.name) }
    }

    /// The node is reached where it was, and in sync, when this returns.
    func start(_ id: Int32) async throws(MetadataError) {
        guard let listener = listeners[id], !controller.store.liveNodes.contains(id) else {
            // Says what is wrong.
            return try await controller.startNode(id)
        }
        do throws(BrokerError) {
            _ = try await server.bind(listener) { [dispatch] in dispatch(listener.name) }
        } catch {
            throw MetadataError(.invalidRequest, "Node \(id) can't be started: \(error)")
        }
        try await controller.startNode(id)
        server.open()
    }
}
