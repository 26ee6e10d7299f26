// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The requests that this executable can write, with their versions.
enum KnownAPIs {
    static let versions: [APIKey: ClosedRange<Int16>] = {
        var versions: [APIKey: ClosedRange<Int16>] = [:]
        for request in requests { versions[request.apiKey] = request.versions }
        return versions
    }()

    private static let requests: [any RequestMessage.Type] = [
        AddOffsetsToTxnRequest.self, AddPartitionsToTxnRequest.self, AddRaftVoterRequest.self,
        AlterClientQuotasRequest.self, AlterConfigsRequest.self, AlterPartitionReassignmentsRequest.self,
        AlterReplicaLogDirsRequest.self, AlterShareGroupOffsetsRequest.self, AlterUserScramCredentialsRequest.self,
        ApiVersionsRequest.self, ConsumerGroupDescribeRequest.self, ConsumerGroupHeartbeatRequest.self,
        CreateAclsRequest.self, CreateDelegationTokenRequest.self, CreatePartitionsRequest.self,
        CreateTopicsRequest.self, DeleteAclsRequest.self, DeleteGroupsRequest.self, DeleteRecordsRequest.self,
        DeleteShareGroupOffsetsRequest.self, DeleteShareGroupStateRequest.self, DeleteTopicsRequest.self,
        DescribeAclsRequest.self, DescribeClientQuotasRequest.self, DescribeClusterRequest.self,
        DescribeConfigsRequest.self, DescribeDelegationTokenRequest.self, DescribeGroupsRequest.self,
        DescribeLogDirsRequest.self, DescribeProducersRequest.self, DescribeQuorumRequest.self,
        DescribeShareGroupOffsetsRequest.self, DescribeTopicPartitionsRequest.self, DescribeTransactionsRequest.self,
        DescribeUserScramCredentialsRequest.self, ElectLeadersRequest.self, EndTxnRequest.self,
        ExpireDelegationTokenRequest.self, FetchRequest.self, FindCoordinatorRequest.self, HeartbeatRequest.self,
        IncrementalAlterConfigsRequest.self, InitProducerIdRequest.self, InitializeShareGroupStateRequest.self,
        JoinGroupRequest.self, LeaveGroupRequest.self, ListConfigResourcesRequest.self, ListGroupsRequest.self,
        ListOffsetsRequest.self, ListPartitionReassignmentsRequest.self, ListTransactionsRequest.self,
        MetadataRequest.self, OffsetCommitRequest.self, OffsetDeleteRequest.self, OffsetFetchRequest.self,
        OffsetForLeaderEpochRequest.self, ProduceRequest.self, ReadShareGroupStateRequest.self,
        ReadShareGroupStateSummaryRequest.self, RemoveRaftVoterRequest.self, RenewDelegationTokenRequest.self,
        SaslAuthenticateRequest.self, SaslHandshakeRequest.self, ShareAcknowledgeRequest.self, ShareFetchRequest.self,
        ShareGroupDescribeRequest.self, ShareGroupHeartbeatRequest.self, StreamsGroupDescribeRequest.self,
        SyncGroupRequest.self, TxnOffsetCommitRequest.self, UnregisterBrokerRequest.self, UpdateFeaturesRequest.self,
        WriteShareGroupStateRequest.self, WriteTxnMarkersRequest.self,
    ]
}
