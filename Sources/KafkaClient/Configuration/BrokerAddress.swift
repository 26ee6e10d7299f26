// SPDX-License-Identifier: Apache-2.0

/// Host and port of a listener.
public struct BrokerAddress: Sendable, Hashable {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, where a protocol before the host (`PLAINTEXT://`) is skipped and an IPv6 address has brackets.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]) else { return nil }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, (1...65_535).contains(port) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Reads a list with commas, as `bootstrap.servers` has it.
    public static func parse(_ list: String) throws(ClientError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        for part in list.split(separator: ",") {
            let entry = part.trimmingSpaces
            guard !entry.isEmpty else { continue }
            guard let address = BrokerAddress(entry) else {
                throw ClientError(.configuration, "Invalid url in bootstrap.servers: \(entry) (HOST:PORT is expected)")
            }
            addresses.append(address)
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

extension StringProtocol {
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
        var text = Substring(self)
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(text)
    }
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
