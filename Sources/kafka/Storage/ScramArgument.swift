// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import KafkaSecurity
import KafkaText
import NIOCore

/// A login in Kafka's spelling: `SCRAM-SHA-256=[name=alice,password=secret]`, with `iterations`, `salt` and
/// `saltedpassword` where somebody wants to say them.
enum ScramArgument {
    static func parse(
        _ text: String, _ resolver: SecretResolver
    ) throws -> AlterUserScramCredentialsRequest.ScramCredentialUpsertion {
        guard let equals = text.firstIndex(of: "=") else {
            throw CommandError("Failed to find equals sign in SCRAM argument '\(SecretProperty.shown(text))'")
        }
        let name = String(text[..<equals]).trimmed
        guard let mechanism = ScramMechanism(name: name) else {
            throw CommandError("The add-scram mechanism \(name) is not supported.")
        }
        let inside = text[text.index(after: equals)...]
        guard inside.hasPrefix("["), inside.hasSuffix("]") else {
            throw CommandError("Expected the configuration of --add-scram in brackets: \(name)=[name=…,password=…]")
        }
        var components = try components(inside.dropFirst().dropLast())
        if let password = components["password"] {
            components["password"] = try resolver.resolve(password, of: "password")
        }
        return try credential(mechanism, components)
    }

    private static func components(_ text: Substring) throws -> [String: String] {
        var found: [String: String] = [:]
        for word in text.split(separator: ",") {
            guard let equals = word.firstIndex(of: "=") else {
                throw CommandError(
                    "No equals sign found in a SCRAM component; a password with a comma has to be a reference such as "
                        + "${env:NAME}")
            }
            var value = word[word.index(after: equals)...]
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
            found[String(word[..<equals])] = String(value)
        }
        return found
    }

    private static func credential(
        _ mechanism: ScramMechanism, _ components: [String: String]
    ) throws -> AlterUserScramCredentialsRequest.ScramCredentialUpsertion {
        var rest = components
        guard let user = rest.removeValue(forKey: "name"), !user.isEmpty else {
            throw CommandError("You must supply 'name' to add-scram")
        }
        let iterationsText = rest.removeValue(forKey: "iterations")
        let iterations = iterationsText.map { Int($0) } ?? ScramCredential.allowedIterations.lowerBound
        guard let iterations else {
            throw CommandError("Failed to parse iterations count: \(iterationsText ?? "")")
        }
        guard ScramCredential.allowedIterations.contains(iterations) else {
            throw CommandError(
                "The 'iterations' value must be between \(ScramCredential.allowedIterations.lowerBound) and "
                    + "\(ScramCredential.allowedIterations.upperBound) for add-scram using \(mechanism.name)")
        }
        let saltText = rest.removeValue(forKey: "salt")
        let salt = saltText.map(Base64.decode) ?? ScramCredential.randomSalt()
        guard let salt else { throw CommandError("Failed to decode given salt: \(saltText ?? "")") }
        let password = rest.removeValue(forKey: "password")
        let saltedText = rest.removeValue(forKey: "saltedpassword")
        if let unknown = rest.keys.sorted().first { throw CommandError("Unknown SCRAM configurations: \(unknown)") }
        let salted: [UInt8]
        if let password {
            salted = try mechanism.hash.saltedPassword(Array(password.utf8), salt: salt, iterations: iterations)
        } else {
            guard let saltedText else {
                throw CommandError("You must supply one of 'password' or 'saltedpassword' to add-scram")
            }
            guard saltText != nil else {
                throw CommandError("You must supply 'salt' with 'saltedpassword' to add-scram")
            }
            guard let bytes = Base64.decode(saltedText) else {
                throw CommandError("Failed to decode given saltedPassword: it is not base64")
            }
            salted = bytes
        }
        return AlterUserScramCredentialsRequest.ScramCredentialUpsertion {
            $0.name = user
            $0.mechanism = mechanism.rawValue
            $0.iterations = Int32(iterations)
            $0.salt = ByteBuffer(bytes: salt)
            $0.saltedPassword = ByteBuffer(bytes: salted)
        }
    }
}
