// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Libc
internal import NIOSSL
internal import SwiftASN1
internal import X509

extension TLSSettings.Material {
    fileprivate func bytes() throws(SecurityError) -> [UInt8] {
        switch self {
        case .file(let source): try source.read()
        case .text(let text, _): Array(text.utf8)
        }
    }

    func store(_ passwords: KeyStore.Passwords, wantsKeys: Bool) throws(SecurityError) -> KeyStore {
        try KeyStore(try bytes(), source, passwords, wantsKeys: wantsKeys)
    }
}

/// A private key, and the certificates that are shown with it.
struct TLSIdentity: Sendable {
    var key: NIOSSLPrivateKey
    /// As DER, one's own first.
    var chain: [[UInt8]]

    init(_ identity: TLSSettings.Identity) throws(SecurityError) {
        let keys: [NIOSSLPrivateKey]
        let certificates: [[UInt8]]
        let (keySource, source): (KeySource, KeySource)
        switch identity {
        case .store(let material, let passwords):
            let store = try material.store(passwords, wantsKeys: true)
            (keys, certificates) = (store.keys, store.certificates)
            (keySource, source) = (material.source, material.source)
        case .pair(let chain, let key, let passwords):
            // PEM of either may hold both.
            keys = try key.store(passwords, wantsKeys: true).keys
            certificates = try chain.store(passwords, wantsKeys: false).certificates
            (keySource, source) = (key.source, chain.source)
        }
        guard let key = keys.first else { throw keySource.error("holds no private key") }
        guard !certificates.isEmpty else { throw source.error("holds no certificate, only a private key") }
        for certificate in certificates where (try? NIOSSLCertificate(bytes: certificate, format: .der)) == nil {
            throw source.error("holds a certificate that is damaged")
        }
        guard let own = certificates.firstIndex(where: { Self.belongs($0, to: key) }) else {
            throw keySource.error("holds a private key that belongs to none of the certificates in \(source.name)")
        }
        self.key = key
        chain = own == 0 ? certificates : Self.chain(from: certificates[own], certificates)
    }

    /// The TLS library knows, for every kind of key.
    private static func belongs(_ certificate: [UInt8], to key: NIOSSLPrivateKey) -> Bool {
        guard let certificate = try? NIOSSLCertificate(bytes: certificate, format: .der) else { return false }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.trustRoots = .certificates([])
        return (try? NIOSSLContext(configuration: configuration)) != nil
    }

    /// A certificate and those that vouch for it, one behind the other.
    private static func chain(from own: [UInt8], _ certificates: [[UInt8]]) -> [[UInt8]] {
        let known = certificates.compactMap { der in (try? Certificate(derEncoded: der)).map { (der, $0) } }
        guard var last = known.first(where: { $0.0 == own })?.1 else { return [own] }
        var chain = [own]
        while last.issuer != last.subject,
            let next = known.first(where: { $0.1.subject == last.issuer && !chain.contains($0.0) })
        {
            chain.append(next.0)
            last = next.1
        }
        return chain
    }
}

extension TLSSettings.Trust {
    /// Where systems keep the certificates that they trust.
    private static let systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// The trusted certificates as DER; nil for everybody.
    func certificates() throws(SecurityError) -> [[UInt8]]? {
        switch self {
        case .everybody: return nil
        case .system: return try Self.systemCertificates()
        case .store(let material, let passwords):
            if let path = material.source.path, let names = Self.directory(path) {
                return try Self.certificates(of: path, names, material.source)
            }
            let found = try material.store(passwords, wantsKeys: false).certificates
            guard !found.isEmpty else { throw material.source.error("holds no certificate") }
            return found
        }
    }

    private static func systemCertificates() throws(SecurityError) -> [[UInt8]] {
        // As OpenSSL has it.
        let chosen = getenv("SSL_CERT_FILE").map { String(cString: $0) }
        for path in (chosen.map { [$0] } ?? []) + systemFiles where access(path, R_OK) == 0 {
            let passwords = KeyStore.Passwords(store: nil, storeProperty: "", key: nil, keyProperty: "")
            let source = KeySource("the system's certificates", path: path)
            return try KeyStore(try source.read(), source, passwords, wantsKeys: false).certificates
        }
        throw SecurityError(
            "this system has no certificates of authorities: set ssl.truststore.location (or ssl.ca.location), or install "
                + "ca-certificates")
    }

    /// The names in a directory, nil if it is none.
    private static func directory(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Of all files that hold some; links by their hashes lead to the same ones.
    private static func certificates(
        of directory: String, _ names: [String], _ source: KeySource
    ) throws(SecurityError) -> [[UInt8]] {
        let passwords = KeyStore.Passwords(store: nil, storeProperty: "", key: nil, keyProperty: "")
        var found: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for name in names {
            let file = KeySource(source.property, path: "\(directory)/\(name)")
            guard let bytes = try? file.read(), [.pem, .certificate].contains(KeyFormat(bytes)),
                let store = try? KeyStore(bytes, file, passwords, wantsKeys: false)
            else { continue }
            for certificate in store.certificates where seen.insert(certificate).inserted { found.append(certificate) }
        }
        guard !found.isEmpty else { throw source.error("is a directory without certificates") }
        return found
    }
}
