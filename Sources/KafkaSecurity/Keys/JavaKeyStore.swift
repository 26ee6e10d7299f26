// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import SwiftASN1

/// Sun's format of key stores: entries one behind the other, and a digest over the password and them.
///
/// Keys are protected by a stream of SHA-1 over the password, which is as weak as it sounds: the file's permissions
/// are what counts.
struct JavaKeyStore {
    struct Contents {
        /// As PKCS#8.
        var keys: [[UInt8]] = []
        var certificates: [[UInt8]] = []
    }

    private struct Damaged: Error {}

    var source: KeySource
    var passwords: KeyStore.Passwords

    func read(_ bytes: [UInt8], wantsKeys: Bool) throws(SecurityError) -> Contents {
        guard bytes.count >= 32 else { throw source.error("is cut off") }
        let body = bytes[..<(bytes.count - 20)]
        if let password = passwords.store {
            // As the format has it.
            let digest = Self.sha1(Self.utf16(password), Array("Mighty Aphrodite".utf8), Array(body))
            guard digest.elementsEqual(bytes.suffix(20)) else {
                throw source.error(
                    "isn't opened by \(passwords.storeProperty); the password is wrong or the file damaged")
            }
        }
        var keys: [[UInt8]] = []
        var contents = Contents()
        do {
            var input = Input(rest: body.dropFirst(4))
            let version = try input.number(4)
            guard version == 1 || version == 2 else { throw Damaged() }
            for _ in 0..<(try input.number(4)) {
                let tag = try input.number(4)
                _ = try input.bytes(try input.number(2))
                _ = try input.bytes(8)
                switch tag {
                case 1:
                    keys.append(try input.bytes(try input.number(4)))
                    for _ in 0..<(try input.number(4)) { contents.certificates.append(try input.certificate(version)) }
                case 2: contents.certificates.append(try input.certificate(version))
                default: throw Damaged()
                }
            }
        } catch {
            throw source.error("is damaged: an entry can't be read")
        }
        if wantsKeys { for key in keys { contents.keys.append(try unprotected(key)) } }
        return contents
    }

    /// A private key behind Sun's protection.
    private func unprotected(_ bytes: [UInt8]) throws(SecurityError) -> [UInt8] {
        let (password, property) = passwords.ofKey
        guard let password else { throw source.error("holds a protected private key; set \(passwords.storeProperty)") }
        guard let info = try? DER.parse(bytes), let algorithm = try? info.element(0).element(0).oid,
            algorithm == [1, 3, 6, 1, 4, 1, 42, 2, 17, 1, 1], let protected = try? info.element(1).octets,
            protected.count >= 40
        else { throw source.error("holds a private key in a protection that is not known here") }
        let secret = Self.utf16(password)
        var digest = Array(protected.prefix(20))
        var plain = Array(protected[20..<(protected.count - 20)])
        for index in plain.indices {
            if index % 20 == 0 { digest = Self.sha1(secret, digest) }
            plain[index] ^= digest[index % 20]
        }
        guard Self.sha1(secret, plain).elementsEqual(protected.suffix(20)) else {
            throw source.error("holds a private key that \(property) doesn't open; the password is wrong")
        }
        return plain
    }

    private static func sha1(_ parts: [UInt8]...) -> [UInt8] {
        var hash = Insecure.SHA1()
        for part in parts { hash.update(data: part) }
        return Array(hash.finalize())
    }

    private static func utf16(_ password: String) -> [UInt8] {
        password.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// Numbers in network order, and bytes behind their number.
    private struct Input {
        var rest: ArraySlice<UInt8>

        mutating func number(_ size: Int) throws -> Int {
            guard rest.count >= size else { throw Damaged() }
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func bytes(_ count: Int) throws -> [UInt8] {
            guard rest.count >= count else { throw Damaged() }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }

        mutating func certificate(_ version: Int) throws -> [UInt8] {
            if version == 2 { _ = try bytes(try number(2)) }
            return try bytes(try number(4))
        }
    }
}
