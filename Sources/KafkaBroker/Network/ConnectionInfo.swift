// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One connection, as handlers see it.
final class ConnectionInfo: Sendable {
    private struct Endings {
        /// Of the request that waits.
        var cancel: (@Sendable () -> Void)?
        /// Of what lives as long as the connection, by whom it concerns.
        var closed: [ObjectIdentifier: @Sendable () -> Void] = [:]
        var isClosed = false
    }

    /// Unique in the life of the broker.
    let id: Int
    /// Name of the listener that accepted it, such as `PLAINTEXT`.
    let listenerName: String
    /// The client's address without port, as Kafka prints it: `/127.0.0.1`.
    let clientHost: String
    /// The address of this machine that the client reached, without port; empty if it isn't known.
    let localHost: String
    /// What its client said of itself in ApiVersions (KIP-511); empty until then.
    let clientSoftware = Mutex((name: "", version: ""))
    private let endings = Mutex(Endings())

    init(id: Int, listenerName: String, clientHost: String, localHost: String = "") {
        self.id = id
        self.listenerName = listenerName
        self.clientHost = clientHost
        self.localHost = localHost
    }

    /// Where the broker is reached, as it tells the client.
    func endpoint(in endpoints: BrokerEndpoints) -> BrokerEndpoints.Endpoint? {
        endpoints.endpoint(listenerName: listenerName, localHost: localHost)
    }

    /// Has `cancel` called if the connection closes while the current request waits. One request waits at a time.
    func onDisconnect(_ cancel: (@Sendable () -> Void)?) { endings.withLock { $0.cancel = cancel } }

    /// Has `action` called once when the connection closes, or now if it has; a later one of the owner's replaces it.
    func whenClosed(_ owner: ObjectIdentifier, _ action: @escaping @Sendable () -> Void) {
        let isClosed = endings.withLock { endings in
            if !endings.isClosed { endings.closed[owner] = action }
            return endings.isClosed
        }
        if isClosed { action() }
    }

    func disconnected() {
        let endings = endings.withLock { endings in
            defer { endings = Endings(isClosed: true) }
            return endings
        }
        endings.cancel?()
        for action in endings.closed.values { action() }
    }
}
