// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// The handlers of coordinators as one of several nodes has them.
extension NodeView {
    func groupHandlers(_ groups: GroupCoordinator) -> [any RequestHandler] {
        [
            gate(JoinGroupHandler(groups), key: \.groupID) { request, context in
                var response = JoinGroupResponse(failing: .notCoordinator, memberID: request.memberID)
                if context.apiVersion < 7 { response.protocolName = response.protocolName ?? "" }
                return response
            },
            gate(SyncGroupHandler(groups), key: \.groupID) { _, _ in .init { $0.errorCode = .notCoordinator } },
            gate(HeartbeatHandler(groups), key: \.groupID) { _, _ in .init { $0.errorCode = .notCoordinator } },
            gate(LeaveGroupHandler(groups), key: \.groupID) { _, _ in .init { $0.errorCode = .notCoordinator } },
            gate(OffsetCommitHandler(groups), key: \.groupID) { request, _ in
                OffsetCommitResponse(request, failing: .notCoordinator)
            },
            offsetFetch(groups),
            gate(OffsetDeleteHandler(groups), key: \.groupID) { _, _ in .init { $0.errorCode = .notCoordinator } },
            gate(ConsumerGroupHeartbeatHandler(groups), key: \.groupID) { _, _ in
                .init { $0.errorCode = .notCoordinator }
            },
            gate(
                ConsumerGroupDescribeHandler(groups),
                keys: { request, isMine in request.groupIDs = request.groupIDs.filter(isMine) }
            ) { key, response in
                response.groups.append(.init { ($0.groupID, $0.errorCode) = (key, .notCoordinator) })
            },
            listing(ListGroupsHandler(groups)) { response in
                response.groups.removeAll { !coordinates($0.groupID, in: TopicName.offsets) }
            },
            gate(
                DescribeGroupsHandler(groups),
                keys: { request, isMine in request.groups = request.groups.filter(isMine) }
            ) { key, response in
                response.groups.append(.init { ($0.groupID, $0.errorCode) = (key, .notCoordinator) })
            },
            gate(
                DeleteGroupsHandler(groups),
                keys: { request, isMine in request.groupsNames = request.groupsNames.filter(isMine) }
            ) { key, response in
                response.results.append(.init { ($0.groupID, $0.errorCode) = (key, .notCoordinator) })
            },
        ]
    }

    private func offsetFetch(_ groups: GroupCoordinator) -> any RequestHandler {
        CoordinatorGate(next: OffsetFetchHandler(groups)) { request, context in
            guard context.apiVersion >= 8 else {
                if coordinates(request.groupID, in: TopicName.offsets) { return .nothing }
                // Before version 2 the error is each partition's.
                return .everything(
                    .init {
                        $0.errorCode = .notCoordinator
                        $0.topics = (request.topics ?? []).map { topic in
                            .init {
                                $0.name = topic.name
                                $0.partitions = topic.partitionIndexes.map { index in
                                    .init {
                                        ($0.partitionIndex, $0.committedOffset) = (index, -1)
                                        $0.errorCode = .notCoordinator
                                    }
                                }
                            }
                        }
                    })
            }
            let others = request.groups.filter { !coordinates($0.groupID, in: TopicName.offsets) }.map(\.groupID)
            guard !others.isEmpty else { return .nothing }
            request.groups.removeAll { others.contains($0.groupID) }
            return .some { response in
                response.groups += others.map { id in .init { ($0.groupID, $0.errorCode) = (id, .notCoordinator) } }
            }
        }
    }

    func transactionHandlers(_ table: HandlerTable) -> [any RequestHandler] {
        let coordinator = table.transactions
        let topic = TopicName.transactions
        let initialize = InitProducerIDHandler(coordinator: coordinator, producerIDs: table.producerIDs)
        let offsetCommit = GatedTxnOffsetCommitHandler(
            coordinator: coordinator, topics: ImageTopicLookup(store: store), next: TxnOffsetCommitHandler(table.groups)
        )
        return [
            // Without an id, every node hands out producer ids.
            gate(initialize, topic, key: \.transactionalID) { _, _ in
                .init { ($0.errorCode, $0.producerID, $0.producerEpoch) = (.notCoordinator, -1, -1) }
            },
            gate(
                AddPartitionsToTxnHandler(coordinator: coordinator), topic,
                key: {
                    // From version 4 on, brokers ask.
                    $0.transactions.isEmpty ? $0.v3AndBelowTransactionalID : nil
                }
            ) { request, _ in
                .init {
                    $0.resultsByTopicV3AndBelow = request.v3AndBelowTopics.map { topic in
                        .init {
                            $0.name = topic.name
                            $0.resultsByPartition = topic.partitions.map { index in
                                .init { ($0.partitionIndex, $0.partitionErrorCode) = (index, .notCoordinator) }
                            }
                        }
                    }
                }
            },
            gate(AddOffsetsToTxnHandler(coordinator: coordinator), topic, key: \.transactionalID) { _, _ in
                .init { $0.errorCode = .notCoordinator }
            },
            gate(EndTxnHandler(coordinator: coordinator), topic, key: \.transactionalID) { _, _ in
                .init { ($0.errorCode, $0.producerID, $0.producerEpoch) = (.notCoordinator, -1, -1) }
            },
            gate(offsetCommit, key: \.groupID) { request, _ in
                .init {
                    $0.topics = request.topics.map { topic in
                        .init {
                            $0.name = topic.name
                            $0.partitions = topic.partitions.map { partition in
                                .init {
                                    ($0.partitionIndex, $0.errorCode) = (partition.partitionIndex, .notCoordinator)
                                }
                            }
                        }
                    }
                }
            },
            gate(
                DescribeTransactionsHandler(coordinator: coordinator), topic,
                keys: { request, isMine in request.transactionalIDs = request.transactionalIDs.filter(isMine) }
            ) { key, response in
                response.transactionStates.append(
                    .init { ($0.transactionalID, $0.errorCode) = (key, .notCoordinator) })
            },
            listing(ListTransactionsHandler(coordinator: coordinator)) { response in
                response.transactionStates.removeAll { !coordinates($0.transactionalID, in: topic) }
            },
        ]
    }
}
