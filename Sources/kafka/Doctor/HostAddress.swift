// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Libc

/// An address that the system found for a name.
struct HostAddress: Sendable, CustomStringConvertible {
    /// As numbers.
    let ip: String
    let port: Int
    fileprivate let family: Int32
    fileprivate let bytes: [UInt8]

    var description: String { ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)" }

    struct Failure: Error { let message: String }

    /// All addresses of a host, as the system's resolver orders them; takes as long as that takes.
    static func lookUp(_ address: BrokerAddress) async -> Result<[HostAddress], Failure> {
        await withCheckedContinuation { continuation in
            Thread.detach { continuation.resume(returning: find(address)) }
        }
    }

    private static func find(_ address: BrokerAddress) -> Result<[HostAddress], Failure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, String(address.port), &hints, &list)
        guard status == 0 else { return .failure(Failure(message: String(cString: gai_strerror(status)))) }
        defer { freeaddrinfo(list) }
        var found: [HostAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let ip = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            guard !found.contains(where: { $0.ip == ip }) else { continue }
            let bytes = Array(UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))
            found.append(HostAddress(ip: ip, port: address.port, family: entry.ai_family, bytes: bytes))
        }
        return .success(found)
    }

    /// A connected socket.
    /// - Returns: or the error's number; ETIMEDOUT when the time is over.
    func connect(_ timeout: Duration) -> Result<Int32, SystemFailure> {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .failure(SystemFailure(code: errno)) }
        let status = bytes.withUnsafeBytes { raw in
            Libc.connect(descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t(raw.count))
        }
        var code = status == 0 ? 0 : errno
        if code == EINPROGRESS {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&wait, 1, timeout.pollMilliseconds) == 1 {
                var length = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
            } else {
                code = ETIMEDOUT
            }
        }
        guard code == 0 else {
            close(descriptor)
            return .failure(SystemFailure(code: code))
        }
        return .success(descriptor)
    }
}

/// An error's number.
struct SystemFailure: Error { let code: Int32 }

extension Duration {
    var pollMilliseconds: Int32 { Int32(clamping: Int64((self / .milliseconds(1)).rounded(.up))) }
}
