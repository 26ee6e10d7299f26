// SPDX-License-Identifier: Apache-2.0

internal import KafkaText
internal import Libc

/// AWS_MSK_IAM, the mechanism of Amazon's managed Kafka: a signed request for the action kafka-cluster:Connect, in the
/// public form of signature version 4, as JSON.
package struct MSKClient: SASLClient {
    private static let version = "2020_10_22"
    private static let service = "kafka-cluster"

    private let host: String
    private let region: String
    private let credentials: AWSCredentials
    private let seconds: Int64

    /// - Parameters:
    ///   - host: of the broker, as the client names it.
    ///   - region: nil for that which the host's name has.
    ///   - now: milliseconds since 1970.
    package init(
        host: String, region: String?, credentials: AWSCredentials, now: Int64
    ) throws(SecurityError) {
        guard let region = Self.region(of: host) ?? region else {
            throw SecurityError("AWS_MSK_IAM needs a region, which '\(host)' doesn't tell: set AWS_REGION")
        }
        self.host = host
        self.region = region
        self.credentials = credentials
        seconds = now / 1000
    }

    /// `b-1.orders.abc.c2.kafka.eu-west-1.amazonaws.com`
    static func region(of host: String) -> String? {
        let labels = host.split(separator: ".")
        guard let amazon = labels.firstIndex(of: "amazonaws"), amazon > 0 else { return nil }
        return String(labels[amazon - 1])
    }

    package func begin() throws(SecurityError) -> [UInt8] {
        let time = Self.time(seconds)
        let day = String(time.prefix(8))
        let scope = "\(day)/\(region)/\(Self.service)/aws4_request"
        var fields: [(name: String, value: String)] = [
            ("Action", "kafka-cluster:Connect"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", "900"),
        ]
        if let token = credentials.sessionToken { fields.append(("X-Amz-Security-Token", token)) }
        fields.append(("X-Amz-SignedHeaders", "host"))
        let query = fields.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
            .joined(separator: "&")
        let request = "GET\n/\n\(query)\nhost:\(host)\n\nhost\n\(Self.hexadecimal(SHA2.sha256.digest([])))"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Self.hexadecimal(SHA2.sha256.digest(request.utf8)))"
        let key = [day, region, Self.service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) {
            SHA2.sha256.authenticationCode($1.utf8, key: $0)
        }
        fields.append(("X-Amz-Signature", Self.hexadecimal(SHA2.sha256.authenticationCode(text.utf8, key: key))))
        let members =
            [("version", Self.version), ("host", host), ("user-agent", "kafka-swift")]
            + fields.map { ($0.name.lowercased(), $0.value) }
        return Array(JSON.object(members.map { JSON.Member(name: $0.0, value: .string($0.1)) }).serialized().utf8)
    }

    package func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]? {
        guard !message.isEmpty, let json = try? JSON.parse(message), json["version"]?.text == Self.version else {
            throw SecurityError("the broker's part of AWS_MSK_IAM can't be read")
        }
        return nil
    }

    /// `20260821T101112Z`
    private static func time(_ seconds: Int64) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
