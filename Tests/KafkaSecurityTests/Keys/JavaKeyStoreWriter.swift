// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Writes what keytool writes for the type JKS.
struct JavaKeyStoreWriter {
    var password: String

    func store(key: [UInt8], keyPassword: String, chain: [[UInt8]]) -> [UInt8] {
        let protected = Self.protect(key, Self.utf16(keyPassword))
        var entry = number(1, 4) + text("alias") + number(0, 8) + number(protected.count, 4) + protected
        entry += number(chain.count, 4)
        for certificate in chain { entry += self.certificate(certificate) }
        return whole([entry])
    }

    func store(trusted: [[UInt8]]) -> [UInt8] {
        whole(trusted.map { number(2, 4) + text("alias") + number(0, 8) + certificate($0) })
    }

    private func whole(_ entries: [[UInt8]]) -> [UInt8] {
        let body = [0xFE, 0xED, 0xFE, 0xED] + number(2, 4) + number(entries.count, 4) + entries.flatMap { $0 }
        return body + Self.sha1(Self.utf16(password) + Array("Mighty Aphrodite".utf8) + body)
    }

    private func certificate(_ der: [UInt8]) -> [UInt8] { text("X.509") + number(der.count, 4) + der }
    private func text(_ text: String) -> [UInt8] { number(text.utf8.count, 2) + Array(text.utf8) }

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func protect(_ key: [UInt8], _ secret: [UInt8]) -> [UInt8] {
        let salt = [UInt8](1...20)
        var digest = salt
        var hidden: [UInt8] = []
        for (index, byte) in key.enumerated() {
            if index % 20 == 0 { digest = sha1(secret + digest) }
            hidden.append(byte ^ digest[index % 20])
        }
        let content = salt + hidden + sha1(secret + key)
        let algorithm: [UInt8] = [
            0x30, 0x0E, 0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x2A, 0x02, 0x11, 0x01, 0x01, 0x05, 0x00,
        ]
        let octets = [0x04] + length(content.count) + content
        return [0x30] + length(algorithm.count + octets.count) + algorithm + octets
    }

    private static func length(_ count: Int) -> [UInt8] {
        switch count {
        case ..<128: [UInt8(count)]
        case ..<256: [0x81, UInt8(count)]
        default: [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        }
    }

    private static func sha1(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: bytes)) }

    static func utf16(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }
}
