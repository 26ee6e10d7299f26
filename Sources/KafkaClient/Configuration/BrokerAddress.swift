// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
internal import NIOCore

/// Host and port of a listener.
public struct BrokerAddress: Sendable, Hashable {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    /// From 1 to 65535 to connect to.
    public var port: Int

    /// Where brokers listen unless told otherwise.
    public static let defaultPort = 9092

    /// Neither is checked until somebody connects.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `HOST`; nil for what is neither, see `init(parsing:)`.
    public init?(_ text: some StringProtocol) {
        do throws(ClientError) { self = try BrokerAddress(parsing: text) } catch { return nil }
    }

    /// Reads `HOST:PORT`, or `HOST` alone, where brokers listen on 9092. A protocol before it (`PLAINTEXT://`) and a slash
    /// behind it are skipped. An IPv6 address need not have brackets; without them what stands behind the last colon is
    /// the port, if the rest is an address.
    public init(parsing text: some StringProtocol) throws(ClientError) {
        var rest = Substring(text)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        if rest.hasSuffix("/") { rest.removeLast() }
        func invalid(_ reason: String) -> ClientError {
            ClientError(.configuration, "Invalid url in bootstrap.servers: \(text) (\(reason))")
        }
        if !rest.hasPrefix("["), Self.isIPv6(rest) {
            let head = rest.lastIndex(of: ":").map { rest[..<$0] } ?? rest
            let tail = rest[head.endIndex...].dropFirst()
            // ::1:9092 is a whole address as well, but nobody means that.
            if Self.isIPv6(head), let port = Int(tail), (1...65_535).contains(port) {
                self.init(host: String(head), port: port)
            } else {
                self.init(host: String(rest), port: Self.defaultPort)
            }
            return
        }
        let isAfterBracket = rest.lastIndex(of: "]") ?? rest.startIndex
        var host = rest
        var port = Self.defaultPort
        if let colon = rest[isAfterBracket...].lastIndex(of: ":") {
            host = rest[..<colon]
            let digits = rest[rest.index(after: colon)...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) else {
                throw invalid("HOST:PORT is expected")
            }
            guard let number = Int(digits), (1...65_535).contains(number) else {
                throw invalid("a port is a number from 1 to 65535")
            }
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard Self.isIPv6(host) else { throw invalid("in brackets there must be an IPv6 address") }
        } else if host.contains(where: { ":/[]@ ".contains($0) }) {
            // An address with a port, though its last part is no port.
            guard Self.isIPv6(host) else { throw invalid("HOST:PORT is expected") }
        }
        guard !host.isEmpty else { throw invalid("the host is missing") }
        self.init(host: String(host), port: port)
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        // fe80::1%eth0: the interface is not part of the address.
        let address = text.prefix { $0 != "%" }
        guard address.contains(":") else { return false }
        return (try? SocketAddress(ipAddress: String(address), port: 0))?.protocol == .inet6
    }

    /// Reads a list with commas, as `bootstrap.servers` has it; one that is there twice counts once.
    public static func parse(_ list: String) throws(ClientError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        for part in list.split(separator: ",") {
            let entry = part.trimmed
            guard !entry.isEmpty else { continue }
            let address = try BrokerAddress(parsing: entry)
            if !addresses.contains(address) { addresses.append(address) }
        }
        guard !addresses.isEmpty else {
            throw ClientError(.configuration, "No bootstrap server given in bootstrap.servers: '\(list)'")
        }
        return addresses
    }
}

extension BrokerAddress: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Substring {
    fileprivate func firstRange(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
