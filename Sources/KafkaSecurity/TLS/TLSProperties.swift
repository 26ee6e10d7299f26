// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOSSL

/// Makes sense of the properties of TLS. Java's rules hold, but for those that only get into the way: a password for PEM,
/// a type that is not the file's, a key file without password.
struct TLSProperties {
    var properties: SecurityProperties

    func apply(to settings: inout TLSSettings) throws(SecurityError) {
        settings.identity = try identity()
        settings.trust = try trust()
        settings.versions = try versions()
        if let text = properties["ssl.cipher.suites"]?.trimmed, !text.isEmpty {
            let choice = try CipherSuites.choose(text)
            settings.cipherSuites = choice.older.isEmpty ? nil : choice.older
            if choice.older.isEmpty { settings.versions = try only(.v13, of: settings.versions) }
            if !choice.hasNewest { settings.versions = try only(.v12, of: settings.versions) }
        }
        settings.curves = try curves()
        if settings.side == .client { settings.checksName = try checksName() }
        if settings.side == .server { settings.clientCertificates = try clientCertificates() }
        if let name = given("ssl.crl.location") {
            throw SecurityError("ssl.crl.location=\(name.printable): lists of revoked certificates are not read here")
        }
    }

    /// A value that is not empty.
    private func given(_ name: String) -> String? {
        guard let value = properties[name], !value.isEmpty else { return nil }
        return value
    }

    /// The first of several names for the same that is given.
    private func source(_ names: String...) throws(SecurityError) -> (name: String, value: String)? {
        var found: (name: String, value: String)?
        for name in names {
            guard let value = given(name) else { continue }
            if let found, found.value != value { throw Self.contradiction(found.name, name) }
            found = found ?? (name, value)
        }
        return found
    }

    private static func contradiction(_ one: String, _ other: String) -> SecurityError {
        SecurityError("\(one) and \(other) mean the same and are both given, but differ; keep one")
    }

    private func refuseBoth(_ one: String?, _ other: String?) throws(SecurityError) {
        guard let one, let other else { return }
        throw SecurityError("\(one) and \(other) are both given; keep one")
    }

    /// A store's type, where it was chosen.
    private func type(_ property: String) throws(SecurityError) -> String? {
        guard let type = given(property)?.trimmed else { return nil }
        guard ["JKS", "PKCS12", "PEM"].contains(type.uppercased()) else {
            throw SecurityError("\(property) can't be '\(type.printable)'; it is one of JKS, PKCS12, PEM")
        }
        return type.uppercased()
    }

    private func requirePEM(_ property: String, type typeProperty: String) throws(SecurityError) {
        guard let type = try type(typeProperty), type != "PEM" else { return }
        throw SecurityError("\(property) is text of PEM, but \(typeProperty)=\(type); set \(typeProperty)=PEM")
    }

    // MARK: Who one is

    private func identity() throws(SecurityError) -> TLSSettings.Identity? {
        let passwords = KeyStore.Passwords(
            store: given("ssl.keystore.password"), storeProperty: "ssl.keystore.password",
            key: given("ssl.key.password"), keyProperty: "ssl.key.password")
        _ = try type("ssl.keystore.type")
        let store = given("ssl.keystore.location")
        let key = try source("ssl.keystore.key", "ssl.key.pem")
        let chain = try source("ssl.keystore.certificate.chain", "ssl.certificate.pem")
        let keyFile = given("ssl.key.location")
        let chainFile = given("ssl.certificate.location")
        try refuseBoth(key?.name, store.map { _ in "ssl.keystore.location" })
        try refuseBoth(chain?.name, store.map { _ in "ssl.keystore.location" })
        try refuseBoth(keyFile.map { _ in "ssl.key.location" }, store.map { _ in "ssl.keystore.location" })
        try refuseBoth(key?.name, keyFile.map { _ in "ssl.key.location" })
        try refuseBoth(chain?.name, chainFile.map { _ in "ssl.certificate.location" })
        if let store { return .store(.file(KeySource("ssl.keystore.location", path: store)), passwords) }
        func material(
            _ text: (name: String, value: String)?, _ file: String?, _ property: String
        ) -> TLSSettings.Material? {
            if let text { return .text(text.value, KeySource(text.name)) }
            return file.map { .file(KeySource(property, path: $0)) }
        }
        for text in [key, chain] {
            if let text, text.name.hasPrefix("ssl.keystore") {
                try requirePEM(text.name, type: "ssl.keystore.type")
            }
        }
        let keys = material(key, keyFile, "ssl.key.location")
        let certificates = material(chain, chainFile, "ssl.certificate.location")
        switch (keys, certificates) {
        case (let keys?, let certificates?): return .pair(certificates, key: keys, passwords)
        case (let keys?, nil):
            throw SecurityError(
                "\(keys.source.property) is given without its certificates; set "
                    + (key?.name == "ssl.keystore.key" ? "ssl.keystore.certificate.chain" : "ssl.certificate.location"))
        case (nil, let certificates?):
            // Key and certificates are often in one file.
            if case .file = certificates { return .store(certificates, passwords) }
            throw SecurityError(
                "\(certificates.source.property) is given without its private key; set "
                    + (chain?.name == "ssl.certificate.pem" ? "ssl.key.pem" : "ssl.keystore.key"))
        case (nil, nil):
            guard passwords.store == nil else {
                throw SecurityError("ssl.keystore.password is given without ssl.keystore.location")
            }
            return nil
        }
    }

