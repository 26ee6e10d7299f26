// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Properties of TLS")
struct TLSSettingsTests {
    private func settings(_ properties: [String: String], _ side: TLSSettings.Side = .client) throws(SecurityError)
        -> TLSSettings
    {
        try TLSSettings(SecurityProperties(properties), side)
    }

    @Test("Versions are those that both ssl.protocol and ssl.enabled.protocols allow")
    func versions() throws {
        #expect(try settings([:]).versions == .v12 ... .v13)
        #expect(try settings(["ssl.protocol": "TLSv1.2"]).versions == .v12 ... .v12)
        #expect(try settings(["ssl.enabled.protocols": "TLSv1.3"]).versions == .v13 ... .v13)
        #expect(
            try settings(["ssl.protocol": "TLS", "ssl.enabled.protocols": "TLSv1.1, TLSv1.2"]).versions == .v11 ... .v12
        )
        #expect(throws: SecurityError.self) {
            try settings(["ssl.protocol": "TLSv1.2", "ssl.enabled.protocols": "TLSv1.3"])
        }
        #expect(throws: SecurityError.self) { try settings(["ssl.enabled.protocols": "TLSv1.4"]) }
    }

    @Test("Cipher suites have IANA's names or OpenSSL's, and leave the versions that they are for")
    func suites() throws {
        let both = try settings(["ssl.cipher.suites": "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
        #expect(both.cipherSuites == ["ECDHE-RSA-AES128-GCM-SHA256"])
        #expect(both.versions == .v12 ... .v13)
        let old = try settings(["ssl.cipher.suites": "ECDHE-RSA-AES256-GCM-SHA384:UNKNOWN"])
        #expect(old.cipherSuites == ["ECDHE-RSA-AES256-GCM-SHA384"])
        #expect(old.versions == .v12 ... .v12)
        #expect(try settings(["ssl.cipher.suites": "TLS_AES_256_GCM_SHA384"]).versions == .v13 ... .v13)
        #expect(throws: SecurityError.self) { try settings(["ssl.cipher.suites": "RC4-MD5"]) }
        _ = try TLSContext(
            try settings(["ssl.cipher.suites": "AES128-SHA", "enable.ssl.certificate.verification": "false"]))
    }

    @Test("Names are checked unless the algorithm is empty or none")
    func hostNames() throws {
        #expect(try settings([:]).checksName)
        #expect(try settings(["ssl.endpoint.identification.algorithm": "HTTPS"]).checksName)
        #expect(try !settings(["ssl.endpoint.identification.algorithm": ""]).checksName)
        #expect(try !settings(["ssl.endpoint.identification.algorithm": "none"]).checksName)
        #expect(throws: SecurityError.self) { try settings(["ssl.endpoint.identification.algorithm": "LDAPS"]) }
    }

    @Test("Clients' certificates are asked for by the word of ssl.client.auth")
    func clientAuth() throws {
        #expect(try settings(["ssl.client.auth": "required"], .server).clientCertificates == .required)
        #expect(try settings(["ssl.client.auth": "REQUESTED"], .server).clientCertificates == .requested)
        #expect(throws: SecurityError.self) { try settings(["ssl.client.auth": "maybe"], .server) }
    }
}
