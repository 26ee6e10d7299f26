// SPDX-License-Identifier: Apache-2.0

/// Fields of records that not every version has, and tagged fields, which Kafka's JSON leaves out at their defaults.
///
/// Taken from the records' `fields` functions; a test compares the versions.
package enum MessageFieldRules {
    package struct Rule: Sendable {
        var since: Int16
        var until: Int16
        var isTagged: Bool
    }

    package static func rule(_ type: String, _ field: String) -> Rule? { table["\(type).\(field)"] }

    private static let table: [String: Rule] = [
        "AbortTransactionRecord.reason": Rule(since: 0, until: .max, isTagged: true),
        "BeginTransactionRecord.name": Rule(since: 0, until: .max, isTagged: true),
        "BrokerRegistrationChangeRecord.fenced": Rule(since: 0, until: .max, isTagged: true),
        "BrokerRegistrationChangeRecord.inControlledShutdown": Rule(since: 1, until: .max, isTagged: true),
        "BrokerRegistrationChangeRecord.logDirs": Rule(since: 2, until: .max, isTagged: true),
        "BrokerRegistrationChangeRecord.cordonedLogDirs": Rule(since: 3, until: .max, isTagged: true),
        "LeaderChangeMessage.Voter.voterDirectoryID": Rule(since: 1, until: .max, isTagged: false),
        "PartitionChangeRecord.isr": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.leader": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.replicas": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.removingReplicas": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.addingReplicas": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.leaderRecoveryState": Rule(since: 0, until: .max, isTagged: true),
        "PartitionChangeRecord.eligibleLeaderReplicas": Rule(since: 2, until: .max, isTagged: true),
        "PartitionChangeRecord.lastKnownElr": Rule(since: 2, until: .max, isTagged: true),
        "PartitionChangeRecord.directories": Rule(since: 1, until: .max, isTagged: true),
        "PartitionRecord.directories": Rule(since: 1, until: .max, isTagged: false),
        "PartitionRecord.leaderRecoveryState": Rule(since: 0, until: .max, isTagged: true),
        "PartitionRecord.eligibleLeaderReplicas": Rule(since: 2, until: .max, isTagged: true),
        "PartitionRecord.lastKnownElr": Rule(since: 2, until: .max, isTagged: true),
        "RegisterBrokerRecord.isMigratingZkBroker": Rule(since: 2, until: .max, isTagged: false),
        "RegisterBrokerRecord.inControlledShutdown": Rule(since: 1, until: .max, isTagged: false),
        "RegisterBrokerRecord.logDirs": Rule(since: 3, until: .max, isTagged: true),
        "RegisterBrokerRecord.cordonedLogDirs": Rule(since: 4, until: .max, isTagged: true),
        "ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions.assignmentEpochs": Rule(
            since: 0, until: .max, isTagged: true),
        "ConsumerGroupMemberMetadataValue.classicMemberMetadata": Rule(since: 0, until: .max, isTagged: false),
        "ConsumerGroupMetadataValue.metadataHash": Rule(since: 0, until: .max, isTagged: true),
        "ConsumerGroupTargetAssignmentMetadataValue.assignmentTimestamp": Rule(since: 0, until: .max, isTagged: true),
        "GroupMetadataValue.currentStateTimestamp": Rule(since: 2, until: .max, isTagged: false),
        "GroupMetadataValue.MemberMetadata.groupInstanceID": Rule(since: 3, until: .max, isTagged: false),
        "GroupMetadataValue.MemberMetadata.rebalanceTimeout": Rule(since: 1, until: .max, isTagged: false),
        "OffsetCommitValue.leaderEpoch": Rule(since: 3, until: .max, isTagged: false),
        "OffsetCommitValue.expireTimestamp": Rule(since: 1, until: 1, isTagged: false),
        "OffsetCommitValue.topicID": Rule(since: 4, until: .max, isTagged: true),
        "ShareGroupTargetAssignmentMetadataValue.assignmentTimestamp": Rule(since: 0, until: .max, isTagged: true),
        "ShareSnapshotValue.deliveryCompleteCount": Rule(since: 0, until: .max, isTagged: true),
        "ShareUpdateValue.deliveryCompleteCount": Rule(since: 0, until: .max, isTagged: true),
        "TransactionLogValue.previousProducerID": Rule(since: 0, until: .max, isTagged: true),
        "TransactionLogValue.nextProducerID": Rule(since: 0, until: .max, isTagged: true),
        "TransactionLogValue.clientTransactionVersion": Rule(since: 0, until: .max, isTagged: true),
        "TransactionLogValue.nextProducerEpoch": Rule(since: 0, until: .max, isTagged: true),
        "TransactionLogValue.lastProducerEpoch": Rule(since: 0, until: .max, isTagged: true),
        "ConsumerProtocolSubscription.ownedPartitions": Rule(since: 1, until: .max, isTagged: false),
        "ConsumerProtocolSubscription.generationID": Rule(since: 2, until: .max, isTagged: false),
        "ConsumerProtocolSubscription.rackID": Rule(since: 3, until: .max, isTagged: false),
        "ConsumerProtocolSubscription.TopicPartition.topic": Rule(since: 1, until: .max, isTagged: false),
        "ConsumerProtocolSubscription.TopicPartition.partitions": Rule(since: 1, until: .max, isTagged: false),
    ]
}
