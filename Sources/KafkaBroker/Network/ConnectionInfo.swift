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

    /// Unique in the life of the process.
    let id: Int
    /// Name of the listener that accepted it, such as `PLAINTEXT`; empty for a call from within the process.
    let listenerName: String
    /// The client's address without port, as Kafka prints it: `/127.0.0.1`.
    let clientHost: String
    /// The address of this machine that the client reached, without port; empty if it isn't known.
    let localHost: String
    let policy: ConnectionPolicy
    /// What its client said of itself in ApiVersions (KIP-511); empty until then.
    let clientSoftware = Mutex((name: "", version: ""))
    private let endings = Mutex(Endings())
    private static let count = Atomic<Int>(0)

    init(listenerName: String, clientHost: String, localHost: String = "", policy: ConnectionPolicy = .open) {
        id = Self.count.add(1, ordering: .relaxed).newValue
        self.listenerName = listenerName
        self.clientHost = clientHost
        self.localHost = localHost
        self.policy = policy
    }

    /// Where the broker is reached, as it tells the client.
    func endpoint(in endpoints: BrokerEndpoints) -> BrokerEndpoints.Endpoint? {
        endpoints.endpoint(listenerName: listenerName, localHost: localHost)
    }

    /// Has `cancel` called if the connection closes while the current request waits, or now if it has. One request waits
    /// at a time.
    func onDisconnect(_ cancel: (@Sendable () -> Void)?) {
        let isClosed = endings.withLock { endings in
            if !endings.isClosed { endings.cancel = cancel }
            return endings.isClosed
        }
        if isClosed { cancel?() }
    }

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
