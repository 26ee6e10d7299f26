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
    /// The node whose table it is, where there are several.
    var node: NodeView?

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
                transactions: transactions, logger: loggers[.requests], inflation: inflation, node: node),
            FetchHandler(
                partitions: registry, sessions: sessions, maxBytes: Int(configuration.int32("fetch.max.bytes")),
                counts: countsFetches, node: node),
            ListOffsetsHandler(partitions: registry, background: background, node: node),
            OffsetForLeaderEpochHandler(partitions: registry, node: node),
            DeleteRecordsHandler(logs: logs, background: background, node: node),
            DescribeProducersHandler(partitions: registry, node: node),
            DescribeLogDirsHandler(
                partitions: registry, path: dataDirectory, background: background, node: node),
            AlterReplicaLogDirsHandler(partitions: registry, path: dataDirectory),
        ]
    }

    private var topics: [any RequestHandler] {
        [
            MetadataHandler(controller: controller, endpoints: endpoints, logger: loggers[.server], node: node),
            DescribeTopicPartitionsHandler(controller: controller),
            CreateTopicsHandler(controller: controller),
            DeleteTopicsHandler(controller: controller),
            CreatePartitionsHandler(controller: controller),
        ]
    }

    private var cluster: [any RequestHandler] {
        [
            DescribeClusterHandler(controller: controller, endpoints: endpoints, node: node),
            DescribeConfigsHandler(controller: controller, loggers: loggers, nodeID: node?.id),
            alterConfigs,
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
            DescribeQuorumHandler(controller: controller, endpoints: endpoints, node: node),
            UnregisterBrokerHandler(controller: controller),
            DescribeAclsHandler(controller: controller), CreateAclsHandler(controller: controller),
            DeleteAclsHandler(controller: controller),
            SaslHandshakeHandler(), SaslAuthenticateHandler(),
            CreateDelegationTokenHandler(controller: controller), RenewDelegationTokenHandler(controller: controller),
            ExpireDelegationTokenHandler(controller: controller),
            DescribeDelegationTokenHandler(controller: controller),
        ]
    }

    private var alterConfigs: any RequestHandler {
        let handler = IncrementalAlterConfigsHandler(controller: controller, loggers: loggers, nodeID: node?.id)
        return node.map { NodeStateHandler(next: handler, nodes: $0.nodes) } ?? handler
    }

    private var groupHandlers: [any RequestHandler] {
        let own: [any RequestHandler] =
            node?.groupHandlers(groups) ?? [
                JoinGroupHandler(groups), SyncGroupHandler(groups), HeartbeatHandler(groups), LeaveGroupHandler(groups),
                OffsetCommitHandler(groups), OffsetFetchHandler(groups), OffsetDeleteHandler(groups),
                ConsumerGroupHeartbeatHandler(groups), ConsumerGroupDescribeHandler(groups),
                ListGroupsHandler(groups), DescribeGroupsHandler(groups), DeleteGroupsHandler(groups),
            ]
        return [coordinatorHandler] + own
    }

    private var coordinatorHandler: any RequestHandler {
        let elsewhere = node.map { node in
            { @Sendable (key: String, topic: String, connection: ConnectionInfo) -> CoordinatorNode? in
                guard let id = node.coordinator(of: key, in: topic), let endpoint = node.endpoint(of: id, connection)
                else { return nil }
                return CoordinatorNode(id: id, host: endpoint.host, port: endpoint.port)
            }
        }
        return FindCoordinatorHandler(
            groups: groups, transactions: transactions.prepare,
            shares: { [shares] key in
                shares.isEnabled() ? await shares.coordinator.prepare(key) : .invalidRequest
            }, elsewhere: elsewhere
        ) { [endpoints, controller] connection in
            let endpoint = connection.endpoint(in: endpoints)
            return CoordinatorNode(
                id: controller.store.nodeID, host: endpoint?.host ?? "", port: endpoint?.port ?? -1)
        }
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
        let markers = WriteTxnMarkersHandler(partitions: registry, groups: groups)
        if let node { return node.transactionHandlers(self) + [markers] }
        return [
            InitProducerIDHandler(coordinator: transactions, producerIDs: producerIDs),
            AddPartitionsToTxnHandler(coordinator: transactions), AddOffsetsToTxnHandler(coordinator: transactions),
            EndTxnHandler(coordinator: transactions),
            GatedTxnOffsetCommitHandler(
                coordinator: transactions, topics: ImageTopicLookup(store: controller.store),
                next: TxnOffsetCommitHandler(groups)),
            markers,
            DescribeTransactionsHandler(coordinator: transactions), ListTransactionsHandler(coordinator: transactions),
        ]
    }

    /// The tables while the broker is being put together: ports are bound before there are any.
    final class Pending: Sendable {
        private let tables = Mutex<(common: DispatchTable, own: [String: DispatchTable])>((DispatchTable([]), [:]))

        /// - Parameter own: by listener, where each is a node.
        func set(_ common: DispatchTable, own: [String: DispatchTable] = [:]) {
            tables.withLock { $0 = (common, own) }
        }

        subscript(listener: String) -> DispatchTable { tables.withLock { $0.own[listener] ?? $0.common } }
    }
}
