// SPDX-License-Identifier: Apache-2.0

/// The number of an API; unknown ones survive.
public struct APIKey: RawRepresentable, Sendable, Hashable {
    public var rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    public static let produce = APIKey(rawValue: 0)
    public static let fetch = APIKey(rawValue: 1)
    public static let listOffsets = APIKey(rawValue: 2)
    public static let metadata = APIKey(rawValue: 3)
    public static let offsetCommit = APIKey(rawValue: 8)
    public static let offsetFetch = APIKey(rawValue: 9)
    public static let findCoordinator = APIKey(rawValue: 10)
    public static let joinGroup = APIKey(rawValue: 11)
    public static let heartbeat = APIKey(rawValue: 12)
    public static let leaveGroup = APIKey(rawValue: 13)
    public static let syncGroup = APIKey(rawValue: 14)
    public static let describeGroups = APIKey(rawValue: 15)
    public static let listGroups = APIKey(rawValue: 16)
    public static let saslHandshake = APIKey(rawValue: 17)
    public static let apiVersions = APIKey(rawValue: 18)
    public static let createTopics = APIKey(rawValue: 19)
    public static let deleteTopics = APIKey(rawValue: 20)
    public static let deleteRecords = APIKey(rawValue: 21)
    public static let initProducerID = APIKey(rawValue: 22)
    public static let offsetForLeaderEpoch = APIKey(rawValue: 23)
    public static let addPartitionsToTxn = APIKey(rawValue: 24)
    public static let addOffsetsToTxn = APIKey(rawValue: 25)
    public static let endTxn = APIKey(rawValue: 26)
    public static let writeTxnMarkers = APIKey(rawValue: 27)
    public static let txnOffsetCommit = APIKey(rawValue: 28)
    public static let describeAcls = APIKey(rawValue: 29)
    public static let createAcls = APIKey(rawValue: 30)
    public static let deleteAcls = APIKey(rawValue: 31)
    public static let describeConfigs = APIKey(rawValue: 32)
    public static let alterConfigs = APIKey(rawValue: 33)
    public static let alterReplicaLogDirs = APIKey(rawValue: 34)
    public static let describeLogDirs = APIKey(rawValue: 35)
    public static let saslAuthenticate = APIKey(rawValue: 36)
    public static let createPartitions = APIKey(rawValue: 37)
    public static let createDelegationToken = APIKey(rawValue: 38)
    public static let renewDelegationToken = APIKey(rawValue: 39)
    public static let expireDelegationToken = APIKey(rawValue: 40)
    public static let describeDelegationToken = APIKey(rawValue: 41)
    public static let deleteGroups = APIKey(rawValue: 42)
    public static let electLeaders = APIKey(rawValue: 43)
    public static let incrementalAlterConfigs = APIKey(rawValue: 44)
    public static let alterPartitionReassignments = APIKey(rawValue: 45)
    public static let listPartitionReassignments = APIKey(rawValue: 46)
    public static let offsetDelete = APIKey(rawValue: 47)
    public static let describeClientQuotas = APIKey(rawValue: 48)
    public static let alterClientQuotas = APIKey(rawValue: 49)
    public static let describeUserScramCredentials = APIKey(rawValue: 50)
    public static let alterUserScramCredentials = APIKey(rawValue: 51)
    public static let vote = APIKey(rawValue: 52)
    public static let beginQuorumEpoch = APIKey(rawValue: 53)
    public static let endQuorumEpoch = APIKey(rawValue: 54)
    public static let describeQuorum = APIKey(rawValue: 55)
    public static let alterPartition = APIKey(rawValue: 56)
    public static let updateFeatures = APIKey(rawValue: 57)
    public static let envelope = APIKey(rawValue: 58)
    public static let fetchSnapshot = APIKey(rawValue: 59)
    public static let describeCluster = APIKey(rawValue: 60)
    public static let describeProducers = APIKey(rawValue: 61)
    public static let brokerRegistration = APIKey(rawValue: 62)
    public static let brokerHeartbeat = APIKey(rawValue: 63)
    public static let unregisterBroker = APIKey(rawValue: 64)
    public static let describeTransactions = APIKey(rawValue: 65)
    public static let listTransactions = APIKey(rawValue: 66)
    public static let allocateProducerIDs = APIKey(rawValue: 67)
    public static let consumerGroupHeartbeat = APIKey(rawValue: 68)
    public static let consumerGroupDescribe = APIKey(rawValue: 69)
    public static let controllerRegistration = APIKey(rawValue: 70)
    public static let getTelemetrySubscriptions = APIKey(rawValue: 71)
    public static let pushTelemetry = APIKey(rawValue: 72)
    public static let assignReplicasToDirs = APIKey(rawValue: 73)
    public static let listConfigResources = APIKey(rawValue: 74)
    public static let describeTopicPartitions = APIKey(rawValue: 75)
    public static let shareGroupHeartbeat = APIKey(rawValue: 76)
    public static let shareGroupDescribe = APIKey(rawValue: 77)
    public static let shareFetch = APIKey(rawValue: 78)
    public static let shareAcknowledge = APIKey(rawValue: 79)
    public static let addRaftVoter = APIKey(rawValue: 80)
    public static let removeRaftVoter = APIKey(rawValue: 81)
    public static let updateRaftVoter = APIKey(rawValue: 82)
    public static let initializeShareGroupState = APIKey(rawValue: 83)
    public static let readShareGroupState = APIKey(rawValue: 84)
    public static let writeShareGroupState = APIKey(rawValue: 85)
    public static let deleteShareGroupState = APIKey(rawValue: 86)
    public static let readShareGroupStateSummary = APIKey(rawValue: 87)
    public static let streamsGroupHeartbeat = APIKey(rawValue: 88)
    public static let streamsGroupDescribe = APIKey(rawValue: 89)
    public static let describeShareGroupOffsets = APIKey(rawValue: 90)
    public static let alterShareGroupOffsets = APIKey(rawValue: 91)
    public static let deleteShareGroupOffsets = APIKey(rawValue: 92)
    public static let streamsGroupTopologyDescriptionUpdate = APIKey(rawValue: 93)
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
