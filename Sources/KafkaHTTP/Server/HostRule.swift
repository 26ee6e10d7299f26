// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// Which names a server answers to. A page from elsewhere whose name leads to this machine (DNS rebinding) has a name of its
/// own in the Host header: a server on a loopback address takes none but those that are always this machine's.
package struct HostRule: Sendable {
    /// Nil for every name.
    private let names: Set<String>?

    /// - Parameters:
    ///   - address: that is listened on, as it was written.
    ///   - more: names that are taken besides, without a port.
    package init(listeningOn address: String, allowing more: [String] = []) {
        guard Self.isLoopback(address) else {
            names = nil
            return
        }
        names = Set(([address] + more).map { $0.lowercased() })
    }

    /// - Parameter authority: `host`, or `host:port`.
    func allows(_ authority: String) -> Bool {
        guard let host = Self.host(of: authority) else { return false }
        guard let names else { return true }
        return Self.isLoopback(host) || names.contains(host)
    }

    /// Without the port, and an IPv6 address without its brackets, in lower case; nil for what is no authority.
    static func host(of authority: String) -> String? {
        var host = authority[...]
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let port = host[host.index(after: end)...]
            guard port.isEmpty || isPort(port) else { return nil }
            host = host[..<end].dropFirst()
        } else if let colon = host.firstIndex(of: ":") {
            guard isPort(host[colon...]) else { return nil }
            host = host[..<colon]
        }
        guard !host.isEmpty,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") })
        else { return nil }
        if host.hasSuffix("."), host.count > 1 { host = host.dropLast() }
        return host.lowercased()
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && (text.count == 1 || UInt16(text.dropFirst()) != nil)
    }

    /// Whether it is this machine whoever asks.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: &six) { bytes in
            let isOne = bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            return isOne || isMapped && bytes[12] == 127
        }
    }
}
