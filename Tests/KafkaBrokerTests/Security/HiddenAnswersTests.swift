// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("What answers hide from who may not see it")
struct HiddenAnswersTests {
    private static let alice = Principal(name: "alice")

    /// A broker with topics `open` and `secret`, of which alice may describe the first.
    private func run(_ needs: [Need] = [], _ body: (Broker, _ ids: [String: KafkaUUID]) async throws -> Void)
        async throws
    {
        let broker = try await Broker.withAuthorizer([("group.initial.rebalance.delay.ms", "0")])
        _ = try await broker.call(
            CreateTopicsRequest { $0.topics = [.named("open"), .named("secret")] }, as: Broker.root)
        try await broker.create(([Need.topic(.describe)] + needs).map { $0.entry("User:alice") })
        let topics = try await broker.call(MetadataRequest { $0.topics = nil }, as: Broker.root).topics
        try await body(broker, Dictionary(topics.map { ($0.name ?? "", $0.topicID) }) { first, _ in first })
        try await broker.stop()
    }

    private func commit(_ groupID: String, _ names: [String], _ broker: Broker, as who: Principal = Broker.root)
        async throws -> [ErrorCode]
    {
        let response = try await broker.call(
            OffsetCommitRequest {
                $0.groupID = groupID
                $0.topics = names.map { name in
                    .init {
                        $0.name = name
                        $0.partitions = [.init { $0.committedOffset = 5 }]
                    }
                }
            }, as: who, version: 9)
        return response.topics.flatMap(\.partitions).map(\.errorCode)
    }

