// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

enum UnknownTopic {
    /// Says that a topic does not exist, and which one may be meant.
    static func error(_ name: String, _ cluster: Cluster) async throws -> CommandError {
        CommandError("Topic '\(name)' does not exist\(try await hint(name, cluster))")
    }

    /// `; did you mean 'orders'?`, or nothing if no topic has a name like that.
    static func hint(_ name: String, _ cluster: Cluster) async throws -> String {
        suggestion(for: name, among: try await cluster.describeTopics(nil).map(\.name))
    }

    /// What a broker said about a topic, with the hint if it does not know it.
    static func message(_ error: ClientError, about name: String, _ cluster: Cluster) async throws -> String {
        error.errorCode == .unknownTopicOrPartition ? error.message + (try await hint(name, cluster)) : error.message
    }
}
