// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// One connection, as handlers see it.
final class ConnectionInfo: Sendable {
    private struct Endings {
        /// Of the request that waits.
        var wait: Wait?
        /// Of what lives as long as the connection, by whom it concerns.
        var closed: [ObjectIdentifier: @Sendable () -> Void] = [:]
        var isClosed = false
    }

    /// The wait of a request.
    struct Wait: Sendable {
        /// Ends it without an answer, as the connection is closed.
        var cancel: @Sendable () -> Void
        /// Has it answered with what there is; on the connection's event loop.
        var hurry: @Sendable () -> Void
    }

    /// Unique in the life of the process.
    let id: Int
    /// Name of the listener that accepted it, such as `PLAINTEXT`; empty for a call from within the process.
    let listenerName: String
    /// The client's address without port, as Kafka prints it: `/127.0.0.1`.
    let clientHost: String
    /// The address of this machine that the client reached, without port; empty if it isn't known.
    let localHost: String
    /// Of the listener.
    let securityProtocol: SecurityProtocol
    let policy: ConnectionPolicy
    /// Nil on a listener without logins.
    let login: ConnectionLogin?
    /// For how long the request that is being served kept threads busy so far, in nanoseconds; 0 while it is in its first
    /// turn, and where that isn't measured.
    let servedNanoseconds = Atomic<Int64>(0)
    /// When it was read from last, in nanoseconds of the system's uptime.
    let lastUse = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)
    /// What its client said of itself in ApiVersions (KIP-511); empty until then.
    let clientSoftware = Mutex((name: "", version: ""))
    private let endings = Mutex(Endings())
    private static let count = Atomic<Int>(0)

    init(
        listenerName: String, clientHost: String, localHost: String = "",
        securityProtocol: SecurityProtocol = .plaintext, policy: ConnectionPolicy = .open,
        login: ConnectionLogin? = nil
    ) {
        id = Self.count.add(1, ordering: .relaxed).newValue
        self.listenerName = listenerName
        self.clientHost = clientHost
        self.localHost = localHost
        self.securityProtocol = securityProtocol
        self.policy = policy
        self.login = login
    }

    /// Where the broker is reached, as it tells the client.
    func endpoint(in endpoints: BrokerEndpoints) -> BrokerEndpoints.Endpoint? {
        endpoints.endpoint(listenerName: listenerName, localHost: localHost)
    }

    /// The current request begins to wait, or with nil has done so; its wait is cancelled at once if the connection is
    /// closed already. One request waits at a time.
    func waits(_ wait: Wait?) {
        let isClosed = endings.withLock { endings in
            if !endings.isClosed { endings.wait = wait }
            return endings.isClosed
        }
        if isClosed { wait?.cancel() }
    }

    var isWaiting: Bool { endings.withLock { $0.wait != nil } }

    /// Whether the current request waits; it is answered then.
    func hurry() -> Bool {
        guard let wait = endings.withLock(\.wait) else { return false }
        wait.hurry()
        return true
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
        endings.wait?.cancel()
        for action in endings.closed.values { action() }
    }
}
