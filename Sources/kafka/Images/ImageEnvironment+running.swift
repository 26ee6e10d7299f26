// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Logging

extension ImageEnvironment {
    /// What Testcontainers and scripts that start containers wait for in the output of Java's broker.
    static func readyLine(_ nodeID: Int32) -> String {
        "[KafkaServer id=\(nodeID)] started: Kafka Server started. Transitioning from RECOVERY to RUNNING"
    }

    /// The variable of each property that has one.
    var origins: [String: String] {
        var origins: [String: String] = [:]
        for setting in settings { origins[setting.name] = setting.variable }
        return origins
    }

    /// Creates the topics that are wanted and missing.
    func createTopics(_ broker: Broker, _ logger: Logger) async throws {
        guard !topics.isEmpty else { return }
        let copied = topics.filter { $0.replicas > 1 }.map(\.name)
        if !copied.isEmpty {
            logger.notice("of \(copied.joined(separator: ", ")) there is one replica: this broker is alone")
        }
        do { try await broker.createMissingTopics(topics.map(\.request)) } catch {
            try? await broker.stop()
            throw CommandError("KAFKA_CREATE_TOPICS: \(error)")
        }
    }
}
