// SPDX-License-Identifier: Apache-2.0

import Libc

/// Where a service manager listens to what a service says of itself: a datagram socket that $NOTIFY_SOCKET names
/// (sd_notify(3)).
struct NotifySocket: Sendable {
    private let address: sockaddr_un
    private let length: socklen_t

    /// - Parameter name: a path, or behind an `@` a name without a file; nil for anything else.
    init?(_ name: String) {
        var bytes = Array(name.utf8)
        var address = sockaddr_un()
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"), bytes.count > 1,
            bytes.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        self.address = address
        // A name without a file has no end of its own.
        length = socklen_t(offset + bytes.count + (bytes[0] == 0 ? 0 : 1))
    }

    /// Sends assignments, `NAME=VALUE` each.
    /// - Returns: whether they arrived.
    @discardableResult
    func send(_ assignments: [String]) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A line is an assignment, whatever a message has in it.
        let text = assignments.map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let bytes = Array(text.utf8)
                var sent = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
                while sent < 0, errno == EINTR {
                    sent = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
                }
                return sent == bytes.count
            }
        }
    }
}
