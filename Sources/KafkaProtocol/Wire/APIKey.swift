// SPDX-License-Identifier: Apache-2.0

/// The number of an API; unknown ones survive.
public struct APIKey: RawRepresentable, Sendable, Hashable {
    public var rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Writes record batches to partitions.
    public static let produce = APIKey(rawValue: 0)
    /// Reads record batches from partitions, or waits for them.
    public static let fetch = APIKey(rawValue: 1)
    /// Finds offsets by time, and the ends of partitions.
    public static let listOffsets = APIKey(rawValue: 2)
    /// Tells brokers, topics, partitions and their leaders.
    public static let metadata = APIKey(rawValue: 3)
    /// Stores how far a group has read.
    public static let offsetCommit = APIKey(rawValue: 8)
    /// Tells how far a group has read.
    public static let offsetFetch = APIKey(rawValue: 9)
    /// Tells the broker that coordinates a group or a transactional id.
    public static let findCoordinator = APIKey(rawValue: 10)
    /// Joins a group of the classic protocol, and waits for the others.
    public static let joinGroup = APIKey(rawValue: 11)
    /// Tells the coordinator that a member of a classic group is alive.
    public static let heartbeat = APIKey(rawValue: 12)
    /// Leaves a classic group.
    public static let leaveGroup = APIKey(rawValue: 13)
    /// Brings the leader's assignment, and waits for it.
    public static let syncGroup = APIKey(rawValue: 14)
    /// Tells state and members of classic groups.
    public static let describeGroups = APIKey(rawValue: 15)
    /// Lists the groups that a broker coordinates.
    public static let listGroups = APIKey(rawValue: 16)
    /// Begins a login with a SASL mechanism.
    public static let saslHandshake = APIKey(rawValue: 17)
    /// Tells the versions and features that a broker has; a connection's first request.
    public static let apiVersions = APIKey(rawValue: 18)
    /// Creates topics.
    public static let createTopics = APIKey(rawValue: 19)
    /// Deletes topics.
    public static let deleteTopics = APIKey(rawValue: 20)
    /// Lets partitions begin later.
    public static let deleteRecords = APIKey(rawValue: 21)
    /// Gives a producer its id and epoch (KIP-98).
    public static let initProducerID = APIKey(rawValue: 22)
    /// Tells where a leader's epoch ends (KIP-320).
    public static let offsetForLeaderEpoch = APIKey(rawValue: 23)
    /// Adds partitions to a transaction (KIP-98).
    public static let addPartitionsToTxn = APIKey(rawValue: 24)
    /// Adds a group's offsets to a transaction (KIP-98).
    public static let addOffsetsToTxn = APIKey(rawValue: 25)
    /// Commits or aborts a transaction (KIP-98).
    public static let endTxn = APIKey(rawValue: 26)
    /// Writes a transaction's end to its partitions; from coordinators (KIP-98).
    public static let writeTxnMarkers = APIKey(rawValue: 27)
    /// Stores how far a group has read, within a transaction (KIP-98).
    public static let txnOffsetCommit = APIKey(rawValue: 28)
    /// Lists access control list entries (KIP-140).
    public static let describeAcls = APIKey(rawValue: 29)
    /// Stores access control list entries (KIP-140).
    public static let createAcls = APIKey(rawValue: 30)
    /// Deletes access control list entries (KIP-140).
    public static let deleteAcls = APIKey(rawValue: 31)
    /// Tells configurations of topics, brokers and the like (KIP-133).
    public static let describeConfigs = APIKey(rawValue: 32)
    /// Replaces all configurations of a resource (KIP-133).
    public static let alterConfigs = APIKey(rawValue: 33)
    /// Moves replicas to another data directory (KIP-113).
    public static let alterReplicaLogDirs = APIKey(rawValue: 34)
    /// Tells a broker's data directories and what is in them (KIP-113).
    public static let describeLogDirs = APIKey(rawValue: 35)
    /// Carries the messages of a login.
    public static let saslAuthenticate = APIKey(rawValue: 36)
    /// Adds partitions to topics (KIP-195).
    public static let createPartitions = APIKey(rawValue: 37)
    /// Gives a delegation token (KIP-48).
    public static let createDelegationToken = APIKey(rawValue: 38)
    /// Renews a delegation token (KIP-48).
    public static let renewDelegationToken = APIKey(rawValue: 39)
    /// Ends a delegation token (KIP-48).
    public static let expireDelegationToken = APIKey(rawValue: 40)
    /// Lists delegation tokens (KIP-48).
    public static let describeDelegationToken = APIKey(rawValue: 41)
    /// Deletes groups that have no members (KIP-229).
    public static let deleteGroups = APIKey(rawValue: 42)
    /// Elects leaders of partitions (KIP-460).
    public static let electLeaders = APIKey(rawValue: 43)
    /// Changes single configurations (KIP-339).
    public static let incrementalAlterConfigs = APIKey(rawValue: 44)
    /// Begins and cancels moves of partitions (KIP-455).
    public static let alterPartitionReassignments = APIKey(rawValue: 45)
    /// Lists partitions that are moving (KIP-455).
    public static let listPartitionReassignments = APIKey(rawValue: 46)
    /// Lets a group forget how far it has read (KIP-496).
    public static let offsetDelete = APIKey(rawValue: 47)
    /// Tells quotas (KIP-546).
    public static let describeClientQuotas = APIKey(rawValue: 48)
    /// Changes quotas (KIP-546).
    public static let alterClientQuotas = APIKey(rawValue: 49)
    /// Lists users with SCRAM credentials (KIP-554).
    public static let describeUserScramCredentials = APIKey(rawValue: 50)
    /// Stores and deletes SCRAM credentials (KIP-554).
    public static let alterUserScramCredentials = APIKey(rawValue: 51)
    /// Asks for a vote in the quorum (KIP-595).
    public static let vote = APIKey(rawValue: 52)
    /// Tells that the sender leads the quorum (KIP-595).
    public static let beginQuorumEpoch = APIKey(rawValue: 53)
    /// Tells that the sender gives up the quorum's lead (KIP-595).
    public static let endQuorumEpoch = APIKey(rawValue: 54)
    /// Tells who votes on the metadata, and how far each is (KIP-595).
    public static let describeQuorum = APIKey(rawValue: 55)
    /// Changes which replicas are in sync; from leaders to the controller (KIP-497).
    public static let alterPartition = APIKey(rawValue: 56)
    /// Changes levels of features (KIP-584).
    public static let updateFeatures = APIKey(rawValue: 57)
    /// Carries a client's request from a broker to the controller (KIP-590).
    public static let envelope = APIKey(rawValue: 58)
    /// Reads a snapshot of the metadata (KIP-630).
    public static let fetchSnapshot = APIKey(rawValue: 59)
    /// Tells the cluster's id and its brokers or controllers (KIP-700).
    public static let describeCluster = APIKey(rawValue: 60)
    /// Tells the producers that partitions remember (KIP-664).
    public static let describeProducers = APIKey(rawValue: 61)
    /// Registers a broker with the controller (KIP-631).
    public static let brokerRegistration = APIKey(rawValue: 62)
    /// Tells the controller that a broker is alive (KIP-631).
    public static let brokerHeartbeat = APIKey(rawValue: 63)
    /// Lets the cluster forget a broker (KIP-631).
    public static let unregisterBroker = APIKey(rawValue: 64)
    /// Tells the state of transactions (KIP-664).
    public static let describeTransactions = APIKey(rawValue: 65)
    /// Lists the transactions of a coordinator (KIP-664).
    public static let listTransactions = APIKey(rawValue: 66)
    /// Gives a broker a range of producer ids (KIP-730).
    public static let allocateProducerIDs = APIKey(rawValue: 67)
    /// Joins, keeps and leaves a group of the newer protocol (KIP-848).
    public static let consumerGroupHeartbeat = APIKey(rawValue: 68)
    /// Tells state and members of groups of the newer protocol (KIP-848).
    public static let consumerGroupDescribe = APIKey(rawValue: 69)
    /// Registers a controller (KIP-919).
    public static let controllerRegistration = APIKey(rawValue: 70)
    /// Tells a client which metrics are wanted of it (KIP-714).
    public static let getTelemetrySubscriptions = APIKey(rawValue: 71)
    /// Brings a client's metrics (KIP-714).
    public static let pushTelemetry = APIKey(rawValue: 72)
    /// Tells the controller in which directories replicas are (KIP-858).
    public static let assignReplicasToDirs = APIKey(rawValue: 73)
    /// Lists what has configurations (KIP-1000, KIP-1142).
    public static let listConfigResources = APIKey(rawValue: 74)
    /// Tells the partitions of topics piece by piece (KIP-966).
    public static let describeTopicPartitions = APIKey(rawValue: 75)
    /// Joins, keeps and leaves a share group (KIP-932).
    public static let shareGroupHeartbeat = APIKey(rawValue: 76)
    /// Tells state and members of share groups (KIP-932).
    public static let shareGroupDescribe = APIKey(rawValue: 77)
    /// Acquires records for a member of a share group (KIP-932).
    public static let shareFetch = APIKey(rawValue: 78)
    /// Tells what became of acquired records (KIP-932).
    public static let shareAcknowledge = APIKey(rawValue: 79)
    /// Lets a controller vote (KIP-853).
    public static let addRaftVoter = APIKey(rawValue: 80)
    /// Lets a controller vote no more (KIP-853).
    public static let removeRaftVoter = APIKey(rawValue: 81)
    /// Changes where a voter listens (KIP-853).
    public static let updateRaftVoter = APIKey(rawValue: 82)
    /// Begins the state of share partitions; between brokers (KIP-932).
    public static let initializeShareGroupState = APIKey(rawValue: 83)
    /// Reads the state of share partitions; between brokers (KIP-932).
    public static let readShareGroupState = APIKey(rawValue: 84)
    /// Writes the state of share partitions; between brokers (KIP-932).
    public static let writeShareGroupState = APIKey(rawValue: 85)
    /// Deletes the state of share partitions; between brokers (KIP-932).
    public static let deleteShareGroupState = APIKey(rawValue: 86)
    /// Tells where share partitions begin; between brokers (KIP-932).
    public static let readShareGroupStateSummary = APIKey(rawValue: 87)
    /// Joins, keeps and leaves a group of Kafka Streams (KIP-1071).
    public static let streamsGroupHeartbeat = APIKey(rawValue: 88)
    /// Tells state and members of groups of Kafka Streams (KIP-1071).
    public static let streamsGroupDescribe = APIKey(rawValue: 89)
    /// Tells where share groups begin (KIP-932).
    public static let describeShareGroupOffsets = APIKey(rawValue: 90)
    /// Changes where share groups begin (KIP-932).
    public static let alterShareGroupOffsets = APIKey(rawValue: 91)
    /// Lets share groups forget topics (KIP-932).
    public static let deleteShareGroupOffsets = APIKey(rawValue: 92)
    /// Brings the description of a streams group's topology.
    public static let streamsGroupTopologyDescriptionUpdate = APIKey(rawValue: 93)
    /// Lets the cluster forget a controller.
    public static let unregisterController = APIKey(rawValue: 94)
}

