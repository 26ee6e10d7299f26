// SPDX-License-Identifier: Apache-2.0

import Libc
import NIOCore

/// The name that a listener on all addresses is advertised by, when `advertised.listeners` doesn't say.
package enum HostName {
    static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// An address of a host, of IPv4 if it has one; nil if there is none. Blocks while it is looked up.
    static func address(_ host: String, _ port: Int) -> SocketAddress? {
        for family in [AF_INET, AF_INET6] {
            var hints = addrinfo()
            hints.ai_family = family
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, nil, &hints, &found) == 0, let found else { continue }
            defer { freeaddrinfo(found) }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                found.pointee.ai_addr, found.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            guard status == 0 else { continue }
            let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return try? SocketAddress(ipAddress: name, port: port)
        }
        return nil
    }

    /// An address of a host as text, in the form in which sockets tell it; nil if there is none. Blocks while a name is looked
    /// up.
    static func literal(_ host: String) -> String? {
        let address = (try? SocketAddress(ipAddress: host, port: 0)) ?? address(host, 0)
        return address?.ipAddress.map(unmapped)
    }

    /// An IPv4 address without its IPv6 clothes, which the socket of a listener on `::` gives it.
    package static func unmapped(_ address: String) -> String {
        address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
    }

    /// Whether a host is an address or a name that can be resolved.
    static func isResolvable(_ host: String) -> Bool {
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, nil, &found) == 0 else { return false }
        freeaddrinfo(found)
        return true
    }
}
