// SPDX-License-Identifier: Apache-2.0

import Libc

/// A socket that whoever started this process has bound, and listens on, for one of the broker's listeners: connections
/// wait there while no broker runs, and its port may be one that the broker has no right to bind.
package struct PassedSocket: Sendable {
    package let descriptor: Int32
    /// What it is for: the name of a listener, in any case.
    package let name: String?
    /// The address that it is bound to.
    let host: String
    let port: Int32

    /// - Throws: for a descriptor that is no socket of TCP that is listened on.
    package init(descriptor: Int32, name: String?) throws(BrokerError) {
        self.descriptor = descriptor
        self.name = name
        guard Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
            Self.option(SO_ACCEPTCONN, of: descriptor) == 1, let (host, port) = Self.address(of: descriptor)
        else {
            throw BrokerError(
                "descriptor \(descriptor)\(name.map { " (\($0))" } ?? "") was passed to this process, but it is no "
                    + "listening TCP socket; a socket unit needs ListenStream=HOST:PORT and Accept=no")
        }
        self.host = host
        self.port = port
    }

    private var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// Nil for what has no port.
    private static func address(of descriptor: Int32) -> (host: String, port: Int32)? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &size) == 0,
                    [AF_INET, AF_INET6].contains(Int32(address.pointee.sa_family))
                else { return nil }
                var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                var port = [CChar](repeating: 0, count: 32)
                let status = getnameinfo(
                    address, size, &host, socklen_t(host.count), &port, socklen_t(port.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
                guard status == 0, let number = Int32(string(port)) else { return nil }
                return (HostName.unmapped(string(host)), number)
            }
        }
    }

    private static func string(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The listener as it is when the socket is used for it.
    func taking(_ listener: Listener) -> Listener {
        var listener = listener
        (listener.host, listener.port) = (host, port)
        return listener
    }

    /// Which socket is for which listener: by the listener's name, else by its address.
    /// - Returns: the sockets by names of listeners.
    /// - Throws: for a socket that is for none; nobody would ever answer there.
    static func assign(
        _ sockets: [PassedSocket], to listeners: [Listener]
    ) throws(BrokerError) -> [String: PassedSocket] {
        var assigned: [String: PassedSocket] = [:]
        var rest: [PassedSocket] = []
        for socket in sockets {
            if let name = socket.name?.uppercased(), listeners.contains(where: { $0.name == name }),
                assigned[name] == nil
            {
                assigned[name] = socket
            } else {
                rest.append(socket)
            }
        }
        for socket in rest {
            // An exact port before one that is for any.
            let free = listeners.filter { assigned[$0.name] == nil && socket.isOnHost(of: $0) }
            guard let listener = free.first(where: { $0.port == socket.port }) ?? free.first(where: { $0.port == 0 })
            else {
                let listed = listeners.map { "\($0.name)://\($0.host):\($0.port)" }.joined(separator: ", ")
                throw BrokerError(
                    "a socket on \(socket.text)\(socket.name.map { " (\($0))" } ?? "") was passed to this process, and it "
                        + "is for no listener; give the socket the name of one (FileDescriptorName=) or its address: "
                        + "there is \(listed)")
            }
            assigned[listener.name] = socket
        }
        return assigned
    }

    private func isOnHost(of listener: Listener) -> Bool {
        if listener.isOnAllAddresses { return ["0.0.0.0", "::"].contains(host) }
        return listener.host == host || HostName.literal(listener.host) == host
    }
}