extension APIKey: CustomStringConvertible {
    /// Kafka's name, such as `PRODUCE` as `Produce`; the number for an unknown key.
    public var description: String {
        switch rawValue {
        case 0: "Produce"
        case 1: "Fetch"
        case 2: "ListOffsets"
        case 3: "Metadata"
        case 8: "OffsetCommit"
        case 9: "OffsetFetch"
        case 10: "FindCoordinator"
        case 11: "JoinGroup"
        case 12: "Heartbeat"
        case 13: "LeaveGroup"
        case 14: "SyncGroup"
        case 15: "DescribeGroups"
        case 16: "ListGroups"
        case 17: "SaslHandshake"
        case 18: "ApiVersions"
        case 19: "CreateTopics"
        case 20: "DeleteTopics"
        case 21: "DeleteRecords"
        case 22: "InitProducerId"
        case 23: "OffsetForLeaderEpoch"
        case 24: "AddPartitionsToTxn"
        case 25: "AddOffsetsToTxn"
        case 26: "EndTxn"
        case 27: "WriteTxnMarkers"
        case 28: "TxnOffsetCommit"
        case 29: "DescribeAcls"
        case 30: "CreateAcls"
        case 31: "DeleteAcls"
        case 32: "DescribeConfigs"
        case 33: "AlterConfigs"
        case 34: "AlterReplicaLogDirs"
        case 35: "DescribeLogDirs"
        case 36: "SaslAuthenticate"
        case 37: "CreatePartitions"
        case 38: "CreateDelegationToken"
        case 39: "RenewDelegationToken"
        case 40: "ExpireDelegationToken"
        case 41: "DescribeDelegationToken"
        case 42: "DeleteGroups"
        case 43: "ElectLeaders"
        case 44: "IncrementalAlterConfigs"
        case 45: "AlterPartitionReassignments"
        case 46: "ListPartitionReassignments"
        case 47: "OffsetDelete"
        case 48: "DescribeClientQuotas"
        case 49: "AlterClientQuotas"
        case 50: "DescribeUserScramCredentials"
        case 51: "AlterUserScramCredentials"
        case 52: "Vote"
        case 53: "BeginQuorumEpoch"
        case 54: "EndQuorumEpoch"
        case 55: "DescribeQuorum"
        case 56: "AlterPartition"
        case 57: "UpdateFeatures"
        case 58: "Envelope"
        case 59: "FetchSnapshot"
        case 60: "DescribeCluster"
        case 61: "DescribeProducers"
        case 62: "BrokerRegistration"
        case 63: "BrokerHeartbeat"
        case 64: "UnregisterBroker"
        case 65: "DescribeTransactions"
        case 66: "ListTransactions"
        case 67: "AllocateProducerIds"
        case 68: "ConsumerGroupHeartbeat"
        case 69: "ConsumerGroupDescribe"
        case 70: "ControllerRegistration"
        case 71: "GetTelemetrySubscriptions"
        case 72: "PushTelemetry"
        case 73: "AssignReplicasToDirs"
        case 74: "ListConfigResources"
        case 75: "DescribeTopicPartitions"
        case 76: "ShareGroupHeartbeat"
        case 77: "ShareGroupDescribe"
        case 78: "ShareFetch"
        case 79: "ShareAcknowledge"
        case 80: "AddRaftVoter"
        case 81: "RemoveRaftVoter"
        case 82: "UpdateRaftVoter"
        case 83: "InitializeShareGroupState"
        case 84: "ReadShareGroupState"
        case 85: "WriteShareGroupState"
        case 86: "DeleteShareGroupState"
        case 87: "ReadShareGroupStateSummary"
        case 88: "StreamsGroupHeartbeat"
        case 89: "StreamsGroupDescribe"
        case 90: "DescribeShareGroupOffsets"
        case 91: "AlterShareGroupOffsets"
        case 92: "DeleteShareGroupOffsets"
        case 93: "StreamsGroupTopologyDescriptionUpdate"
        case 94: "UnregisterController"
        default: String(rawValue)
        }
    }
}
