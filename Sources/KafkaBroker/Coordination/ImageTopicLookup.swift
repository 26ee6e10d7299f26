// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol

/// What coordinators ask about topics and groups, answered from the current metadata.
struct ImageTopicLookup: TopicLookup {
    let store: MetadataStore

    func topic(named name: String) -> TopicFacts? { store.image.topic(name).map(facts) }

    func topic(id: KafkaUUID) -> TopicFacts? { store.image.topic(id: id).map(facts) }

    var topicNames: [String] { Array(store.image.topics.keys) }

    func groupConfiguration(_ groupID: String) -> [String: String] {
        store.image.configs(of: ConfigResource(.group, groupID))
    }

    private func facts(_ topic: TopicImage) -> TopicFacts {
        TopicFacts(name: topic.name, id: topic.id, partitionCount: Int32(topic.partitions.count))
    }
}
