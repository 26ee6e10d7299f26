// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One connection, as handlers see it.
final class ConnectionInfo: Sendable {
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
    private let cancellation = Mutex<(@Sendable () -> Void)?>(nil)

    init(id: Int, listenerName: String, clientHost: String, localHost: String = "") {
        self.id = id
        self.listenerName = listenerName
        self.clientHost = clientHost
        self.localHost = localHost
    }

    /// Has `cancel` called if the connection closes while the current request waits. One request waits at a time.
    func onDisconnect(_ cancel: (@Sendable () -> Void)?) { cancellation.withLock { $0 = cancel } }

    func disconnected() {
        cancellation.withLock { cancel in
            defer { cancel = nil }
            return cancel
        }?()
    }
}
