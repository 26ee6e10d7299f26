// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

/// A message type as the argument of a test.
struct MessageCase: Sendable, CustomTestStringConvertible {
    var type: any Message.Type

    init(_ type: any Message.Type) { self.type = type }

    var name: String { String(describing: type) }
    var testDescription: String { name }

    static let all = (messages + metadataRecords + coordinatorRecords).map(MessageCase.init)

    /// Types in `Messages`.
    static let messages: [any Message.Type] = [
        AddOffsetsToTxnRequest.self, AddOffsetsToTxnResponse.self, AddPartitionsToTxnRequest.self,
        AddPartitionsToTxnResponse.self, AddRaftVoterRequest.self, AddRaftVoterResponse.self,
        AlterClientQuotasRequest.self, AlterClientQuotasResponse.self, AlterConfigsRequest.self,
        AlterConfigsResponse.self, AlterPartitionReassignmentsRequest.self, AlterPartitionReassignmentsResponse.self,
        AlterReplicaLogDirsRequest.self, AlterReplicaLogDirsResponse.self, AlterShareGroupOffsetsRequest.self,
        AlterShareGroupOffsetsResponse.self, AlterUserScramCredentialsRequest.self,
        AlterUserScramCredentialsResponse.self, ApiVersionsRequest.self, ApiVersionsResponse.self,
        ConsumerGroupDescribeRequest.self, ConsumerGroupDescribeResponse.self, ConsumerGroupHeartbeatRequest.self,
        ConsumerGroupHeartbeatResponse.self, ConsumerProtocolAssignment.self, ConsumerProtocolSubscription.self,
        CreateAclsRequest.self, CreateAclsResponse.self, CreateDelegationTokenRequest.self,
        CreateDelegationTokenResponse.self, CreatePartitionsRequest.self, CreatePartitionsResponse.self,
        CreateTopicsRequest.self, CreateTopicsResponse.self, DeleteAclsRequest.self, DeleteAclsResponse.self,
        DeleteGroupsRequest.self, DeleteGroupsResponse.self, DeleteRecordsRequest.self, DeleteRecordsResponse.self,
        DeleteShareGroupOffsetsRequest.self, DeleteShareGroupOffsetsResponse.self, DeleteShareGroupStateRequest.self,
        DeleteShareGroupStateResponse.self, DeleteTopicsRequest.self, DeleteTopicsResponse.self,
        DescribeAclsRequest.self, DescribeAclsResponse.self, DescribeClientQuotasRequest.self,
        DescribeClientQuotasResponse.self, DescribeClusterRequest.self, DescribeClusterResponse.self,
        DescribeConfigsRequest.self, DescribeConfigsResponse.self, DescribeDelegationTokenRequest.self,
        DescribeDelegationTokenResponse.self, DescribeGroupsRequest.self, DescribeGroupsResponse.self,
        DescribeLogDirsRequest.self, DescribeLogDirsResponse.self, DescribeProducersRequest.self,
        DescribeProducersResponse.self, DescribeQuorumRequest.self, DescribeQuorumResponse.self,
        DescribeShareGroupOffsetsRequest.self, DescribeShareGroupOffsetsResponse.self,
        DescribeTopicPartitionsRequest.self, DescribeTopicPartitionsResponse.self, DescribeTransactionsRequest.self,
        DescribeTransactionsResponse.self, DescribeUserScramCredentialsRequest.self,
        DescribeUserScramCredentialsResponse.self, ElectLeadersRequest.self, ElectLeadersResponse.self,
        EndTxnRequest.self, EndTxnResponse.self, ExpireDelegationTokenRequest.self, ExpireDelegationTokenResponse.self,
        FetchRequest.self, FetchResponse.self, FindCoordinatorRequest.self, FindCoordinatorResponse.self,
        HeartbeatRequest.self, HeartbeatResponse.self, IncrementalAlterConfigsRequest.self,
        IncrementalAlterConfigsResponse.self, InitProducerIdRequest.self, InitProducerIdResponse.self,
        InitializeShareGroupStateRequest.self, InitializeShareGroupStateResponse.self, JoinGroupRequest.self,
        JoinGroupResponse.self, LeaveGroupRequest.self, LeaveGroupResponse.self, ListConfigResourcesRequest.self,
        ListConfigResourcesResponse.self, ListGroupsRequest.self, ListGroupsResponse.self, ListOffsetsRequest.self,
        ListOffsetsResponse.self, ListPartitionReassignmentsRequest.self, ListPartitionReassignmentsResponse.self,
        ListTransactionsRequest.self, ListTransactionsResponse.self, MetadataRequest.self, MetadataResponse.self,
        OffsetCommitRequest.self, OffsetCommitResponse.self, OffsetDeleteRequest.self, OffsetDeleteResponse.self,
        OffsetFetchRequest.self, OffsetFetchResponse.self, OffsetForLeaderEpochRequest.self,
        OffsetForLeaderEpochResponse.self, ProduceRequest.self, ProduceResponse.self, ReadShareGroupStateRequest.self,
        ReadShareGroupStateResponse.self, ReadShareGroupStateSummaryRequest.self,
        ReadShareGroupStateSummaryResponse.self, RemoveRaftVoterRequest.self, RemoveRaftVoterResponse.self,
        RenewDelegationTokenRequest.self, RenewDelegationTokenResponse.self, SaslAuthenticateRequest.self,
        SaslAuthenticateResponse.self, SaslHandshakeRequest.self, SaslHandshakeResponse.self,
        ShareAcknowledgeRequest.self, ShareAcknowledgeResponse.self, ShareFetchRequest.self, ShareFetchResponse.self,
        ShareGroupDescribeRequest.self, ShareGroupDescribeResponse.self, ShareGroupHeartbeatRequest.self,
        ShareGroupHeartbeatResponse.self, StreamsGroupDescribeRequest.self, StreamsGroupDescribeResponse.self,
        SyncGroupRequest.self, SyncGroupResponse.self, TxnOffsetCommitRequest.self, TxnOffsetCommitResponse.self,
        UnregisterBrokerRequest.self, UnregisterBrokerResponse.self, UpdateFeaturesRequest.self,
        UpdateFeaturesResponse.self, WriteShareGroupStateRequest.self, WriteShareGroupStateResponse.self,
        WriteTxnMarkersRequest.self, WriteTxnMarkersResponse.self,
    ]

