// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Keys of AWS: from the environment, else from the shared credentials file.
package struct AWSCredentials: Sendable, Equatable {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// - Parameters:
    ///   - profile: of the file; a profile that is named goes before the environment's keys.
    /// - Throws: if there are none, with where they were looked for.
    package static func find(
        profile named: String?, environment: [String: String]
    ) throws(SecurityError) -> AWSCredentials {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if named == nil, let id = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") {
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: variable("AWS_SESSION_TOKEN"))
        }
        let profile = named ?? variable("AWS_PROFILE") ?? "default"
        let path = variable("AWS_SHARED_CREDENTIALS_FILE") ?? "\(variable("HOME") ?? "~")/.aws/credentials"
        let text: String
        do throws(SecurityError) {
            text = try FileText.read(path, for: "AWS_MSK_IAM")
        } catch {
            throw SecurityError(
                "AWS_MSK_IAM needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write \(path)")
        }
        let section = Self.section(profile, of: text)
        guard let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"] else {
            throw SecurityError(
                "\(path) has no profile '\(profile.printable)' with aws_access_key_id and aws_secret_access_key")
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: section["aws_session_token"])
    }

    private static func section(_ name: String, of text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) {
            if line.hasPrefix("[") {
                isInside = line.dropFirst().prefix { $0 != "]" }.trimmed == name
            } else if isInside, !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") {
                values[line[..<sign].trimmed] = line[line.index(after: sign)...].trimmed
            }
        }
        return values
    }
}
