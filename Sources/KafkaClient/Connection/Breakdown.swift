// SPDX-License-Identifier: Apache-2.0

/// The end of a connection that nobody here has closed.
struct Breakdown: Sendable {
    var cause: ClientError
    var time: ContinuousClock.Instant
    /// How long there had been nothing to do, if the broker closed it for that (`connections.max.idle.ms`); zero if it
    /// broke in the midst of something.
    var rest: Duration
}
