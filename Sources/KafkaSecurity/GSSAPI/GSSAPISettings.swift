// SPDX-License-Identifier: Apache-2.0

/// What a login with Kerberos needs.
package struct GSSAPISettings: Sendable, Equatable {
    /// `kafka` of `kafka/host@REALM`.
    package var serviceName: String
    /// Nil for the environment's or the system's.
    package var keyTab: String?
    package var principal: String?

    init(_ properties: SecurityProperties, _ module: JAASModule?) throws(SecurityError) {
        let name = properties["sasl.kerberos.service.name"]
        if let name, let other = module?["serviceName"], name != other {
            throw SecurityError(
                "sasl.kerberos.service.name and 'serviceName' of the JAAS configuration mean the same and are both given, but differ; keep one"
            )
        }
        guard let serviceName = name ?? module?["serviceName"], !serviceName.isEmpty else {
            throw SecurityError("GSSAPI needs sasl.kerberos.service.name, which is 'kafka' almost everywhere")
        }
        self.serviceName = serviceName
        keyTab = properties["sasl.kerberos.keytab"] ?? module?["keyTab"]
        principal = properties["sasl.kerberos.principal"] ?? module?["principal"]
    }
}
