// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// Every API that this broker serves, with the parts that its handler needs. A new API is added here.
struct HandlerTable {
    let configuration: BrokerConfiguration
    let controller: Controller
    let endpoints: BrokerEndpoints
    let logs: LogManager
    let groups: GroupCoordinator
    let transactions: TransactionCoordinator
    let shares: SharePartitions
    let producerIDs: ProducerIDs
    let background: BackgroundQueue
    /// Checks batches whose records take long to decompress.
    let inflation: BackgroundQueue
    let sessions: FetchSessionCache
    /// Whether what is fetched is counted by topic.
    var countsFetches = false
    let dataDirectory: String
    let loggers: BrokerLoggers

    var dispatchTable: DispatchTable {
        let handlers = records + topics + cluster + groupHandlers + shareHandlers + transactionHandlers
        let apis = DispatchTable(handlers).apis
        return DispatchTable(handlers + [ApiVersionsHandler(apis: apis, store: controller.store)])
    }

    private var registry: PartitionRegistry { logs.registry }

    private var records: [any RequestHandler] {
        [
            ProduceHandler(
                partitions: registry, background: background,
                minInsyncReplicas: { [controller] topic in
                    Int(
                        controller.configuration.topicValue(
                            "min.insync.replicas", topic: topic, image: controller.store.image)) ?? 1
                },
                transactions: transactions, logger: loggers[.requests], inflation: inflation),
            FetchHandler(
                partitions: registry, sessions: sessions, maxBytes: Int(configuration.int32("fetch.max.bytes")),
                counts: countsFetches),
            ListOffsetsHandler(partitions: registry, background: background),
            OffsetForLeaderEpochHandler(partitions: registry),
            DeleteRecordsHandler(logs: logs, background: background),
            DescribeProducersHandler(partitions: registry),
            DescribeLogDirsHandler(partitions: registry, path: dataDirectory, background: background),
            AlterReplicaLogDirsHandler(partitions: registry, path: dataDirectory),
        ]
    }

    private var topics: [any RequestHandler] {
        [
            MetadataHandler(controller: controller, endpoints: endpoints, logger: loggers[.server]),
            DescribeTopicPartitionsHandler(controller: controller),
            CreateTopicsHandler(controller: controller),
            DeleteTopicsHandler(controller: controller),
            CreatePartitionsHandler(controller: controller),
        ]
    }

    private var cluster: [any RequestHandler] {
        [
            DescribeClusterHandler(controller: controller, endpoints: endpoints),
            DescribeConfigsHandler(controller: controller, loggers: loggers),
            IncrementalAlterConfigsHandler(controller: controller, loggers: loggers),
            AlterConfigsHandler(controller: controller),
            ListConfigResourcesHandler(controller: controller),
            ElectLeadersHandler(controller: controller),
            AlterPartitionReassignmentsHandler(controller: controller),
            ListPartitionReassignmentsHandler(controller: controller),
            DescribeClientQuotasHandler(controller: controller),
            AlterClientQuotasHandler(controller: controller),
            DescribeUserScramCredentialsHandler(controller: controller),
            AlterUserScramCredentialsHandler(controller: controller),
            UpdateFeaturesHandler(controller: controller),
            DescribeQuorumHandler(controller: controller, endpoints: endpoints),
            UnregisterBrokerHandler(controller: controller),
            DescribeAclsHandler(controller: controller), CreateAclsHandler(controller: controller),
            DeleteAclsHandler(controller: controller),
            SaslHandshakeHandler(), SaslAuthenticateHandler(),
            CreateDelegationTokenHandler(controller: controller), RenewDelegationTokenHandler(controller: controller),
            ExpireDelegationTokenHandler(controller: controller),
            DescribeDelegationTokenHandler(controller: controller),
        ]
    }

    private var groupHandlers: [any RequestHandler] {
        [
            FindCoordinatorHandler(
                groups: groups, transactions: transactions.prepare,
                shares: { [shares] key in
                    shares.isEnabled() ? await shares.coordinator.prepare(key) : .invalidRequest
                }
            ) {
                [endpoints, controller] connection in
                let endpoint = connection.endpoint(in: endpoints)
                return CoordinatorNode(
                    id: controller.store.nodeID, host: endpoint?.host ?? "", port: endpoint?.port ?? -1)
            },
            JoinGroupHandler(groups), SyncGroupHandler(groups), HeartbeatHandler(groups), LeaveGroupHandler(groups),
            OffsetCommitHandler(groups), OffsetFetchHandler(groups), OffsetDeleteHandler(groups),
            ConsumerGroupHeartbeatHandler(groups), ConsumerGroupDescribeHandler(groups),
            ListGroupsHandler(groups), DescribeGroupsHandler(groups), DeleteGroupsHandler(groups),
        ]
    }

    private var shareHandlers: [any RequestHandler] {
        [
            ShareGroupHeartbeatHandler(groups), ShareGroupDescribeHandler(groups),
            ShareFetchHandler(shares: shares, maxBytes: Int(configuration.int32("fetch.max.bytes"))),
            ShareAcknowledgeHandler(shares: shares),
            InitializeShareGroupStateHandler(shares: shares), ReadShareGroupStateHandler(shares: shares),
            WriteShareGroupStateHandler(shares: shares), DeleteShareGroupStateHandler(shares: shares),
            ReadShareGroupStateSummaryHandler(shares: shares),
            DescribeShareGroupOffsetsHandler(coordinator: groups, partitions: registry),
            AlterShareGroupOffsetsHandler(groups), DeleteShareGroupOffsetsHandler(groups),
        ]
    }

    private var transactionHandlers: [any RequestHandler] {
        [
            InitProducerIDHandler(coordinator: transactions, producerIDs: producerIDs),
            AddPartitionsToTxnHandler(coordinator: transactions), AddOffsetsToTxnHandler(coordinator: transactions),
            EndTxnHandler(coordinator: transactions),
            GatedTxnOffsetCommitHandler(
                coordinator: transactions, topics: ImageTopicLookup(store: controller.store),
                next: TxnOffsetCommitHandler(groups)),
            WriteTxnMarkersHandler(partitions: registry, groups: groups),
            DescribeTransactionsHandler(coordinator: transactions), ListTransactionsHandler(coordinator: transactions),
        ]
    }

    /// The table while the broker is being put together: ports are bound before there is one.
    final class Pending: Sendable {
        private let table = Mutex<DispatchTable>(DispatchTable([]))

        var current: DispatchTable {
            get { table.withLock { $0 } }
            set { table.withLock { $0 = newValue } }
        }
    }
}
