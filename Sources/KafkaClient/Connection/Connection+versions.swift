// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension Connection {
    /// The version of ApiVersions to begin with: what Kafka 4 has.
    private static let greetingVersion: Int16 = 4

    /// Asks which versions the broker has; one that lacks ours says so in version 0, and is asked again (KIP-511).
    func agreeOnVersions(timeout: Duration) async throws(ClientError) -> APIVersionTable {
        let first = try await greet(Self.greetingVersion, timeout)
        guard first.errorCode == .unsupportedVersion else { return try table(first) }
        let known = first.apiKeys.first { $0.apiKey == APIKey.apiVersions.rawValue }?.maxVersion ?? 0
        return try table(try await greet(min(max(known, 0), Self.greetingVersion), timeout))
    }

    private func table(_ response: ApiVersionsResponse) throws(ClientError) -> APIVersionTable {
        guard response.errorCode == .none else {
            throw ClientError(response.errorCode, "broker \(address) refused ApiVersions")
        }
        return APIVersionTable(response)
    }

    private func greet(_ version: Int16, _ timeout: Duration) async throws(ClientError) -> ApiVersionsResponse {
        let body = try await sendRaw(
            ApiVersionsRequest {
                $0.clientSoftwareName = "kafka-swift"
                $0.clientSoftwareVersion = "1.0"
            }, version: version, timeout: timeout)
        let refusal = body.getInteger(at: body.readerIndex, as: Int16.self)
        let answered = refusal == ErrorCode.unsupportedVersion.rawValue ? 0 : version
        do throws(WireError) {
            return try ApiVersionsResponse.decode(body, version: answered)
        } catch {
            throw ClientError(
                .invalidResponse, "\(address) does not speak Kafka's protocol (its ApiVersions can't be read: \(error))"
            )
        }
    }
}
