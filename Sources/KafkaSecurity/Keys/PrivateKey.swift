// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOSSL
internal import SwiftASN1

/// Reads private keys: PKCS#8, plain or encrypted, PKCS#1, SEC1; RSA, of the NIST curves, and Ed25519.
struct PrivateKeyReader {
    var source: KeySource
    var password: String?
    /// Where that is given, or would be.
    var passwordProperty: String

    func key(_ block: PEM.Block) throws(SecurityError) -> NIOSSLPrivateKey {
        if block.isTraditionallyEncrypted {
            return try encryptedByOpenSSL(block, try requiredPassword())
        }
        if block.label == "ENCRYPTED PRIVATE KEY" { return try encrypted(block.bytes) }
        return try plain(block.bytes)
    }

    func plain(_ bytes: [UInt8]) throws(SecurityError) -> NIOSSLPrivateKey {
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .der) } catch {
            throw source.error("holds a private key that can't be read; RSA, EC and Ed25519 keys can")
        }
    }

    /// An EncryptedPrivateKeyInfo of PKCS#8.
    func encrypted(_ bytes: [UInt8]) throws(SecurityError) -> NIOSSLPrivateKey {
        let password = try requiredPassword()
        let plain: [UInt8]
        do {
            let info = try BER.parse(bytes)
            plain = try PBES2.decrypt(try info.element(1).octets, try info.element(0), password: password)
        } catch is PBES2.Unknown {
            // Triple DES and RC2, which the TLS library has.
            return try encryptedByOpenSSL(
                PEM.Block(label: "ENCRYPTED PRIVATE KEY", headers: [], bytes: bytes), password)
        } catch {
            throw wrongPassword
        }
        do { return try NIOSSLPrivateKey(bytes: plain, format: .der) } catch { throw wrongPassword }
    }

    private func encryptedByOpenSSL(_ block: PEM.Block, _ password: String) throws(SecurityError) -> NIOSSLPrivateKey {
        // The library takes no other characters, nor longer passwords.
        guard password.utf8.allSatisfy({ $0 < 128 }), password.utf8.count < 1024 else {
            throw source.error(
                "holds a key in an old encryption, whose password can have ASCII letters only; write it anew with "
                    + "openssl pkcs8 -topk8 -v2 aes256")
        }
        do {
            return try NIOSSLPrivateKey(bytes: Array(block.text.utf8), format: .pem) { setter in
                setter(Array(password.utf8))
            }
        } catch {
            throw wrongPassword
        }
    }

    private func requiredPassword() throws(SecurityError) -> String {
        guard let password else {
            throw source.error("holds an encrypted private key; set \(passwordProperty)")
        }
        return password
    }

    private var wrongPassword: SecurityError {
        source.error("holds a private key that \(passwordProperty) doesn't open; the password is wrong")
    }
}