    // MARK: Whom one trusts

    private func trust() throws(SecurityError) -> TLSSettings.Trust {
        let password = given("ssl.truststore.password")
        let passwords = KeyStore.Passwords(
            store: password, storeProperty: "ssl.truststore.password", key: nil,
            keyProperty: "ssl.truststore.password")
        _ = try type("ssl.truststore.type")
        let file = try source("ssl.truststore.location", "ssl.ca.location")
        let text = try source("ssl.truststore.certificates", "ssl.ca.pem")
        try refuseBoth(file?.name, text?.name)
        if let text, text.name == "ssl.truststore.certificates" {
            try requirePEM(text.name, type: "ssl.truststore.type")
        }
        if let verifies = given("enable.ssl.certificate.verification"), verifies.trimmed.lowercased() == "false" {
            return .everybody
        }
        if let text { return .store(.text(text.value, KeySource(text.name)), passwords) }
        // librdkafka's word for the system's.
        if let file, !(file.name == "ssl.ca.location" && file.value == "probe") {
            return .store(.file(KeySource(file.name, path: file.value)), passwords)
        }
        guard password == nil else {
            throw SecurityError("ssl.truststore.password is given without ssl.truststore.location")
        }
        return .system
    }

    private func checksName() throws(SecurityError) -> Bool {
        switch properties["ssl.endpoint.identification.algorithm"]?.trimmed.lowercased() {
        case nil, "https": return true
        case "", "none": return false
        case let name?:
            throw SecurityError(
                "ssl.endpoint.identification.algorithm can't be '\(name.printable)'; it is https, or empty for none")
        }
    }

    private func clientCertificates() throws(SecurityError) -> TLSSettings.ClientCertificates {
        guard let text = given("ssl.client.auth")?.trimmed else { return .none }
        guard let found = TLSSettings.ClientCertificates(rawValue: text.lowercased()) else {
            throw SecurityError("ssl.client.auth can't be '\(text.printable)'; it is one of required, requested, none")
        }
        return found
    }

    // MARK: How one speaks

    private func versions() throws(SecurityError) -> ClosedRange<TLSSettings.Version> {
        var versions: [TLSSettings.Version] = []
        for name in (given("ssl.enabled.protocols") ?? "TLSv1.2,TLSv1.3").split(separator: ",").map(\.trimmed) {
            // What nobody has any more, and OpenSSL's way to say that first messages may be of old.
            if ["SSLV2HELLO", "SSLV3"].contains(name.uppercased()) { continue }
            guard let version = TLSSettings.Version(name) else {
                throw SecurityError(
                    "ssl.enabled.protocols can't name '\(name.printable)'; it takes TLSv1.2 and TLSv1.3")
            }
            versions.append(version)
        }
        if let name = given("ssl.protocol")?.trimmed, name.uppercased() != "TLS", name.uppercased() != "SSL" {
            guard let newest = TLSSettings.Version(name) else {
                throw SecurityError("ssl.protocol can't be '\(name.printable)'; it is TLSv1.3 or TLSv1.2")
            }
            versions.removeAll { $0 > newest }
        }
        guard let oldest = versions.min(), let newest = versions.max() else {
            throw SecurityError("ssl.protocol and ssl.enabled.protocols leave no version of TLS")
        }
        return oldest...newest
    }

    private func only(
        _ version: TLSSettings.Version, of versions: ClosedRange<TLSSettings.Version>
    ) throws(SecurityError) -> ClosedRange<TLSSettings.Version> {
        let lowest = version == .v13 ? version : versions.lowerBound
        guard lowest <= min(versions.upperBound, version) else {
            throw SecurityError(
                "ssl.cipher.suites has no suite for the versions of TLS that ssl.enabled.protocols names")
        }
        return lowest...min(versions.upperBound, version)
    }

    private func curves() throws(SecurityError) -> [NIOTLSCurve]? {
        guard let text = given("ssl.curves.list") else { return nil }
        var curves: [NIOTLSCurve] = []
        for name in text.split(whereSeparator: { $0 == ":" || $0 == "," }).map(\.trimmed) {
            switch name.lowercased() {
            case "p-256", "prime256v1", "secp256r1": curves.append(.secp256r1)
            case "p-384", "secp384r1": curves.append(.secp384r1)
            case "p-521", "secp521r1": curves.append(.secp521r1)
            case "x25519": curves.append(.x25519)
            default:
                throw SecurityError(
                    "ssl.curves.list can't name '\(name.printable)'; it takes X25519, P-256, P-384, P-521")
            }
        }
        return curves.isEmpty ? nil : curves
    }
}
