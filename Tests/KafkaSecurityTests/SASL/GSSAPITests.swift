// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Logins by GSSAPI")
struct GSSAPITests {
    @Test("Where the library or the key table is missing, that is said in one line")
    func missing() throws {
        let settings = try GSSAPISettings(
            SecurityProperties([
                "sasl.kerberos.service.name": "kafka", "sasl.kerberos.keytab": "/nowhere/key.tab",
                "sasl.kerberos.principal": "alice@EXAMPLE.COM",
            ]), nil)
        let error = #expect(throws: SecurityError.self) { try GSSAPIClient(settings, host: "127.0.0.1") }
        let message = try #require(error?.message)
        let unread = "Kerberos: key table /nowhere/key.tab can't be read: "
        #expect(message.hasPrefix(unread) || message.contains("install"), "\(message)")
        #expect(!message.contains("\n"))
    }
}