    /// Types in `MetadataRecords`.
    static let metadataRecords: [any Message.Type] = [
        AbortTransactionRecord.self, AccessControlEntryRecord.self, BeginTransactionRecord.self,
        BrokerRegistrationChangeRecord.self, ClearElrRecord.self, ClientQuotaRecord.self, ConfigRecord.self,
        DelegationTokenRecord.self, EndTransactionRecord.self, FeatureLevelRecord.self, FenceBrokerRecord.self,
        KRaftVersionRecord.self, LeaderChangeMessage.self, NoOpRecord.self, PartitionChangeRecord.self,
        PartitionRecord.self, ProducerIdsRecord.self, RegisterBrokerRecord.self, RegisterControllerRecord.self,
        RemoveAccessControlEntryRecord.self, RemoveDelegationTokenRecord.self, RemoveTopicRecord.self,
        RemoveUserScramCredentialRecord.self, SnapshotFooterRecord.self, SnapshotHeaderRecord.self, TopicRecord.self,
        UnfenceBrokerRecord.self, UnregisterBrokerRecord.self, UnregisterControllerRecord.self,
        UserScramCredentialRecord.self, VotersRecord.self,
    ]

    /// Types in `CoordinatorRecords`.
    static let coordinatorRecords: [any Message.Type] = [
        ConsumerGroupCurrentMemberAssignmentKey.self, ConsumerGroupCurrentMemberAssignmentValue.self,
        ConsumerGroupMemberMetadataKey.self, ConsumerGroupMemberMetadataValue.self, ConsumerGroupMetadataKey.self,
        ConsumerGroupMetadataValue.self, ConsumerGroupPartitionMetadataKey.self,
        ConsumerGroupPartitionMetadataValue.self, ConsumerGroupRegularExpressionKey.self,
        ConsumerGroupRegularExpressionValue.self, ConsumerGroupTargetAssignmentMemberKey.self,
        ConsumerGroupTargetAssignmentMemberValue.self, ConsumerGroupTargetAssignmentMetadataKey.self,
        ConsumerGroupTargetAssignmentMetadataValue.self, GroupMetadataKey.self, GroupMetadataValue.self,
        OffsetCommitKey.self, OffsetCommitValue.self, ShareGroupCurrentMemberAssignmentKey.self,
        ShareGroupCurrentMemberAssignmentValue.self, ShareGroupMemberMetadataKey.self,
        ShareGroupMemberMetadataValue.self, ShareGroupMetadataKey.self, ShareGroupMetadataValue.self,
        ShareGroupStatePartitionMetadataKey.self, ShareGroupStatePartitionMetadataValue.self,
        ShareGroupTargetAssignmentMemberKey.self, ShareGroupTargetAssignmentMemberValue.self,
        ShareGroupTargetAssignmentMetadataKey.self, ShareGroupTargetAssignmentMetadataValue.self,
        ShareSnapshotKey.self, ShareSnapshotValue.self, ShareUpdateKey.self, ShareUpdateValue.self,
        TransactionLogKey.self, TransactionLogValue.self,
    ]
}
