// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import KafkaProtocol
internal import Libc
internal import SwiftASN1
internal import X509

/// What a certificate says of itself.
public struct CertificateFacts: Sendable, Equatable {
    /// As Java writes it: `CN=broker,O=example`.
    public var subject: String
    /// Who vouches for it.
    public var issuer: String
    /// The names and addresses that it is for.
    public var names: [String]
    /// Seconds since 1970.
    public var notValidBefore: Int64
    /// Seconds since 1970.
    public var notValidAfter: Int64

    /// - Parameter der: the certificate's bytes.
    /// - Throws: if it can't be read.
    package init(der: [UInt8]) throws(SecurityError) {
        do { self.init(try Certificate(derEncoded: der)) } catch {
            throw SecurityError("the certificate can't be read: \(error)")
        }
    }

    init(_ certificate: Certificate) {
        subject = certificate.subject.javaText
        issuer = certificate.issuer.javaText
        names = certificate.alternativeNames.map(\.description)
        notValidBefore = Self.seconds(certificate.notValidBefore)
        notValidAfter = Self.seconds(certificate.notValidAfter)
    }

    private static func seconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970.rounded(.down)) }

    /// Whether it vouches for itself, as authorities at the top do.
    public var isSelfIssued: Bool { subject == issuer }

    /// `CN=broker,O=example`, or what it is for if it has no subject; safe to print.
    var title: String {
        let text = subject.isEmpty ? names.joined(separator: ", ") : subject
        return VisibleText.of(String(text.prefix(300)))
    }

    /// A time as ISO 8601 has it, to the second, in UTC.
    public static func time(_ seconds: Int64) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}

/// A name that a certificate is for.
enum CertificateName: Equatable, CustomStringConvertible {
    case dns(String)
    /// 4 or 16 bytes.
    case address([UInt8])

    var description: String {
        switch self {
        case .dns(let name): VisibleText.of(String(name.prefix(255)))
        case .address(let bytes): Self.text(bytes)
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard bytes.count == 4 || bytes.count == 16,
            inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil
        else { return "an address of \(bytes.count) bytes" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The bytes of an address, nil for a name.
    static func address(of host: String) -> [UInt8]? {
        // An address of one link names the interface behind a percent sign.
        let host = String(host.prefix { $0 != "%" })
        var (four, six) = ([UInt8](repeating: 0, count: 4), [UInt8](repeating: 0, count: 16))
        if inet_pton(AF_INET, host, &four) == 1 { return four }
        if inet_pton(AF_INET6, host, &six) == 1 { return six }
        return nil
    }
}

extension Certificate {
    var alternativeNames: [CertificateName] {
        guard let names = try? extensions.subjectAlternativeNames else { return [] }
        return names.compactMap { name in
            switch name {
            case .dnsName(let name): .dns(name)
            case .ipAddress(let bytes): .address(Array(bytes.bytes))
            default: nil
            }
        }
    }

    /// The last common name of the subject, the most specific.
    private var commonName: String? {
        for part in subject.reversed() {
            for attribute in part where attribute.type == [2, 5, 4, 3] { return String(attribute.value) }
        }
        return nil
    }

    /// Whether it is for a host (RFC 6125), an address or a name. A common name counts where there are no names of
    /// the host's kind, as in Java.
    func isFor(_ host: String) -> Bool {
        let names = alternativeNames
        if let address = CertificateName.address(of: host) { return names.contains(.address(address)) }
        let patterns = names.compactMap { if case .dns(let name) = $0 { name } else { nil } }
        if patterns.isEmpty { return commonName.map { Self.matches($0, host) } ?? false }
        return patterns.contains { Self.matches($0, host) }
    }

    /// A star stands for the first label alone, and a whole one.
    private static func matches(_ pattern: String, _ host: String) -> Bool {
        func labels(_ name: String) -> [Substring] {
            let name = name.hasSuffix(".") ? name.dropLast() : name[...]
            return name.split(separator: ".", omittingEmptySubsequences: false)
        }
        func isSame(_ one: Substring, _ other: Substring) -> Bool { one.lowercased() == other.lowercased() }
        let (pattern, host) = (labels(pattern), labels(host))
        guard pattern.count == host.count, let first = pattern.first, let name = host.first, !name.isEmpty else {
            return false
        }
        guard zip(pattern.dropFirst(), host.dropFirst()).allSatisfy(isSame) else { return false }
        if first == "*" { return pattern.count > 2 }
        return isSame(first, name)
    }
}
