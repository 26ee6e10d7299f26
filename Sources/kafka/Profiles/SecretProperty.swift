// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Which properties hold what nobody else may read.
enum SecretProperty {
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return marks.contains { name.contains($0) }
    }

    private static let marks = [
        "password", "passphrase", "secret", "jaas", "hmac", "keystore.key", "ssl.key.pem", "accesskey", "access.token",
    ]

    /// Whether the secret itself stands there, and not a reference to it.
    static func isBare(_ name: String, _ value: String) -> Bool {
        guard isSecret(name), !value.isEmpty, value != "-", !value.contains("${") else { return false }
        guard name.lowercased().contains("jaas") else { return true }
        // A ticket of Kerberos is no secret.
        return marks.contains { value.lowercased().contains($0) }
    }

    /// What is wrong with a file that others can read and that holds secrets; nil if nothing is.
    static func exposure(of path: String, _ entries: [Properties.Entry]) -> String? {
        guard let entry = entries.first(where: { isBare($0.name, $0.value) }),
            let status = try? FileSystem.status(path), status.isReadByOthers
        else { return nil }
        return "others can read '\(path)', which holds a secret (\(entry.name)): chmod 600 '\(path)'"
    }
}
