// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What coordinators know of a topic.
struct TopicFacts: Sendable, Equatable {
    var name: String
    var id: KafkaUUID
    var partitionCount: Int32
}

/// The cluster metadata, as far as coordinators need them; answers at once from the current image.
protocol TopicLookup: Sendable {
    func topic(named name: String) -> TopicFacts?
    func topic(id: KafkaUUID) -> TopicFacts?
    /// All topics, in any order.
    var topicNames: [String] { get }
    /// The dynamic configuration of a group (`consumer.session.timeout.ms` and others).
    func groupConfiguration(_ groupID: String) -> [String: String]
}

extension TopicLookup {
    func hasPartition(_ partition: Int32, of topic: String) -> Bool {
        guard let facts = self.topic(named: topic) else { return false }
        return partition >= 0 && partition < facts.partitionCount
    }
}
