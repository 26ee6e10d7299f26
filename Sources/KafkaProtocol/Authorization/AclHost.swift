// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// From where an entry of an access control list holds.
package enum AclHost: Sendable, Equatable {
    case any
    case address(IPAddress)
    /// The first bits of addresses (KIP-1276).
    case network(IPAddress, bitCount: Int)
    /// What is no address; names are never looked up.
    case text(String)

    package init(_ text: String) {
        if text == AclBinding.wildcard {
            self = .any
        } else if let network = Self.network(text) {
            self = network
        } else if let address = IPAddress(text) {
            self = .address(address)
        } else {
            self = .text(text)
        }
    }

    /// `10.0.0.0/8`
    private static func network(_ text: String) -> AclHost? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let bitCount = Int(parts[1]),
            parts[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            bitCount <= address.bitCount
        else { return nil }
        return .network(address, bitCount: bitCount)
    }

    /// Why an entry for such hosts can't be stored; nil if it can.
    package static func complaint(_ text: String) -> String? {
        if text.isEmpty { return "Host pattern cannot be null or empty" }
        guard text.contains("/"), network(text) == nil else { return nil }
        return "Invalid CIDR notation '\(text)': Could not parse [\(text)]"
    }

    /// - Parameter host: an address as text.
    func matches(_ host: Substring) -> Bool {
        switch self {
        case .any: true
        case .address(let address): IPAddress(String(host)) == address
        case .network(let network, let bitCount): IPAddress(String(host))?.isIn(network, bitCount: bitCount) ?? false
        case .text(let text): host == text
        }
    }
}

/// An address of the internet protocol, whichever way it is written.
package struct IPAddress: Sendable, Equatable {
    private var high: UInt64 = 0
    private var low: UInt64 = 0
    /// 32 or 128.
    let bitCount: Int

    package init?(_ text: String) {
        var (short, long) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &short) == 1 {
            bitCount = 32
            high = UInt64(UInt32(bigEndian: short.s_addr)) << 32
        } else if inet_pton(AF_INET6, text, &long) == 1 {
            bitCount = 128
            (high, low) = withUnsafeBytes(of: long) { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        } else {
            return nil
        }
    }

    func isIn(_ network: IPAddress, bitCount count: Int) -> Bool {
        guard bitCount == network.bitCount else { return false }
        func differ(_ one: UInt64, _ other: UInt64, _ bits: Int) -> Bool {
            bits > 0 && (one ^ other) >> UInt64(64 - min(bits, 64)) != 0
        }
        return !differ(high, network.high, count) && !differ(low, network.low, count - 64)
    }
}