    @Test(
        "Topics page by page leave the others out, or refuse their names with nothing else, whether they exist or not")
    func topicPartitions() async throws {
        try await run { broker, ids in
            let all = try await broker.call(DescribeTopicPartitionsRequest(), as: Self.alice)
            #expect(all.topics.map(\.name) == ["open"])
            let named = try await broker.call(
                DescribeTopicPartitionsRequest { request in
                    request.topics = ["secret", "open", "nosuch"].map { name in .init { $0.name = name } }
                }, as: Self.alice)
            #expect(named.topics.map(\.name) == ["open", "nosuch", "secret"])
            #expect(
                named.topics.map(\.errorCode) == [.none, .topicAuthorizationFailed, .topicAuthorizationFailed])
            #expect(named.topics.map(\.topicID) == [ids["open"], .zero, .zero])
            #expect(named.topics.map(\.topicAuthorizedOperations) == [1 << 8, .min, .min])
            #expect(named.topics.map(\.partitions.count) == [1, 0, 0])
        }
    }

    @Test("Offsets of other topics are left out of all, and refused by name")
    func offsets() async throws {
        try await run([.group(.describe), .group(.read), .topic(.read, "open")]) { broker, ids in
            #expect(try await commit("g", ["open", "secret"], broker) == [.none, .none])
            let refused = try await commit("g", ["secret", "open", "nosuch"], broker, as: Self.alice)
            #expect(refused == [.topicAuthorizationFailed, .none, .topicAuthorizationFailed])
            for version in [Int16(9), 10] {
                let all = try await broker.call(
                    OffsetFetchRequest {
                        $0.groups = [
                            .init {
                                $0.groupID = "g"
                                $0.topics = nil
                            }
                        ]
                    }, as: Self.alice, version: version)
                #expect(all.groups[0].topics.map(\.name) == ["open"])
            }
            let named = try await broker.call(
                OffsetFetchRequest {
                    $0.groups = [
                        .init {
                            $0.groupID = "g"
                            $0.topics = ["secret", "open"].map { name in
                                .init {
                                    $0.name = name
                                    $0.partitionIndexes = [0, 1]
                                }
                            }
                        }
                    ]
                }, as: Self.alice, version: 9)
            #expect(named.groups[0].topics.map(\.name) == ["secret", "open"])
            #expect(
                named.groups[0].topics[0].partitions.map(\.errorCode) == [
                    .topicAuthorizationFailed, .topicAuthorizationFailed,
                ])
            #expect(named.groups[0].topics[0].partitions.map(\.committedOffset) == [-1, -1])
            #expect(named.groups[0].topics[1].partitions.map(\.committedOffset) == [5, -1])
            let unknown = try await broker.call(
                OffsetFetchRequest {
                    $0.groups = [
                        .init {
                            $0.groupID = "g"
                            $0.topics = [ids["secret"]!, .random()].map { id in
                                .init {
                                    $0.topicID = id
                                    $0.partitionIndexes = [0]
                                }
                            }
                        }
                    ]
                }, as: Self.alice, version: 10)
            #expect(
                unknown.groups[0].topics.map { $0.partitions[0].errorCode } == [
                    .topicAuthorizationFailed, .unknownTopicID,
                ])
        }
    }

    @Test("Groups and transactions that one may not describe are not in lists")
    func lists() async throws {
        try await run([.group(.describe, "mine"), .transaction(.describe)]) { broker, _ in
            for group in ["mine", "yours"] { _ = try await commit(group, ["open"], broker) }
            for id in ["tx", "ty"] {
                _ = try await broker.call(
                    InitProducerIdRequest { ($0.transactionalID, $0.transactionTimeoutMs) = (id, 1000) },
                    as: Broker.root)
            }
            let groups = try await broker.call(ListGroupsRequest(), as: Self.alice)
            #expect(groups.groups.map(\.groupID) == ["mine"])
            #expect(groups.errorCode == .none)
            let transactions = try await broker.call(ListTransactionsRequest(), as: Self.alice)
            #expect(transactions.transactionStates.map(\.transactionalID) == ["tx"])
            try await broker.allow("alice", .cluster(.describe))
            let all = try await broker.call(ListGroupsRequest(), as: Self.alice).groups.map(\.groupID)
            #expect(all == ["mine", "yours"], "who may describe the cluster sees all groups")
        }
    }

    @Test("Of a transaction, topics are left out that one may not describe")
    func describedTransaction() async throws {
        try await run([.transaction(.describe)]) { broker, _ in
            let producer = try await broker.call(
                InitProducerIdRequest { ($0.transactionalID, $0.transactionTimeoutMs) = ("tx", 10_000) },
                as: Broker.root)
            let added = try await broker.call(
                AddPartitionsToTxnRequest {
                    $0.v3AndBelowTransactionalID = "tx"
                    ($0.v3AndBelowProducerID, $0.v3AndBelowProducerEpoch) = (
                        producer.producerID, producer.producerEpoch
                    )
                    $0.v3AndBelowTopics = ["open", "secret"].map { name in
                        .init {
                            $0.name = name
                            $0.partitions = [0]
                        }
                    }
                }, as: Broker.root, version: 3)
            #expect(ErrorCode.all(in: added).allSatisfy { $0 == .none })
            let described = try await broker.call(
                DescribeTransactionsRequest { $0.transactionalIDs = ["tx"] }, as: Self.alice)
            #expect(described.transactionStates[0].topics.map(\.topic) == ["open"])
        }
    }

    @Test("One refused partition keeps the others out of the transaction, and so does one of the broker's own")
    func addedPartitions() async throws {
        try await run([.transaction(.write), .topic(.write)]) { broker, _ in
            func add(_ names: [String]) async throws -> [ErrorCode] {
                let response = try await broker.call(
                    AddPartitionsToTxnRequest {
                        $0.v3AndBelowTransactionalID = "tx"
                        $0.v3AndBelowTopics = names.map { name in
                            .init {
                                $0.name = name
                                $0.partitions = [0]
                            }
                        }
                    }, as: Self.alice, version: 3)
                return response.resultsByTopicV3AndBelow.flatMap(\.resultsByPartition).map(\.partitionErrorCode)
            }
            let mixed = try await add(["open", "secret", "nosuch"])
            #expect(mixed == [.operationNotAttempted, .topicAuthorizationFailed, .topicAuthorizationFailed])
            let own = try await add(["__consumer_offsets", "open"])
            #expect(own == [.topicAuthorizationFailed, .operationNotAttempted])
        }
    }

    @Test("Deleting tells of a topic's existence, name or id to nobody else")
    func deletion() async throws {
        try await run([.topic(.describe, "missing")]) { broker, ids in
            let named = try await broker.call(
                DeleteTopicsRequest { request in
                    request.topics = ["open", "secret", "nosuch", "missing"].map { name in .init { $0.name = name } }
                }, as: Self.alice)
            let byName = Dictionary(named.responses.map { ($0.name ?? "", $0) }) { first, _ in first }
            #expect(byName["open"]?.errorCode == .topicAuthorizationFailed)
            #expect(byName["secret"]?.errorCode == .topicAuthorizationFailed)
            #expect(byName["nosuch"]?.errorCode == .topicAuthorizationFailed)
            #expect(byName["missing"]?.errorCode == .unknownTopicOrPartition)
            #expect(named.responses.allSatisfy { $0.topicID == .zero })
            let unknown = KafkaUUID.random()
            let byID = try await broker.call(
                DeleteTopicsRequest {
                    $0.topics = [ids["open"]!, ids["secret"]!, unknown].map { id in
                        .init { ($0.name, $0.topicID) = (nil, id) }
                    }
                }, as: Self.alice)
            let answers = Dictionary(byID.responses.map { ($0.topicID, $0) }) { first, _ in first }
            #expect(answers[ids["open"]!]?.errorCode == .topicAuthorizationFailed)
            #expect(answers[ids["open"]!]?.name == "open")
            #expect(answers[ids["secret"]!]?.errorCode == .topicAuthorizationFailed)
            #expect(answers[ids["secret"]!]?.name == nil)
            #expect(answers[unknown]?.errorCode == .unknownTopicID)
            try await broker.allow("alice", .topic(.delete, "secret"))
            let deleted = try await broker.call(
                DeleteTopicsRequest { $0.topics = [.init { $0.name = "secret" }, .init { $0.name = "open" }] },
                as: Self.alice)
            #expect(
                deleted.responses.sorted { $0.name! < $1.name! }.map(\.errorCode) == [.topicAuthorizationFailed, .none])
            let left = try await broker.call(MetadataRequest { $0.topics = nil }, as: Broker.root).topics.map(\.name)
            #expect(left == ["open"])
        }
    }

    @Test("A fetch session refuses a topic until it is allowed, and an id that nobody has is unknown")
    func fetchSession() async throws {
        try await run([.topic(.read)]) { broker, ids in
            func fetch(_ epoch: Int32, _ session: Int32, _ topics: [KafkaUUID]) async throws -> FetchResponse {
                try await broker.call(
                    FetchRequest {
                        ($0.sessionID, $0.sessionEpoch, $0.maxWaitMs) = (session, epoch, 0)
                        $0.topics = topics.map { id in
                            .init {
                                $0.topicID = id
                                $0.partitions = [.init { $0.partitionMaxBytes = 1000 }]
                            }
                        }
                    }, as: Self.alice)
            }
            func codes(_ response: FetchResponse) -> [ErrorCode] {
                response.responses.flatMap(\.partitions).map(\.errorCode)
            }
            let first = try await fetch(0, 0, [ids["open"]!, ids["secret"]!, .random()])
            #expect(codes(first) == [.none, .topicAuthorizationFailed, .unknownTopicID])
            #expect(first.responses[1].partitions[0].highWatermark == -1)
            let second = try await fetch(1, first.sessionID, [])
            #expect(codes(second) == [.topicAuthorizationFailed, .unknownTopicID])
            try await broker.allow("alice", .topic(.read, "secret"))
            let third = try await fetch(2, first.sessionID, [])
            #expect(codes(third) == [.none, .unknownTopicID], "what changed is told")
        }
    }

    @Test("A pattern of topics stands for those that the member may describe, and names are refused as a whole")
    func patterns() async throws {
        try await run([.group(.read)]) { broker, ids in
            func join(_ configure: (inout ConsumerGroupHeartbeatRequest) -> Void) async throws
                -> ConsumerGroupHeartbeatResponse
            {
                var request = ConsumerGroupHeartbeatRequest {
                    ($0.groupID, $0.memberID, $0.memberEpoch, $0.rebalanceTimeoutMs) = ("g", "m", 0, 1000)
                    $0.topicPartitions = []
                }
                configure(&request)
                return try await broker.call(request, as: Self.alice)
            }
            let refused = try await join { $0.subscribedTopicNames = ["open", "secret"] }
            #expect(refused.errorCode == .topicAuthorizationFailed && refused.assignment == nil)
            let joined = try await join { $0.subscribedTopicRegex = ".*" }
            #expect(joined.errorCode == .none)
            #expect(joined.assignment?.topicPartitions.map(\.topicID) == [ids["open"]!])
        }
    }

    @Test("Nothing is told of a group whose members read what one may not describe")
    func describedGroup() async throws {
        try await run([.group(.describe)]) { broker, ids in
            for name in ["secret", "open"] {
                _ = try await broker.call(
                    ConsumerGroupHeartbeatRequest {
                        ($0.groupID, $0.memberID, $0.memberEpoch, $0.rebalanceTimeoutMs) = ("g", "m", 0, 1000)
                        ($0.topicPartitions, $0.subscribedTopicNames) = ([], [name])
                    }, as: Broker.root)
                let described = try await broker.call(
                    ConsumerGroupDescribeRequest {
                        ($0.groupIDs, $0.includeAuthorizedOperations) = (["g", "other"], true)
                    }, as: Self.alice)
                let group = described.groups[0]
                #expect(described.groups.map(\.groupID) == ["g", "other"])
                #expect(described.groups[1].errorCode == .groupAuthorizationFailed)
                if name == "secret" {
                    #expect(group.errorCode == .topicAuthorizationFailed && group.members.isEmpty)
                    #expect(group.groupState.isEmpty && group.groupEpoch == 0)
                } else {
                    #expect(group.errorCode == .none && group.members.count == 1)
                    #expect(group.authorizedOperations == 1 << 8)
                }
            }
        }
    }

    @Test("A producer without transactions needs to be allowed to write somewhere")
    func idempotentWrites() async throws {
        try await run { broker, _ in
            let request = InitProducerIdRequest { $0.transactionalID = nil }
            let refused = try await broker.call(request, as: Self.alice)
            #expect(refused.errorCode == .clusterAuthorizationFailed && refused.producerID == -1)
            try await broker.allow("alice", .topic(.write, "elsewhere"))
            #expect(try await broker.call(request, as: Self.alice).errorCode == .none)
            try await broker.create([Need.topic(.write, "elsewhere").entry("User:*", .deny)])
            #expect(try await broker.call(request, as: Self.alice).errorCode == .clusterAuthorizationFailed)
        }
    }

    @Test("Records of a transaction are refused from who names none")
    func unnamedTransaction() async throws {
        try await run([.topic(.write)]) { broker, _ in
            var builder = RecordBatchBuilder(capacity: 4096)
            Array("a".utf8).withUnsafeBytes { _ = builder.append(timestamp: 1_795_300_000_000, key: nil, value: $0) }
            var properties = RecordBatchProperties()
            (properties.producerID, properties.producerEpoch, properties.baseSequence) = (1, 0, 0)
            properties.isTransactional = true
            let batch = builder.finish(properties)
            let response = try await broker.call(
                ProduceRequest {
                    ($0.acks, $0.timeoutMs, $0.transactionalID) = (-1, 10_000, nil)
                    $0.topicData = [
                        .init {
                            $0.name = "open"
                            $0.partitionData = [.init { $0.records = .bytes(batch) }]
                        }
                    ]
                }, as: Self.alice, version: 12)
            #expect(response.responses[0].partitionResponses[0].errorCode == .transactionalIDAuthorizationFailed)
        }
    }

    @Test("The cluster's directories and operations are told to who may describe it")
    func clusterFacts() async throws {
        try await run { broker, _ in
            let hidden = try await broker.call(DescribeLogDirsRequest { $0.topics = nil }, as: Self.alice)
            #expect(hidden.errorCode == .clusterAuthorizationFailed && hidden.results.isEmpty)
            let request = DescribeClusterRequest {
                ($0.endpointType, $0.includeClusterAuthorizedOperations) = (1, true)
            }
            let cluster = try await broker.call(request, as: Self.alice)
            #expect(cluster.errorCode == .none && cluster.clusterAuthorizedOperations == 0)
            #expect(cluster.brokers.count == 1, "the brokers are no secret")
            try await broker.allow("alice", .cluster(.describe), .cluster(.alterConfigs))
            let told = try await broker.call(request, as: Self.alice).clusterAuthorizedOperations
            #expect(told == 1 << 8 | 1 << 10 | 1 << 11)
            let whole = try await broker.call(request, as: Broker.root).clusterAuthorizedOperations
            #expect(whole == 8096)
        }
    }
}
