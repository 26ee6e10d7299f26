// SPDX-License-Identifier: Apache-2.0

import Libc

/// What `--listen` takes: `HOST:PORT`, of which an IPv6 address may stand in brackets; `*`, `0.0.0.0`, `[::]` and
/// nothing are all addresses.
package struct ListenAddress: Sendable, Equatable {
    /// Empty for all addresses, of IPv6 and IPv4.
    package var host: String
    package var port: UInt16

    /// Nil for what is no address with a port.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard Self.isIPv6(host) else { return nil }
        } else if host.contains(":"), !Self.isIPv6(host) {
            return nil
        }
        guard host == "*" || Listener.isHost(host) else { return nil }
        self.port = port
        self.host = host == "*" || host == "::" ? "" : String(host)
    }

    /// As `listeners` takes it.
    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func isIPv6(_ text: Substring) -> Bool {
        var address = in6_addr()
        // An address of one link names the interface behind a percent sign.
        return inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &address) == 1
    }
}
