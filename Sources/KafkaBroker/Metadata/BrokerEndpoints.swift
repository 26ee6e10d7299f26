// SPDX-License-Identifier: Apache-2.0

/// Where clients reach the broker, by the listener they use, and its rack.
struct BrokerEndpoints: Sendable, Equatable {
    struct Endpoint: Sendable, Equatable {
        var host: String
        var port: Int32
        var securityProtocol: SecurityProtocol = .plaintext
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

    /// Nil for a name that is no listener's.
    subscript(listener: String) -> Endpoint? { listeners.first { $0.name == listener }?.endpoint }
}
