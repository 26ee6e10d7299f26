// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension ClientConfiguration {
    /// Sets properties with their references followed, the last of each name. What was found behind a reference never
    /// appears in an error.
    /// - Returns: the names that no client has.
    mutating func apply(_ properties: Properties, _ resolver: SecretResolver) throws -> [String] {
        var last: [String: Int] = [:]
        for (index, entry) in properties.entries.enumerated() { last[entry.name] = index }
        var hidden: [(text: String, reference: String)] = []
        var resolved: [(name: String, value: String)] = []
        for (index, entry) in properties.entries.enumerated() where last[entry.name] == index {
            if entry.name.hasPrefix(SecretResolver.prefix) { continue }
            let value = try resolver.resolve(entry.value, of: entry.name)
            if value != entry.value { hidden.append((value, entry.value)) }
            resolved.append((entry.name, value))
        }
        do throws(ClientError) {
            return try apply(resolved)
        } catch {
            let message = hidden.reduce(error.message) { text, secret in
                secret.text.isEmpty ? text : text.replacing(secret.text, with: secret.reference)
            }
            throw ClientError(error.kind, message)
        }
    }
}
