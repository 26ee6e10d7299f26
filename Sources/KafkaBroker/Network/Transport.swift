// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What carries a connection's bytes, and what it can do. Whoever reads or writes asks it, and takes nothing for granted.
struct Transport: Sendable {
    /// Whether the socket may read into memory that a frame has begun in: what it reads is the frame's, as it is.
    var lendsMemory: Bool
    /// Whether a range of a file can be sent without its bytes being read.
    var sendsFileRegions: Bool
    /// Makes what stands between a connection's socket and its `ConnectionHandler`, from the socket on.
    var handlers: @Sendable () throws -> [any ChannelHandler]

    /// The socket's bytes are Kafka's.
    static let plaintext = Transport(lendsMemory: true, sendsFileRegions: true) { [] }

    /// The handlers change the bytes on their way, as encryption does: they take and give buffers of their own.
    static func changing(_ handlers: @escaping @Sendable () throws -> [any ChannelHandler]) -> Transport {
        Transport(lendsMemory: false, sendsFileRegions: false, handlers: handlers)
    }
}
