// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

enum Unsupported {
    /// Runs `body`; where a broker lacks a request, or what it needs, the error says which brokers have it.
    /// - Parameter need: as in "share groups need Apache Kafka 4.1 or later".
    static func explained<Result>(_ need: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as ClientError {
            guard error.isUnsupported || error.errorCode == .unsupportedVersion else { throw error }
            throw CommandError("UNSUPPORTED_VERSION: \(error.message); \(need)")
        }
    }

    static let shareGroups =
        "share groups need Apache Kafka 4.1 or later and share.version 1 "
        + "(kafka features upgrade --feature share.version=1)"
    static let streamsGroups = "streams groups need Apache Kafka 4.1 or later, with them enabled"
}
