// SPDX-License-Identifier: Apache-2.0

internal import KafkaSecurity

/// How clients of one listener log in.
struct LoginMethods: Sendable {
    struct Method: Sendable {
        var makeServer: @Sendable () -> any SASLServer
        /// `connections.max.reauth.ms`; 0 for ever.
        var maxReauthMs: Int64
    }

    /// By mechanism, as clients name it.
    var methods: [String: Method]
    /// In the order of `sasl.enabled.mechanisms`.
    var mechanisms: [String]
    /// `connection.failed.authentication.delay.ms`
    var failureDelayMs: Int64
}
