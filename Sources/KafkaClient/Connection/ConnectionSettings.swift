// SPDX-License-Identifier: Apache-2.0

/// What every connection of a client has in common.
struct ConnectionSettings: Sendable {
    var clientID: String?
    var requestTimeout: Duration
    var maxResponseBytes: Int
    var sendBufferBytes: Int
    var receiveBufferBytes: Int
    /// How long silence means nothing.
    var patience: Duration
    var troubles: Troubles?
    var debug: ClientDebug?
    /// Encryption and login; nil for plaintext.
    var security: (any ConnectionSecurity)?

    init(_ configuration: ClientConfiguration, troubles: Troubles? = nil) {
        clientID = configuration.clientID
        requestTimeout = configuration.requestTimeout
        maxResponseBytes = configuration.maxResponseBytes
        sendBufferBytes = configuration.sendBufferBytes
        receiveBufferBytes = configuration.receiveBufferBytes
        patience = configuration.noticePatience
        debug = configuration.debug
        self.troubles = troubles
    }
}
