// SPDX-License-Identifier: Apache-2.0

/// What went wrong, as a number on the wire; unknown ones survive.
public struct ErrorCode: RawRepresentable, Sendable, Hashable {
    public var rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// The broker failed in a way that it has no code for; its log says more.
    public static let unknownServerError = ErrorCode(rawValue: -1)
    /// No error.
    public static let none = ErrorCode(rawValue: 0)
    /// The offset is before the log's start or behind its end.
    public static let offsetOutOfRange = ErrorCode(rawValue: 1)
    /// A batch failed its checksum, is of no valid size, or has a record without a key on a compacted topic.
    public static let corruptMessage = ErrorCode(rawValue: 2)
    /// The broker does not have the topic or partition, or the client may not know of it.
    public static let unknownTopicOrPartition = ErrorCode(rawValue: 3)
    /// The size of a fetch is not possible.
    public static let invalidFetchSize = ErrorCode(rawValue: 4)
    /// The partition has no leader, as while one is being elected.
    public static let leaderNotAvailable = ErrorCode(rawValue: 5)
    /// The broker is not, or no longer, the partition's leader, or no replica of it.
    public static let notLeaderOrFollower = ErrorCode(rawValue: 6)
    /// The broker could not finish in the request's time; the work may still be done.
    public static let requestTimedOut = ErrorCode(rawValue: 7)
    /// The broker can't be reached.
    public static let brokerNotAvailable = ErrorCode(rawValue: 8)
    /// The replica can't be reached, or is not there yet.
    public static let replicaNotAvailable = ErrorCode(rawValue: 9)
    /// A batch is larger than `max.message.bytes`.
    public static let messageTooLarge = ErrorCode(rawValue: 10)
    /// The request is of a controller that has been replaced.
    public static let staleControllerEpoch = ErrorCode(rawValue: 11)
    /// What is noted beside an offset is larger than `offset.metadata.max.bytes`.
    public static let offsetMetadataTooLarge = ErrorCode(rawValue: 12)
    /// The connection ended before the answer; used by clients, never sent.
    public static let networkException = ErrorCode(rawValue: 13)
    /// The coordinator is still reading its log.
    public static let coordinatorLoadInProgress = ErrorCode(rawValue: 14)
    /// There is no coordinator, as its internal topic does not exist yet or has no leader.
    public static let coordinatorNotAvailable = ErrorCode(rawValue: 15)
    /// The broker is not, or no longer, the coordinator.
    public static let notCoordinator = ErrorCode(rawValue: 16)
    /// The topic's name is not legal, or it is internal and must not be written to.
    public static let invalidTopicException = ErrorCode(rawValue: 17)
    /// A batch is larger than a segment may be.
    public static let recordListTooLarge = ErrorCode(rawValue: 18)
    /// Fewer replicas are in sync than `min.insync.replicas` demands; nothing was written.
    public static let notEnoughReplicas = ErrorCode(rawValue: 19)
    /// The records were written, but to fewer replicas than `min.insync.replicas` demands.
    public static let notEnoughReplicasAfterAppend = ErrorCode(rawValue: 20)
    /// `acks` is none of -1, 0 and 1.
    public static let invalidRequiredAcks = ErrorCode(rawValue: 21)
    /// The member speaks of a generation that is over.
    public static let illegalGeneration = ErrorCode(rawValue: 22)
    /// The member has no assignor in common with the others, or is of another type.
    public static let inconsistentGroupProtocol = ErrorCode(rawValue: 23)
    /// The group's name is not legal.
    public static let invalidGroupID = ErrorCode(rawValue: 24)
    /// The group does not have the member, or has it no longer.
    public static let unknownMemberID = ErrorCode(rawValue: 25)
    /// The session timeout is outside of what `group.min.session.timeout.ms` and its counterpart allow.
    public static let invalidSessionTimeout = ErrorCode(rawValue: 26)
    /// The group is rebalancing, so that the member has to join again.
    public static let rebalanceInProgress = ErrorCode(rawValue: 27)
    /// A commit is larger than a batch of the offsets' topic may be.
    public static let invalidCommitOffsetSize = ErrorCode(rawValue: 28)
    /// The principal may not do this with the topic.
    public static let topicAuthorizationFailed = ErrorCode(rawValue: 29)
    /// The principal may not do this with the group.
    public static let groupAuthorizationFailed = ErrorCode(rawValue: 30)
    /// The principal may not do this with the cluster.
    public static let clusterAuthorizationFailed = ErrorCode(rawValue: 31)
    /// A record's time is too far from the broker's (`message.timestamp.before.max.ms` and its counterpart).
    public static let invalidTimestamp = ErrorCode(rawValue: 32)
    /// The broker does not offer the SASL mechanism.
    public static let unsupportedSaslMechanism = ErrorCode(rawValue: 33)
    /// The request does not come at this point of a login.
    public static let illegalSaslState = ErrorCode(rawValue: 34)
    /// The broker does not have the version of the API, or lacks the feature behind it.
    public static let unsupportedVersion = ErrorCode(rawValue: 35)
    /// A topic of this name exists.
    public static let topicAlreadyExists = ErrorCode(rawValue: 36)
    /// The number of partitions is not possible.
    public static let invalidPartitions = ErrorCode(rawValue: 37)
    /// The replication factor is below 1, or above the number of brokers.
    public static let invalidReplicationFactor = ErrorCode(rawValue: 38)
    /// The replicas that were chosen by hand are not possible.
    public static let invalidReplicaAssignment = ErrorCode(rawValue: 39)
    /// A configuration is unknown, or its value is not valid.
    public static let invalidConfig = ErrorCode(rawValue: 40)
    /// The broker or controller is not the active controller.
    public static let notController = ErrorCode(rawValue: 41)
    /// The request is malformed, or contradicts itself.
    public static let invalidRequest = ErrorCode(rawValue: 42)
    /// The log's record format is too old for this.
    public static let unsupportedForMessageFormat = ErrorCode(rawValue: 43)
    /// A policy of the broker's operator forbids it.
    public static let policyViolation = ErrorCode(rawValue: 44)
    /// A producer's batch is not the one that follows: records before it are missing.
    public static let outOfOrderSequenceNumber = ErrorCode(rawValue: 45)
    /// A producer's batch has been written before, longer ago than the broker remembers where.
    public static let duplicateSequenceNumber = ErrorCode(rawValue: 46)
    /// The producer's epoch is not the newest.
    public static let invalidProducerEpoch = ErrorCode(rawValue: 47)
    /// The transaction is not in a state that allows this.
    public static let invalidTxnState = ErrorCode(rawValue: 48)
    /// The producer id does not belong to the transactional id.
    public static let invalidProducerIDMapping = ErrorCode(rawValue: 49)
    /// The transaction's timeout is above `transaction.max.timeout.ms`.
    public static let invalidTransactionTimeout = ErrorCode(rawValue: 50)
    /// The transaction before is still being ended, or another request about it is being worked on.
    public static let concurrentTransactions = ErrorCode(rawValue: 51)
    /// The coordinator that writes a marker has been replaced.
    public static let transactionCoordinatorFenced = ErrorCode(rawValue: 52)
    /// The principal may not use the transactional id.
    public static let transactionalIDAuthorizationFailed = ErrorCode(rawValue: 53)
    /// The broker has no authorizer.
    public static let securityDisabled = ErrorCode(rawValue: 54)
    /// Another part of the request failed, so this one was not tried.
    public static let operationNotAttempted = ErrorCode(rawValue: 55)
    /// The broker could not use its disk.
    public static let kafkaStorageError = ErrorCode(rawValue: 56)
    /// The broker has no such data directory.
    public static let logDirNotFound = ErrorCode(rawValue: 57)
    /// The login was refused.
    public static let saslAuthenticationFailed = ErrorCode(rawValue: 58)
    /// The broker has forgotten the producer, as all that it wrote has been deleted.
    public static let unknownProducerID = ErrorCode(rawValue: 59)
    /// The partition is on its way to other brokers.
    public static let reassignmentInProgress = ErrorCode(rawValue: 60)
    /// The broker has no delegation tokens (KIP-48).
    public static let delegationTokenAuthDisabled = ErrorCode(rawValue: 61)
    /// There is no such delegation token.
    public static let delegationTokenNotFound = ErrorCode(rawValue: 62)
    /// The delegation token belongs to another principal.
    public static let delegationTokenOwnerMismatch = ErrorCode(rawValue: 63)
    /// Tokens are not given on connections like this one.
    public static let delegationTokenRequestNotAllowed = ErrorCode(rawValue: 64)
    /// The principal may not do this with the delegation token.
    public static let delegationTokenAuthorizationFailed = ErrorCode(rawValue: 65)
    /// The delegation token's time is over.
    public static let delegationTokenExpired = ErrorCode(rawValue: 66)
    /// The principal's type is not one that may be named here.
    public static let invalidPrincipalType = ErrorCode(rawValue: 67)
    /// The group still has members.
    public static let nonEmptyGroup = ErrorCode(rawValue: 68)
    /// There is no such group.
    public static let groupIDNotFound = ErrorCode(rawValue: 69)
    /// The broker no longer has the fetch session (KIP-227).
    public static let fetchSessionIDNotFound = ErrorCode(rawValue: 70)
    /// The request is not the one that follows in its fetch session (KIP-227).
    public static let invalidFetchSessionEpoch = ErrorCode(rawValue: 71)
    /// The leader has no listener like the one that was asked.
    public static let listenerNotFound = ErrorCode(rawValue: 72)
    /// The broker has `delete.topic.enable=false`.
    public static let topicDeletionDisabled = ErrorCode(rawValue: 73)
    /// The client speaks of a leader that has been replaced (KIP-320).
    public static let fencedLeaderEpoch = ErrorCode(rawValue: 74)
    /// The client knows of a newer leader than the broker does (KIP-320).
    public static let unknownLeaderEpoch = ErrorCode(rawValue: 75)
    /// The batch's codec is not known in the request's version.
    public static let unsupportedCompressionType = ErrorCode(rawValue: 76)
    /// The broker speaks of a registration that is over.
    public static let staleBrokerEpoch = ErrorCode(rawValue: 77)
    /// The new leader does not know its high watermark yet (KIP-207).
    public static let offsetNotAvailable = ErrorCode(rawValue: 78)
    /// The member has to join again, with the id that this answer brings (KIP-394).
    public static let memberIDRequired = ErrorCode(rawValue: 79)
    /// The preferred leader is not in sync or can't be reached.
    public static let preferredLeaderNotAvailable = ErrorCode(rawValue: 80)
    /// The group has as many members as `group.max.size` allows.
    public static let groupMaxSizeReached = ErrorCode(rawValue: 81)
    /// Another member with the same `group.instance.id` has taken over (KIP-345).
    public static let fencedInstanceID = ErrorCode(rawValue: 82)
    /// No replica may become leader.
    public static let eligibleLeadersNotAvailable = ErrorCode(rawValue: 83)
    /// The leader is the right one already.
    public static let electionNotNeeded = ErrorCode(rawValue: 84)
    /// The partition is not on its way anywhere.
    public static let noReassignmentInProgress = ErrorCode(rawValue: 85)
    /// The group reads the topic, so its offsets must stay.
    public static let groupSubscribedToTopic = ErrorCode(rawValue: 86)
    /// The broker has looked into a batch and refused a record.
    public static let invalidRecord = ErrorCode(rawValue: 87)
    /// A transaction with offsets of the partition is still open (KIP-447).
    public static let unstableOffsetCommit = ErrorCode(rawValue: 88)
    /// The quota is used up for now.
    public static let throttlingQuotaExceeded = ErrorCode(rawValue: 89)
    /// A newer producer has the transactional id.
    public static let producerFenced = ErrorCode(rawValue: 90)
    /// There is no such resource.
    public static let resourceNotFound = ErrorCode(rawValue: 91)
    /// The request names a resource twice.
    public static let duplicateResource = ErrorCode(rawValue: 92)
    /// The credential can't be stored as it is.
    public static let unacceptableCredential = ErrorCode(rawValue: 93)
    /// Sender and receiver disagree on who may vote.
    public static let inconsistentVoterSet = ErrorCode(rawValue: 94)
    /// The level of a feature is not possible.
    public static let invalidUpdateVersion = ErrorCode(rawValue: 95)
    /// The level of a feature could not be changed.
    public static let featureUpdateFailed = ErrorCode(rawValue: 96)
    /// A request that was passed on does not say who asks in a way that can be read.
    public static let principalDeserializationFailure = ErrorCode(rawValue: 97)
    /// There is no such snapshot (KIP-630).
    public static let snapshotNotFound = ErrorCode(rawValue: 98)
    /// The snapshot is not so long (KIP-630).
    public static let positionOutOfRange = ErrorCode(rawValue: 99)
    /// There is no topic with the id (KIP-516).
    public static let unknownTopicID = ErrorCode(rawValue: 100)
    /// Another broker with the same id is registered.
    public static let duplicateBrokerRegistration = ErrorCode(rawValue: 101)
    /// No broker with the id is registered.
    public static let brokerIDNotRegistered = ErrorCode(rawValue: 102)
    /// The partition belongs to a topic with another id: it has been created anew.
    public static let inconsistentTopicID = ErrorCode(rawValue: 103)
    /// The cluster has another id.
    public static let inconsistentClusterID = ErrorCode(rawValue: 104)
    /// There is no such transactional id.
    public static let transactionalIDNotFound = ErrorCode(rawValue: 105)
    /// The fetch session began without topic ids and the request has some, or the other way round.
    public static let fetchSessionTopicIDError = ErrorCode(rawValue: 106)
    /// The replica may not be in sync now.
    public static let ineligibleReplica = ErrorCode(rawValue: 107)
    /// The change was made, and another replica has become leader by it.
    public static let newLeaderElected = ErrorCode(rawValue: 108)
    /// The offset is in remote storage alone (KIP-405).
    public static let offsetMovedToTieredStorage = ErrorCode(rawValue: 109)
    /// The group went on without the member, which has to begin anew (KIP-848).
    public static let fencedMemberEpoch = ErrorCode(rawValue: 110)
    /// Another member still has the `group.instance.id` (KIP-848).
    public static let unreleasedInstanceID = ErrorCode(rawValue: 111)
    /// The coordinator does not have the assignor (KIP-848).
    public static let unsupportedAssignor = ErrorCode(rawValue: 112)
    /// The member speaks of an epoch that is over; its next heartbeat brings the new one (KIP-848).
    public static let staleMemberEpoch = ErrorCode(rawValue: 113)
    /// The request is for brokers and went to a controller, or the other way round (KIP-919).
    public static let mismatchedEndpointType = ErrorCode(rawValue: 114)
    /// The type of endpoint is not known (KIP-919).
    public static let unsupportedEndpointType = ErrorCode(rawValue: 115)
    /// There is no controller with the id.
    public static let unknownControllerID = ErrorCode(rawValue: 116)
    /// The client's subscription to metrics is not the newest (KIP-714).
    public static let unknownSubscriptionID = ErrorCode(rawValue: 117)
    /// The metrics are more than the broker takes (KIP-714).
    public static let telemetryTooLarge = ErrorCode(rawValue: 118)
    /// The controller refuses how the broker registers itself.
    public static let invalidRegistration = ErrorCode(rawValue: 119)
    /// The transaction can only be aborted (KIP-890).
    public static let transactionAbortable = ErrorCode(rawValue: 120)
    /// A record is not acquired by the member, or not any more (KIP-932).
    public static let invalidRecordState = ErrorCode(rawValue: 121)
    /// The broker no longer has the share session (KIP-932).
    public static let shareSessionNotFound = ErrorCode(rawValue: 122)
    /// The request is not the one that follows in its share session (KIP-932).
    public static let invalidShareSessionEpoch = ErrorCode(rawValue: 123)
    /// The state of a share partition is of a newer epoch (KIP-932).
    public static let fencedStateEpoch = ErrorCode(rawValue: 124)
    /// The node's id and directory don't go together (KIP-853).
    public static let invalidVoterKey = ErrorCode(rawValue: 125)
    /// The node may vote already (KIP-853).
    public static let duplicateVoter = ErrorCode(rawValue: 126)
    /// The node is none of those that vote (KIP-853).
    public static let voterNotFound = ErrorCode(rawValue: 127)
    /// The pattern can't be read, or is too costly (KIP-848).
    public static let invalidRegularExpression = ErrorCode(rawValue: 128)
    /// The client is to start over from its bootstrap servers (KIP-1102).
    public static let rebootstrapRequired = ErrorCode(rawValue: 129)
    /// The topology of a streams group is not valid (KIP-1071).
    public static let streamsInvalidTopology = ErrorCode(rawValue: 130)
    /// The topology's epoch is not the one that follows (KIP-1071).
    public static let streamsInvalidTopologyEpoch = ErrorCode(rawValue: 131)
    /// The member has an older topology than the group (KIP-1071).
    public static let streamsTopologyFenced = ErrorCode(rawValue: 132)
    /// The broker has as many share sessions as it keeps (KIP-932).
    public static let shareSessionLimitReached = ErrorCode(rawValue: 133)
    /// The group could not be deleted, as others depend on what it holds.
    public static let groupDeletionFailed = ErrorCode(rawValue: 134)
    /// The description of a topology could not be stored.
    public static let streamsTopologyDescriptionUpdateFailed = ErrorCode(rawValue: 135)
    /// No controller with the id is registered.
    public static let controllerIDNotRegistered = ErrorCode(rawValue: 136)
}
