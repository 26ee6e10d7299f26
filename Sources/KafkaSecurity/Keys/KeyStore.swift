// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL

/// What a file of key material holds: private keys with their certificates, and certificates alone.
struct KeyStore {
    /// In their order; the first is used.
    var keys: [NIOSSLPrivateKey] = []
    /// Certificates as DER, in their order, those of keys among them.
    var certificates: [[UInt8]] = []

    /// How a store is opened.
    struct Passwords {
        /// Of the whole store.
        var store: String?
        var storeProperty: String
        /// Of the key in it; the store's if nil.
        var key: String?
        var keyProperty: String

        /// The password of a key, and where it is given.
        var ofKey: (password: String?, property: String) {
            key == nil && store != nil ? (store, storeProperty) : (key, keyProperty)
        }
    }

    /// - Parameter wantsKeys: whether private keys are of use; a trust store's stay shut.
    init(_ bytes: [UInt8], _ source: KeySource, _ passwords: Passwords, wantsKeys: Bool) throws(SecurityError) {
        let (keyPassword, keyProperty) = passwords.ofKey
        let reader = PrivateKeyReader(source: source, password: keyPassword, passwordProperty: keyProperty)
        guard !bytes.isEmpty else { throw source.error("is empty") }
        switch KeyFormat(bytes) {
        case .pem: try readPEM(bytes, reader, wantsKeys)
        case .certificate: certificates = [bytes]
        case .privateKey: if wantsKeys { keys = [try reader.plain(bytes)] }
        case .encryptedPrivateKey: if wantsKeys { keys = [try reader.encrypted(bytes)] }
        case .pkcs12:
            let contents = try PKCS12(source: source, passwords: passwords).read(bytes)
            certificates = contents.certificates
            if wantsKeys {
                for key in contents.plainKeys { keys.append(try reader.plain(key)) }
                for key in contents.encryptedKeys { keys.append(try reader.encrypted(key)) }
            }
        case .jks:
            let contents = try JavaKeyStore(source: source, passwords: passwords).read(bytes, wantsKeys: wantsKeys)
            certificates = contents.certificates
            for key in contents.keys { keys.append(try reader.plain(key)) }
        case .jceks:
            throw source.error(
                "is a JCEKS store, which is not read here; make a PKCS12 of it with keytool -importkeystore "
                    + "-deststoretype PKCS12")
        case nil:
            throw source.error("is no key store: neither PEM, PKCS12, JKS nor DER")
        }
    }

    private mutating func readPEM(
        _ bytes: [UInt8], _ reader: PrivateKeyReader, _ wantsKeys: Bool
    ) throws(SecurityError) {
        let blocks: [PEM.Block]
        do throws(PEM.Damage) {
            blocks = try PEM.blocks(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw reader.source.error("is damaged: \(error.reason)")
        }
        for block in blocks {
            if block.isCertificate { certificates.append(block.bytes) }
            if block.isPrivateKey, wantsKeys { keys.append(try reader.key(block)) }
        }
    }
}
