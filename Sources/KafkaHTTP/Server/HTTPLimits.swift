// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// What clients may take of a server.
package struct HTTPLimits: Sendable {
    /// Connections at a time; more are closed at once.
    package var connections = 512
    /// Bytes of a target, and of the header fields of a request in all.
    package var targetBytes = 8 << 10
    package var headerBytes = 32 << 10
    package var headerFields = 100
    /// Bytes of the bodies of all requests that are being received and served.
    package var bodiesBytes = 64 << 20
    /// From a connection's beginning, or a request's first byte, to the end of its header.
    package var headerTime = TimeAmount.seconds(10)
    /// From there to the end of its body; a second more for each 16 KiB that came.
    package var bodyTime = TimeAmount.seconds(20)
    /// Between a response and the next request.
    package var idleTime = TimeAmount.seconds(120)
    /// While nothing of a response is taken.
    package var stallTime = TimeAmount.seconds(30)
    /// For requests that are being served when the server stops.
    package var stopTime = TimeAmount.seconds(5)

    package init() {}
}
