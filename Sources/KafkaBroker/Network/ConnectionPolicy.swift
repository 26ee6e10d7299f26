// SPDX-License-Identifier: Apache-2.0

/// What stands between clients and the handlers: how bytes travel, who may do what, and who has to wait.
struct ConnectionPolicy: Sendable {
    /// Of a listener's connections.
    var transport: @Sendable (Listener) -> Transport = { _ in .plaintext }
    /// Nil where everybody may do everything.
    var authorizer: (any Authorizer)?
    var quotas: any QuotaSource = NoQuotas()
    /// How clients of a listener log in; nil where they don't.
    var logins: @Sendable (Listener) -> LoginMethods? = { _ in nil }

    /// Everybody may do everything at once, in plaintext.
    static let open = ConnectionPolicy()
}
