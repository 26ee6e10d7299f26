// SPDX-License-Identifier: Apache-2.0

internal import Libc
package import NIOCore
package import NIOPosix

/// Binds the port of a listener.
package enum PortBinding {
    /// Binds a host; an empty one is all addresses, of IPv4 alone where the machine has no IPv6. Of the addresses that a
    /// name has, an IPv4 one comes first, as in Java: `localhost` is 127.0.0.1 for whoever writes that.
    package static func bind(_ bootstrap: ServerBootstrap, _ host: String, _ port: Int) async throws -> any Channel {
        if host.isEmpty || host == "::" {
            let both = bootstrap.serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 0)
            if let channel = try await bindIfSupported(both, port) { return channel }
        }
        let address = host.isEmpty ? "0.0.0.0" : host
        if let literal = try? SocketAddress(ipAddress: address, port: port) {
            return try await bootstrap.bind(to: literal).get()
        }
        let found = HostName.address(address, port)
        return try await (found.map { bootstrap.bind(to: $0) } ?? bootstrap.bind(host: address, port: port)).get()
    }

    /// Nil where the machine has no IPv6.
    private static func bindIfSupported(_ bootstrap: ServerBootstrap, _ port: Int) async throws -> (any Channel)? {
        do {
            return try await bootstrap.bind(to: try SocketAddress(ipAddress: "::", port: port)).get()
        } catch let error as IOError where [EAFNOSUPPORT, EADDRNOTAVAIL, ENOPROTOOPT].contains(error.errnoCode) {
            return nil
        }
    }

    /// What is wrong with an address.
    /// - Parameter option: by which another is chosen.
    package static func reason(_ error: any Error, option: String = "--listen") -> String {
        if let error = error as? SocketAddressError.UnknownHost { return error.errorDescription }
        guard let error = error as? IOError else { return "\(error)" }
        switch error.errnoCode {
        case EADDRINUSE: return "the port is taken; another broker may be running, or choose another with \(option)"
        case EACCES: return "no permission to use this port"
        case EADDRNOTAVAIL: return "this machine has no such address"
        default: return String(cString: strerror(error.errnoCode))
        }
    }
}
