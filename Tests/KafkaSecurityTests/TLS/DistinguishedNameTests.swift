// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("Names of certificates as Java writes them", .serialized)
struct DistinguishedNameTests {
    /// What X500Principal.getName() of a Java 17 prints for the same certificate.
    @Test("Signs are escaped, and attributes that RFC 2253 doesn't name are numbers")
    func java() throws {
        let material = try KeyMaterial()
        defer { material.remove() }
        try material.write(
            "config",
            """
            [req]
            distinguished_name = dn
            prompt = no
            utf8 = yes
            string_mask = utf8only
            [dn]
            C = DE
            ST = state
            serialNumber = 5
            UID = u
            DC = dc
            O = "tail "
            OU = " lead"
            emailAddress = x@y.z
            CN = "a=b\\#c, d \\"q\\" ü<>;+"
            """)
        try material.openssl("req -x509 -newkey ed25519 -nodes -keyout {k} -out {c} -days 30000 -config {config}")
        let context = try material.context(.server, ["ssl.certificate.location": "{c}", "ssl.key.location": "{k}"])
        #expect(
            context.certificate?.subject
                == "CN=a\\=b\\#c\\, d \\\"q\\\" ü\\<\\>\\;\\+,1.2.840.113549.1.9.1=#16057840792e7a"
                + ",OU=\\ lead,O=tail\\ ,DC=dc,UID=u,2.5.4.5=#130135,ST=state,C=DE")
    }
}
