// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Where clients reach the broker, by the listener they use, and its rack.
struct BrokerEndpoints: Sendable, Equatable {
    struct Endpoint: Sendable, Equatable {
        var host: String
        var port: Int32
        var securityProtocol: SecurityProtocol = .plaintext
        /// True when the listener is on all addresses and nothing is advertised; `host` is the machine's name then,
        /// which a client may not be able to resolve.
        var isAnyAddress = false
    }

    struct Named: Sendable, Equatable {
        var name: String
        var endpoint: Endpoint
    }

    var listeners: [Named]
    var rack: String?

    init(listeners: [(name: String, endpoint: Endpoint)], rack: String? = nil) {
        self.listeners = listeners.map { Named(name: $0.name, endpoint: $0.endpoint) }
        self.rack = rack
    }

    /// The address for a client, on the listener that it came through: of one on all addresses, where it is now.
    ///
    /// - Parameters:
    ///   - listenerName: the listener.
    ///   - localHost: the address of this machine that the client reached, or empty.
    func endpoint(listenerName: String, localHost: String) -> Endpoint? {
        let listener = listeners.first { $0.name == listenerName } ?? listeners.first
        guard var endpoint = listener?.endpoint else { return nil }
        if endpoint.isAnyAddress && !localHost.isEmpty { endpoint.host = localHost }
        return endpoint
    }
}
