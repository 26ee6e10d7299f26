// SPDX-License-Identifier: Apache-2.0

package import HashTreeCollections
package import KafkaProtocol

/// What the metadata log says up to an offset: immutable, replaced as a whole by the next.
package final class MetadataImage: Sendable {
    let state: MetadataState

    init(_ state: MetadataState) { self.state = state }

    package static let empty = MetadataImage(MetadataState())

    /// Of the last record; -1 if there is none.
    package var offset: Int64 { state.offset }
    /// Of the leader that wrote the last record.
    package var epoch: Int32 { state.epoch }
    /// When the last record was written, in milliseconds since 1970.
    package var timestamp: Int64 { state.timestamp }

    package var topics: TreeDictionary<String, TopicImage> { state.topics }
    package var topicNames: TreeDictionary<KafkaUUID, String> { state.topicNames }
    package var configurations: TreeDictionary<ConfigResource, [String: String]> { state.configurations }
    /// Finalized levels by the name of the feature.
    package var features: [String: Int16] { state.features }
    package var brokers: [Int32: BrokerImage] { state.brokers }
    package var controllers: [Int32: RegisterControllerRecord] { state.controllers }
    /// The first producer id that was not handed out.
    package var nextProducerID: Int64 { state.nextProducerID }
    package var scramCredentials: TreeDictionary<ScramUser, UserScramCredentialRecord> { state.scramCredentials }
    package var quotas: TreeDictionary<QuotaEntity, [String: Double]> { state.quotas }
    package var acls: TreeDictionary<KafkaUUID, AccessControlEntryRecord> { state.acls }
    package var delegationTokens: TreeDictionary<String, DelegationTokenRecord> { state.delegationTokens }

    /// All topics, by name.
    package var sortedTopics: [TopicImage] { state.topics.values.sorted { $0.name < $1.name } }

    package func topic(_ name: String) -> TopicImage? { state.topics[name] }

    package func topic(id: KafkaUUID) -> TopicImage? { state.topicNames[id].flatMap { state.topics[$0] } }

    package func partition(_ topic: String, _ index: Int32) -> PartitionImage? {
        guard index >= 0, let image = state.topics[topic], Int(index) < image.partitions.count else { return nil }
        return image.partitions[Int(index)]
    }

    /// What was set for the resource itself; defaults are not in it.
    package func configs(of resource: ConfigResource) -> [String: String] { state.configurations[resource] ?? [:] }

    package var metadataVersion: Int16 { state.features[Features.metadataVersion] ?? Features.lowestMetadataVersion }
    /// 0 where the feature is off.
    package var transactionVersion: Int16 { state.features[Features.transactionVersion] ?? 0 }
    package var groupVersion: Int16 { state.features[Features.groupVersion] ?? 0 }
    package var shareVersion: Int16 { state.features[Features.shareVersion] ?? 0 }
}

/// The values of an image; a draft changes a copy of them.
struct MetadataState: Sendable, Equatable {
    var offset: Int64 = -1
    var epoch: Int32 = 0
    var timestamp: Int64 = -1
    var topics: TreeDictionary<String, TopicImage> = [:]
    var topicNames: TreeDictionary<KafkaUUID, String> = [:]
    /// Topics whose names contain a period or underscore, by what such names have in common.
    var collidingNames: TreeDictionary<String, [String]> = [:]
    var configurations: TreeDictionary<ConfigResource, [String: String]> = [:]
    var features: [String: Int16] = [:]
    var brokers: [Int32: BrokerImage] = [:]
    var controllers: [Int32: RegisterControllerRecord] = [:]
    var nextProducerID: Int64 = 0
    var scramCredentials: TreeDictionary<ScramUser, UserScramCredentialRecord> = [:]
    var quotas: TreeDictionary<QuotaEntity, [String: Double]> = [:]
    var acls: TreeDictionary<KafkaUUID, AccessControlEntryRecord> = [:]
    /// The entries that there are.
    var aclIDs: TreeDictionary<AclBinding, KafkaUUID> = [:]
    var delegationTokens: TreeDictionary<String, DelegationTokenRecord> = [:]
}

/// What a new image has that the one before had not.
package struct MetadataDelta: Sendable, Equatable {
    package var createdTopics: Set<String> = []
    /// As they were.
    package var deletedTopics: [TopicImage] = []
    /// Topics with new partitions, leaders or epochs; created ones are not among them.
    package var changedTopics: Set<String> = []
    package var changedConfigs: Set<ConfigResource> = []
    package var featuresChanged = false
    package var brokersChanged = false
    package var quotasChanged = false
    package var scramChanged = false
    package var changedAcls: Set<KafkaUUID> = []
    package var tokensChanged = false

    package init() {}
}
