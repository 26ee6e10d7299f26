// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Writes the body of a response piece by piece.
package struct HTTPBodyWriter: Sendable {
    private let send: @Sendable (ByteBuffer) async throws -> Void

    /// - Parameter send: takes a piece, and returns when it takes the next.
    package init(_ send: @escaping @Sendable (ByteBuffer) async throws -> Void) { self.send = send }

    /// Returns when the client takes more: whoever goes on at once keeps no more than one piece in memory.
    /// - Throws: `CancellationError` when the client has gone away, or the server stops.
    package func write(_ bytes: ByteBuffer) async throws {
        try Task.checkCancellation()
        try await send(bytes)
        try Task.checkCancellation()
    }

    package func write(_ text: String) async throws { try await write(ByteBuffer(string: text)) }
}
