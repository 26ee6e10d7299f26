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
    public var description: String { Self.names[rawValue] ?? String(rawValue) }

    private static let names: [Int16: String] = [
        0: "Produce",
        1: "Fetch",
        2: "ListOffsets",
        3: "Metadata",
        8: "OffsetCommit",
        9: "OffsetFetch",
        10: "FindCoordinator",
        11: "JoinGroup",
        12: "Heartbeat",
        13: "LeaveGroup",
        14: "SyncGroup",
        15: "DescribeGroups",
        16: "ListGroups",
        17: "SaslHandshake",
        18: "ApiVersions",
        19: "CreateTopics",
        20: "DeleteTopics",
        21: "DeleteRecords",
        22: "InitProducerId",
        23: "OffsetForLeaderEpoch",
        24: "AddPartitionsToTxn",
        25: "AddOffsetsToTxn",
        26: "EndTxn",
        27: "WriteTxnMarkers",
        28: "TxnOffsetCommit",
        29: "DescribeAcls",
        30: "CreateAcls",
        31: "DeleteAcls",
        32: "DescribeConfigs",
        33: "AlterConfigs",
        34: "AlterReplicaLogDirs",
        35: "DescribeLogDirs",
        36: "SaslAuthenticate",
        37: "CreatePartitions",
        38: "CreateDelegationToken",
        39: "RenewDelegationToken",
        40: "ExpireDelegationToken",
        41: "DescribeDelegationToken",
        42: "DeleteGroups",
        43: "ElectLeaders",
        44: "IncrementalAlterConfigs",
        45: "AlterPartitionReassignments",
        46: "ListPartitionReassignments",
        47: "OffsetDelete",
        48: "DescribeClientQuotas",
        49: "AlterClientQuotas",
        50: "DescribeUserScramCredentials",
        51: "AlterUserScramCredentials",
        52: "Vote",
        53: "BeginQuorumEpoch",
        54: "EndQuorumEpoch",
        55: "DescribeQuorum",
        56: "AlterPartition",
        57: "UpdateFeatures",
        58: "Envelope",
        59: "FetchSnapshot",
        60: "DescribeCluster",
        61: "DescribeProducers",
        62: "BrokerRegistration",
        63: "BrokerHeartbeat",
        64: "UnregisterBroker",
        65: "DescribeTransactions",
        66: "ListTransactions",
        67: "AllocateProducerIds",
        68: "ConsumerGroupHeartbeat",
        69: "ConsumerGroupDescribe",
        70: "ControllerRegistration",
        71: "GetTelemetrySubscriptions",
        72: "PushTelemetry",
        73: "AssignReplicasToDirs",
        74: "ListConfigResources",
        75: "DescribeTopicPartitions",
        76: "ShareGroupHeartbeat",
        77: "ShareGroupDescribe",
        78: "ShareFetch",
        79: "ShareAcknowledge",
        80: "AddRaftVoter",
        81: "RemoveRaftVoter",
        82: "UpdateRaftVoter",
        83: "InitializeShareGroupState",
        84: "ReadShareGroupState",
        85: "WriteShareGroupState",
        86: "DeleteShareGroupState",
        87: "ReadShareGroupStateSummary",
        88: "StreamsGroupHeartbeat",
        89: "StreamsGroupDescribe",
        90: "DescribeShareGroupOffsets",
        91: "AlterShareGroupOffsets",
        92: "DeleteShareGroupOffsets",
        93: "StreamsGroupTopologyDescriptionUpdate",
        94: "UnregisterController",
    ]
}
