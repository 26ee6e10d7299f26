// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1

/// Reads PKCS#12 (RFC 7292): keys, still encrypted as PKCS#8 has it, and certificates.
///
/// Any number of keys or none, as key stores and trust stores of Java have them.
struct PKCS12 {
    struct Contents {
        var plainKeys: [[UInt8]] = []
        var encryptedKeys: [[UInt8]] = []
        var certificates: [[UInt8]] = []
    }

    static let data: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 1]
    private static let encryptedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 6]
    static let keyBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 1]
    private static let shroudedKeyBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 2]
    static let certificateBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 3]
    private static let nestedBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 6]

    var source: KeySource
    var passwords: KeyStore.Passwords

    func read(_ bytes: [UInt8]) throws(SecurityError) -> Contents {
        do {
            return try contents(bytes)
        } catch let error as SecurityError {
            throw error
        } catch is PKCS12Integrity.Unknown {
            throw source.error("is a PKCS12 store whose integrity is protected in a way that is not known here")
        } catch {
            throw source.error("is a damaged PKCS12 store")
        }
    }

    private func contents(_ bytes: [UInt8]) throws -> Contents {
        let store = try BER.parse(bytes).elements
        guard store.count >= 2 else { throw ASN1Node.Malformed() }
        let safe = try store[1].elements
        guard safe.count == 2, try safe[0].oid == Self.data else {
            throw source.error("is a PKCS12 store that is signed rather than protected by a password")
        }
        let authenticated = try safe[1].element(0).octets
        var password = passwords.store
        if store.count > 2 {
            if let given = password {
                guard try PKCS12Integrity.holds(store[2], authenticated, password: given) else { throw wrongPassword }
            } else if try PKCS12Integrity.holds(store[2], authenticated, password: "") {
                password = ""
            }
        }
        var contents = Contents()
        for part in try BER.parse(authenticated).elements {
            switch try part.element(0).oid {
            case Self.data: try read(bags: try part.element(1).element(0).octets, into: &contents)
            case Self.encryptedData: try read(encrypted: part, password, into: &contents)
            default: continue
            }
        }
        return contents
    }

    private func read(encrypted part: ASN1Node, _ password: String?, into contents: inout Contents) throws {
        guard let password else { throw source.error("is an encrypted PKCS12 store; set \(passwords.storeProperty)") }
        let content = try part.element(1).element(0).element(1).elements
        guard content.count == 3 else { throw ASN1Node.Malformed() }
        let plain: [UInt8]
        do {
            plain = try PBES2.decrypt(try content[2].octets, content[1], password: password)
        } catch is PBES2.Unknown {
            do {
                contents.certificates += try OldPKCS12.certificates(part, password: password)
                return
            } catch {
                throw source.error(
                    "is a PKCS12 store in an old encryption that can't be read here; write it anew with openssl pkcs12 "
                        + "or keytool -importkeystore")
            }
        } catch {
            throw wrongPassword
        }
        try read(bags: plain, into: &contents)
    }

    private func read(bags bytes: [UInt8], into contents: inout Contents, depth: Int = 0) throws {
        guard depth < 8 else { throw ASN1Node.Malformed() }
        for bag in try BER.parse(bytes).elements {
            let value = try bag.element(1).element(0)
            switch try bag.element(0).oid {
            case Self.keyBag: contents.plainKeys.append(Array(value.encodedBytes))
            case Self.shroudedKeyBag: contents.encryptedKeys.append(Array(value.encodedBytes))
            case Self.certificateBag: contents.certificates.append(try value.element(1).element(0).octets)
            case Self.nestedBag: try read(bags: Array(value.encodedBytes), into: &contents, depth: depth + 1)
            default: continue
            }
        }
    }

    private var wrongPassword: SecurityError {
        source.error("isn't opened by \(passwords.storeProperty); the password is wrong or the file damaged")
    }
}
