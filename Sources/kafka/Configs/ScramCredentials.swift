// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaProtocol
import KafkaSecurity
import KafkaText
import NIOCore

/// `iterations=8192,password=secret`
struct ScramCredential: Sendable {
    static let allowedIterations = Int(ScramMechanism.minimumIterations)...Int(ScramMechanism.maximumIterations)

    var iterations = Self.allowedIterations.lowerBound
    var password: String

    init(_ mechanism: ScramMechanism, _ text: String) throws {
        var rest = text[...]
        if rest.hasPrefix("iterations="), let comma = rest.firstIndex(of: ",") {
            let word = rest.dropFirst("iterations=".count)[..<comma]
            guard let number = Int(word) else { throw Self.invalid(mechanism, text) }
            if number != -1 { iterations = number }
            rest = rest[rest.index(after: comma)...]
        }
        guard rest.hasPrefix("password=") else { throw Self.invalid(mechanism, text) }
        password = String(rest.dropFirst("password=".count))
        if iterations < Self.allowedIterations.lowerBound {
            throw CommandError(
                "Iterations \(iterations) is less than the minimum \(Self.allowedIterations.lowerBound) required for \(mechanism.name)"
            )
        }
    }

    static func randomSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<26).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func invalid(_ mechanism: ScramMechanism, _ text: String) -> CommandError {
        CommandError(
            "Invalid credential property \(mechanism.name): it must have the form [iterations=N,password=TEXT]")
    }
}

enum ScramCredentials {
    private static let row = JSONRow("describe", "a user with SCRAM credentials", ["user", "credentials"])
    private static let credential = JSONRow("describe", "an element of credentials", ["mechanism", "iterations"])
    static let rows = [row, credential]

    static func describe(_ users: [String], _ admin: Admin, _ context: Context) async throws {
        let request = DescribeUserScramCredentialsRequest {
            $0.users =
                users.isEmpty
                ? nil : users.map { user in DescribeUserScramCredentialsRequest.UserName { $0.name = user } }
        }
        let response = try await admin.send(request, to: .controller)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        for result in response.results.sorted(by: { $0.user < $1.user }) {
            // A user without credentials is none of ours.
            if result.errorCode == .resourceNotFound { continue }
            if result.errorCode != .none {
                context.fail(
                    "SCRAM credentials of user '\(result.user)': \(result.errorMessage ?? result.errorCode.clientMessage)"
                )
                continue
            }
            if context.writesJSON {
                let credentials = result.credentialInfos.map { info in
                    credential(
                        .string(ScramMechanism(rawValue: info.mechanism)?.name ?? "UNKNOWN"),
                        .number(info.iterations))
                }
                context.write(row(.string(result.user), .array(credentials)))
                continue
            }
            let infos = result.credentialInfos.map { info in
                "\(ScramMechanism(rawValue: info.mechanism)?.name ?? "UNKNOWN")=iterations=\(info.iterations)"
            }
            context.out.line(
                "SCRAM credential configs for user-principal '\(result.user)' are \(infos.joined(separator: ", "))")
        }
    }

    /// The password never leaves this machine: only its salted hash is sent.
    static func alter(_ user: String, _ changes: ConfigChanges, _ admin: Admin) async throws {
        var request = AlterUserScramCredentialsRequest()
        for (name, value) in changes.additions {
            guard let mechanism = ScramMechanism(name: name) else { continue }
            let credential = try ScramCredential(mechanism, value)
            let salt = ScramCredential.randomSalt()
            let password = Array(credential.password.utf8)
            let salted = try mechanism.hash.saltedPassword(password, salt: salt, iterations: credential.iterations)
            request.upsertions.append(
                AlterUserScramCredentialsRequest.ScramCredentialUpsertion {
                    $0.name = user
                    $0.mechanism = mechanism.rawValue
                    $0.iterations = Int32(clamping: credential.iterations)
                    $0.salt = ByteBuffer(bytes: salt)
                    $0.saltedPassword = ByteBuffer(bytes: salted)
                })
        }
        for name in changes.deletions {
            guard let mechanism = ScramMechanism(name: name) else { continue }
            request.deletions.append(
                AlterUserScramCredentialsRequest.ScramCredentialDeletion {
                    $0.name = user
                    $0.mechanism = mechanism.rawValue
                })
        }
        let response = try await admin.send(request, to: .controller)
        for result in response.results where result.errorCode != .none {
            throw CommandError("User '\(user)': \(result.errorMessage ?? result.errorCode.clientMessage)")
        }
    }
}
