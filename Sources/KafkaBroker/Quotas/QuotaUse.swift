// SPDX-License-Identifier: Apache-2.0

/// What a client uses that has a quota.
package struct QuotaUse: Sendable {
    /// `Produce`, `Fetch` or `Request`.
    package var resource: String
    package var user: String?
    package var clientID: String?
    /// Bytes, or percent of a thread's time, in a second.
    package var perSecond: Double
    /// For how long the client would have to wait now.
    package var throttleMs: Int32
}
