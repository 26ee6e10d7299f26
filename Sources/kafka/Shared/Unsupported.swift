// SPDX-License-Identifier: Apache-2.0

import KafkaClient

enum Unsupported {
    /// Runs `body`; where a broker lacks a request, the error says which brokers have it.
    /// - Parameter need: as in "share groups need Apache Kafka 4.1 or later".
    static func explained<Result>(_ need: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as ClientError {
            guard case .unsupported = error.kind else { throw error }
            throw CommandError("UNSUPPORTED_VERSION: \(error.message); \(need)")
        }
    }

    static let shareGroups = "share groups need Apache Kafka 4.1 or later, with them enabled"
    static let streamsGroups = "streams groups need Apache Kafka 4.1 or later, with them enabled"
}
