// SPDX-License-Identifier: Apache-2.0

import KafkaClient

enum UnknownTopic {
    /// Says that a topic does not exist, and which one may be meant.
    static func error(_ name: String, _ cluster: Cluster) async throws -> CommandError {
        let names = try await cluster.describeTopics(nil).map(\.name)
        let hint = closest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return CommandError("Topic '\(name)' does not exist\(hint)")
    }
}
