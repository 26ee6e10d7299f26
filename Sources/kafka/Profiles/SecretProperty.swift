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

    /// A property's value as it may be shown: of a secret the references alone.
    static func shown(_ name: String, _ value: String) -> String {
        let parts = SecretReference.parts(value)
        let references = parts.compactMap { if case .reference(let reference) = $0 { reference.text } else { nil } }
        guard isSecret(name), references.count < parts.count else { return value }
        return "[hidden]" + (references.isEmpty ? "" : " with " + references.joined(separator: ", "))
    }

    /// Words of a command line for a message: what follows the name of a secret is left out.
    static func shown(_ text: String) -> String {
        guard isSecret(text) else { return text }
        return text.prefix { $0 != "=" && $0 != ":" && $0 != " " } + "=[hidden]"
    }

    /// Whether the secret itself stands there, and not a reference to it.
    static func isBare(_ name: String, _ value: String) -> Bool {
        guard isSecret(name), !value.isEmpty, value != "-" else { return false }
        let isReferring = SecretReference.parts(value).contains { if case .reference = $0 { true } else { false } }
        guard !isReferring else { return false }
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
