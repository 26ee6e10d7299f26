// SPDX-License-Identifier: Apache-2.0

/// What a quota is for: a user, a client id, both, or an address; a nil name is the default.
package struct QuotaEntity: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        /// `user`, `client-id` or `ip`.
        package var type: String
        package var name: String?
    }

    /// In the order of their types.
    package var parts: [Part]

    package init(_ parts: [Part]) { self.parts = parts.sorted { $0.type < $1.type } }

    package subscript(type: String) -> Part? { parts.first { $0.type == type } }
}
