// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension ErrorCode {
    /// The code in plain words, for when the broker sent none; Kafka's name for it is in parentheses.
    public var clientMessage: String {
        guard let words = Self.words[self] else { return "the broker answered \(self)" }
        return "\(words) (\(self))"
    }

    /// The code in plain words, with what may be the cause while a client goes on asking.
    var whileWaiting: String {
        let hint: String? =
            switch self {
            case .coordinatorNotAvailable:
                "the broker may be just starting, or can't create its internal topic with as many replicas as "
                    + "offsets.topic.replication.factor or transaction.state.log.replication.factor say"
            case .leaderNotAvailable:
                "its broker may be down or just starting; kafka topics --describe --unavailable-partitions shows more"
            case .notEnoughReplicas, .notEnoughReplicasAfterAppend:
                "brokers may be down, or min.insync.replicas be above the replication factor"
            case .kafkaStorageError: "its disk may be full or broken; its log says more"
            case .throttlingQuotaExceeded: "kafka configs --describe shows the quotas (controller_mutation_rate)"
            default: nil
            }
        return clientMessage + (hint.map { "; \($0)" } ?? "")
    }

    private static let words: [ErrorCode: String] = [
        .unknownServerError: "the broker failed unexpectedly; its log says more",
        .offsetOutOfRange: "the offset is outside of the log",
        .corruptMessage: "the record failed its checksum, or has no key on a compacted topic",
        .unknownTopicOrPartition: "the topic or partition does not exist",
        .leaderNotAvailable: "the partition has no leader at the moment",
        .notLeaderOrFollower: "the broker is no replica of the partition",
        .requestTimedOut: "the broker did not finish in time",
        .brokerNotAvailable: "the broker is not available",
        .replicaNotAvailable: "the replica is not available",
        .messageTooLarge: "the record batch is larger than the topic's max.message.bytes",
        .staleControllerEpoch: "the controller has moved to another broker",
        .offsetMetadataTooLarge: "the metadata of the offset is too large",
        .coordinatorLoadInProgress: "the coordinator is still loading",
        .coordinatorNotAvailable: "the coordinator is not available",
        .notCoordinator: "the broker is not the coordinator any more",
        .invalidTopicException: "the topic's name is not legal",
        .recordListTooLarge: "the record batch is larger than the topic's segment.bytes",
        .notEnoughReplicas: "fewer replicas are in sync than min.insync.replicas demands",
        .notEnoughReplicasAfterAppend: "written, but to fewer replicas than min.insync.replicas demands",
        .invalidRequiredAcks: "acks has a value that the broker does not know",
        .illegalGeneration: "the member's generation is over; the group has rebalanced",
        .inconsistentGroupProtocol: "the group's other members use other assignors or another protocol",
        .invalidGroupID: "the group's name is not legal",
        .unknownMemberID: "the group does not know the member",
        .invalidSessionTimeout: "session.timeout.ms is outside of the broker's limits",
        .rebalanceInProgress: "the group is rebalancing",
        .topicAuthorizationFailed: "not authorized for the topic",
        .groupAuthorizationFailed: "not authorized for the group",
        .clusterAuthorizationFailed: "not authorized for the cluster",
        .invalidTimestamp: "the record's timestamp is outside of the topic's limits",
        .unsupportedSaslMechanism: "the broker does not offer the SASL mechanism",
        .unsupportedVersion: "the broker does not support this version of the request",
        .topicAlreadyExists: "the topic exists already",
        .invalidPartitions: "the number of partitions is not possible",
        .invalidReplicationFactor: "the replication factor is below 1 or above the number of brokers",
        .invalidReplicaAssignment: "the replica assignment is not possible",
        .invalidConfig: "the configuration is not valid",
        .notController: "the broker is not the controller",
        .invalidRequest: "the broker found the request malformed; its log says more",
        .policyViolation: "the broker's policy forbids it",
        .outOfOrderSequenceNumber: "the broker missed records before these",
        .duplicateSequenceNumber: "the broker has these records already",
        .invalidProducerEpoch: "a newer producer with the same id has taken over",
        .invalidTxnState: "the transaction is not in a state that allows it",
        .invalidProducerIDMapping: "the producer id does not belong to the transactional id",
        .invalidTransactionTimeout: "transaction.timeout.ms is above the broker's transaction.max.timeout.ms",
        .concurrentTransactions: "another operation of the transaction is still going on",
        .transactionalIDAuthorizationFailed: "not authorized for the transactional id",
        .securityDisabled: "the broker has no authorizer configured",
        .kafkaStorageError: "the broker could not use its disk",
        .logDirNotFound: "the broker has no such log directory",
        .saslAuthenticationFailed: "the login was refused",
        .unknownProducerID: "the broker has forgotten the producer",
        .delegationTokenAuthDisabled: "the broker has no delegation tokens; its delegation.token.secret.key is not set",
        .delegationTokenNotFound: "no token has this HMAC",
        .delegationTokenOwnerMismatch: "the token belongs to somebody else, and may not be renewed by this user",
        .delegationTokenRequestNotAllowed:
            "delegation tokens are for connections that have logged in (SASL, or SSL with a certificate), and not with a "
            + "token",
        .delegationTokenAuthorizationFailed: "not authorized for tokens of this owner",
        .delegationTokenExpired: "the token has expired",
        .invalidPrincipalType: "the principal is of a type that the broker does not know; write User:NAME",
        .reassignmentInProgress: "a reassignment of the partition is going on",
        .nonEmptyGroup: "the group still has members",
        .groupIDNotFound: "the group does not exist",
        .topicDeletionDisabled: "the broker is configured with delete.topic.enable=false",
        .unsupportedCompressionType: "the compression type is not supported for the request",
        .groupMaxSizeReached: "the group has reached its greatest size",
        .fencedInstanceID: "another consumer with the same group.instance.id has taken over",
        .electionNotNeeded: "no election is needed",
        .preferredLeaderNotAvailable: "the preferred leader is not available",
        .eligibleLeadersNotAvailable: "no replica can become leader",
        .noReassignmentInProgress: "no reassignment of the partition is going on",
        .groupSubscribedToTopic: "the group is subscribed to the topic",
        .invalidRecord: "the broker refused the record",
        .unstableOffsetCommit: "a transaction with offsets of the group is still open",
        .throttlingQuotaExceeded: "the quota is used up for now",
        .producerFenced: "a newer producer with the same transactional id has taken over",
        .resourceNotFound: "the resource does not exist",
        .duplicateResource: "the request names the same resource twice",
        .invalidUpdateVersion: "the version is not possible",
        .featureUpdateFailed: "the feature could not be updated",
        .unknownTopicID: "the topic id does not exist",
        .brokerIDNotRegistered: "no such broker is registered",
        .inconsistentTopicID: "the topic has been created anew under another id",
        .inconsistentClusterID: "the broker belongs to another cluster",
        .transactionalIDNotFound: "the transactional id does not exist",
        .fencedMemberEpoch: "the group has fenced the member",
        .unreleasedInstanceID: "another member still uses the group.instance.id",
        .unsupportedAssignor: "the group's coordinator does not have the assignor",
        .staleMemberEpoch: "the member's epoch is over",
        .mismatchedEndpointType: "the request belongs to the other kind of listener: broker or controller",
        .transactionAbortable: "the transaction failed and can only be aborted",
        .invalidRegularExpression: "the regular expression is not valid",
        .rebootstrapRequired: "the broker asks the client to start over from its bootstrap servers",
    ]
}
