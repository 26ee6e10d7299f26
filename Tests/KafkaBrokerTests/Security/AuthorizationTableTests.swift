// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// One API with what it needs: it is asked with all of that in every way in which it can be allowed, and with each part
/// missing in every way in which that can be.
private struct Case: Sendable {
    var what: String
    /// Nil for the newest.
    var version: Int16?
    var needs: [Need]
    var request: @Sendable (_ topicID: KafkaUUID) -> any RequestMessage

    init(
        _ what: String, version: Int16? = nil, _ needs: [Need],
        _ request: @escaping @Sendable (_ topicID: KafkaUUID) -> any RequestMessage
    ) {
        self.what = what
        self.version = version
        self.needs = needs
        self.request = request
    }
}

private enum Table {
    static let cases: [Case] = records + topics + groups + transactions + shares + cluster

    private static func batch(isTransactional: Bool) -> ByteBuffer {
        var properties = RecordBatchProperties()
        if isTransactional {
            // Nobody's, so that nothing comes of it.
            (properties.producerID, properties.producerEpoch, properties.baseSequence) = (4242, 0, 0)
            properties.isTransactional = true
        }
        var builder = RecordBatchBuilder(capacity: 4096)
        Array("a".utf8).withUnsafeBytes { _ = builder.append(timestamp: 1_795_300_000_000, key: nil, value: $0) }
        return builder.finish(properties)
    }

    private static func produce(_ name: String, _ id: KafkaUUID = .zero, transactionalID: String? = nil)
        -> ProduceRequest
    {
        ProduceRequest {
            ($0.acks, $0.timeoutMs, $0.transactionalID) = (-1, 10_000, transactionalID)
            $0.topicData = [
                .init {
                    ($0.name, $0.topicID) = (name, id)
                    $0.partitionData = [
                        .init { $0.records = .bytes(batch(isTransactional: transactionalID != nil)) }
                    ]
                }
            ]
        }
    }

    private static func fetch(_ name: String, _ id: KafkaUUID = .zero, replicaID: Int32 = -1) -> FetchRequest {
        FetchRequest {
            ($0.maxWaitMs, $0.replicaID, $0.replicaState.replicaID) = (0, replicaID, replicaID)
            $0.topics = [
                .init {
                    ($0.topic, $0.topicID) = (name, id)
                    $0.partitions = [.init { $0.partitionMaxBytes = 1000 }]
                }
            ]
        }
    }

    private static let records: [Case] = [
        Case("by name", version: 12, [.topic(.write)]) { _ in produce("open") },
        Case("by id", [.topic(.write)]) { produce("", $0) },
        Case("in a transaction", version: 12, [.transaction(.write), .topic(.write)]) { _ in
            produce("open", transactionalID: "tx")
        },
        Case("by name", version: 12, [.topic(.read)]) { _ in fetch("open") },
        Case("by id", [.topic(.read)]) { fetch("", $0) },
        Case("of a replica", version: 12, [.replica]) { _ in fetch("open", replicaID: 7) },
        Case("", [.topic(.describe)]) { _ in
            ListOffsetsRequest {
                $0.topics = [
                    .init {
                        $0.name = "open"
                        $0.partitions = [.init { $0.timestamp = -1 }]
                    }
                ]
            }
        },
        Case("", [.topic(.describe)]) { _ in
            OffsetForLeaderEpochRequest {
                $0.topics = [
                    .init {
                        $0.topic = "open"
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("of a replica", [.replica]) { _ in
            OffsetForLeaderEpochRequest {
                $0.topics = [
                    .init {
                        $0.topic = "nosuch"
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.topic(.delete)]) { _ in
            DeleteRecordsRequest {
                $0.topics = [
                    .init {
                        $0.name = "open"
                        $0.partitions = [.init { $0.offset = 0 }]
                    }
                ]
            }
        },
        Case("", [.topic(.read)]) { _ in
            DescribeProducersRequest {
                $0.topics = [
                    .init {
                        $0.name = "open"
                        $0.partitionIndexes = [0]
                    }
                ]
            }
        },
        Case("", [.cluster(.describe)]) { _ in DescribeLogDirsRequest { $0.topics = nil } },
        Case("", [.cluster(.alter)]) { _ in
            AlterReplicaLogDirsRequest {
                $0.dirs = [
                    .init {
                        $0.path = "/nowhere"
                        $0.topics = [
                            .init {
                                $0.name = "open"
                                $0.partitions = [0]
                            }
                        ]
                    }
                ]
            }
        },
    ]

    private static let topics: [Case] = [
        Case("by name", [.topic(.describe)]) { _ in MetadataRequest { $0.topics = [.init { $0.name = "open" }] } },
        Case("by id", [.topic(.describe)]) { id in
            MetadataRequest { $0.topics = [.init { ($0.name, $0.topicID) = (nil, id) }] }
        },
        Case("", [.topic(.describe)]) { _ in DescribeTopicPartitionsRequest { $0.topics = [.init { $0.name = "open" }] }
        },
        Case("on the topic", [.topic(.create, "new")]) { _ in
            CreateTopicsRequest {
                $0.topics = [.named("new", partitions: 0)]
                $0.validateOnly = true
            }
        },
        Case("on the cluster", [.cluster(.create).refusing(.topicAuthorizationFailed)]) { _ in
            CreateTopicsRequest {
                $0.topics = [.named("newer", partitions: 0)]
                $0.validateOnly = true
            }
        },
        Case("on the topic", [.topic(.delete, "nosuch")]) { _ in
            DeleteTopicsRequest { $0.topics = [.init { $0.name = "nosuch" }] }
        },
        Case("on the cluster", [.cluster(.delete).refusing(.topicAuthorizationFailed)]) { _ in
            DeleteTopicsRequest { $0.topics = [.init { $0.name = "nosuch" }] }
        },
        Case("by name", version: 5, [.topic(.delete, "nosuch")]) { _ in
            DeleteTopicsRequest { $0.topicNames = ["nosuch"] }
        },
        Case("", [.topic(.alter)]) { _ in
            CreatePartitionsRequest { $0.topics = [.init { ($0.name, $0.count) = ("open", 1) }] }
        },
    ]

    private static let offsets = OffsetFetchRequest.Group {
        $0.groupID = "g"
        $0.topics = [
            .init {
                $0.name = "open"
                $0.partitionIndexes = [0]
            }
        ]
    }

    private static func commit(_ id: KafkaUUID) -> OffsetCommitRequest {
        OffsetCommitRequest {
            $0.groupID = "g"
            $0.topics = [
                .init {
                    ($0.name, $0.topicID) = ("open", id)
                    $0.partitions = [.init { $0.committedOffset = 1 }]
                }
            ]
        }
    }

    private static let groups: [Case] = [
        Case("", [.group(.describe)]) { _ in FindCoordinatorRequest { ($0.keyType, $0.coordinatorKeys) = (0, ["g"]) } },
        Case("of old", version: 3, [.group(.describe)]) { _ in
            FindCoordinatorRequest { ($0.keyType, $0.key) = (0, "g") }
        },
        Case("of transactions", [.transaction(.describe)]) { _ in
            FindCoordinatorRequest { ($0.keyType, $0.coordinatorKeys) = (1, ["tx"]) }
        },
        Case("of shares", [.cluster(.clusterAction)]) { id in
            FindCoordinatorRequest { ($0.keyType, $0.coordinatorKeys) = (2, ["g:\(id):0"]) }
        },
        Case("", [.group(.read)]) { _ in JoinGroupRequest { ($0.groupID, $0.sessionTimeoutMs) = ("j", 1) } }
            .of(.group(.read, "j")),
        Case("", [.group(.read)]) { _ in
            SyncGroupRequest { ($0.groupID, $0.protocolType, $0.protocolName) = ("g", "consumer", "range") }
        },
        Case("", [.group(.read)]) { _ in HeartbeatRequest { $0.groupID = "g" } },
        Case("", [.group(.read)]) { _ in LeaveGroupRequest { $0.groupID = "g" } },
        Case("", [.group(.describe)]) { _ in DescribeGroupsRequest { $0.groups = ["g"] } },
        Case("", [.group(.describe)]) { _ in ConsumerGroupDescribeRequest { $0.groupIDs = ["g"] } },
        Case("", [.group(.delete, "gone")]) { _ in DeleteGroupsRequest { $0.groupsNames = ["gone"] } },
        Case("by name", version: 9, [.group(.read), .topic(.read)]) { _ in commit(.zero) },
        Case("by id", [.group(.read), .topic(.read)]) { commit($0) },
        Case("by name", version: 9, [.group(.describe), .topic(.describe)]) { _ in
            OffsetFetchRequest { $0.groups = [offsets] }
        },
        Case("by id", [.group(.describe), .topic(.describe)]) { id in
            OffsetFetchRequest {
                $0.groups = [offsets]
                $0.groups[0].topics?[0].topicID = id
            }
        },
        Case("of old", version: 1, [.group(.describe), .topic(.describe)]) { _ in
            OffsetFetchRequest {
                $0.groupID = "g"
                $0.topics = [
                    .init {
                        $0.name = "open"
                        $0.partitionIndexes = [0]
                    }
                ]
            }
        },
        Case("", [.group(.delete), .topic(.read)]) { _ in
            OffsetDeleteRequest {
                $0.groupID = "g"
                $0.topics = [
                    .init {
                        $0.name = "open"
                        $0.partitions = [.init { $0.partitionIndex = 9 }]
                    }
                ]
            }
        },
        Case("", [.group(.read), .topic(.describe)]) { _ in
            ConsumerGroupHeartbeatRequest {
                ($0.groupID, $0.memberID, $0.memberEpoch) = ("g", "m", 7)
                $0.subscribedTopicNames = ["open"]
            }
        },
    ]

    private static let transactions: [Case] = [
        Case("of transactions", [.transaction(.write)]) { _ in
            InitProducerIdRequest { ($0.transactionalID, $0.transactionTimeoutMs) = ("tx", -1) }
        },
        Case("of idempotent writes", [.cluster(.idempotentWrite)]) { _ in
            InitProducerIdRequest { $0.transactionalID = nil }
        },
        Case("of clients", version: 3, [.transaction(.write), .topic(.write)]) { _ in
            AddPartitionsToTxnRequest {
                $0.v3AndBelowTransactionalID = "tx"
                $0.v3AndBelowTopics = [
                    .init {
                        $0.name = "open"
                        $0.partitions = [0]
                    }
                ]
            }
        },
        Case("of brokers", [.cluster(.clusterAction)]) { _ in
            AddPartitionsToTxnRequest { $0.transactions = [.init { $0.transactionalID = "tx" }] }
        },
        Case("", [.transaction(.write), .group(.read)]) { _ in
            AddOffsetsToTxnRequest { ($0.transactionalID, $0.groupID) = ("tx", "g") }
        },
        Case("", [.transaction(.write)]) { _ in EndTxnRequest { $0.transactionalID = "tx" } },
        Case("", [.transaction(.write), .group(.read), .topic(.read)]) { id in
            TxnOffsetCommitRequest {
                ($0.transactionalID, $0.groupID) = ("tx", "g")
                $0.topics = [
                    .init {
                        ($0.name, $0.topicID) = ("open", id)
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("of tools", [.cluster(.alter)]) { _ in markers },
        Case("of brokers", [.cluster(.clusterAction)]) { _ in markers },
        Case("", [.transaction(.describe)]) { _ in DescribeTransactionsRequest { $0.transactionalIDs = ["tx"] } },
    ]

    private static let markers = WriteTxnMarkersRequest {
        $0.markers = [
            .init {
                $0.topics = [
                    .init {
                        $0.name = "nosuch"
                        $0.partitionIndexes = [0]
                    }
                ]
            }
        ]
    }

    private static let shares: [Case] = [
        Case("", [.group(.read, "s"), .topic(.describe)]) { _ in
            ShareGroupHeartbeatRequest {
                ($0.groupID, $0.memberID, $0.memberEpoch) = ("s", "m", 7)
                $0.subscribedTopicNames = ["open"]
            }
        },
        Case("", [.group(.describe, "s")]) { _ in ShareGroupDescribeRequest { $0.groupIDs = ["s"] } },
        Case("", [.group(.read, "s"), .topic(.read)]) { id in
            ShareFetchRequest {
                ($0.groupID, $0.memberID, $0.shareSessionEpoch) = ("s", "\(KafkaUUID.random())", 0)
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.group(.read, "s")]) { id in
            ShareAcknowledgeRequest { ($0.groupID, $0.memberID, $0.shareSessionEpoch) = ("s", "m", 3) }
        },
        Case("", [.cluster(.clusterAction)]) { id in
            InitializeShareGroupStateRequest {
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.cluster(.clusterAction)]) { id in
            ReadShareGroupStateRequest {
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.cluster(.clusterAction)]) { id in
            WriteShareGroupStateRequest {
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.cluster(.clusterAction)]) { id in
            DeleteShareGroupStateRequest {
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.cluster(.clusterAction)]) { id in
            ReadShareGroupStateSummaryRequest {
                $0.topics = [
                    .init {
                        $0.topicID = id
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.group(.describe, "s"), .topic(.describe)]) { _ in
            DescribeShareGroupOffsetsRequest {
                $0.groups = [
                    .init {
                        $0.groupID = "s"
                        $0.topics = [
                            .init {
                                $0.topicName = "open"
                                $0.partitions = [0]
                            }
                        ]
                    }
                ]
            }
        },
        Case("", [.group(.read, "s"), .topic(.read)]) { _ in
            AlterShareGroupOffsetsRequest {
                $0.groupID = "s"
                $0.topics = [
                    .init {
                        $0.topicName = "open"
                        $0.partitions = [.init()]
                    }
                ]
            }
        },
        Case("", [.group(.delete, "s"), .topic(.read)]) { _ in
            DeleteShareGroupOffsetsRequest {
                $0.groupID = "s"
                $0.topics = [.init { $0.topicName = "open" }]
            }
        },
    ]

    private static func configs(
        _ kind: ConfigResource.Kind, _ name: String
    ) -> (describe: DescribeConfigsRequest, incremental: IncrementalAlterConfigsRequest, all: AlterConfigsRequest) {
        (
            DescribeConfigsRequest {
                $0.resources = [.init { ($0.resourceType, $0.resourceName) = (kind.rawValue, name) }]
            },
            IncrementalAlterConfigsRequest {
                $0.resources = [.init { ($0.resourceType, $0.resourceName) = (kind.rawValue, name) }]
            },
            AlterConfigsRequest {
                $0.resources = [.init { ($0.resourceType, $0.resourceName) = (kind.rawValue, name) }]
            }
        )
    }

    private static let configurations: [Case] = [
        (ConfigResource.Kind.topic, "open", Need.topic(.describeConfigs)), (.group, "g", .group(.describeConfigs)),
        (.broker, "1", .cluster(.describeConfigs)), (.brokerLogger, "1", .cluster(.describeConfigs)),
        (.clientMetrics, "m", .cluster(.describeConfigs)),
    ].flatMap { kind, name, need in
        var altering = need
        altering.operation = .alterConfigs
        return [
            Case("of a \(kind)", [need]) { _ in configs(kind, name).describe },
            Case("of a \(kind)", [altering]) { _ in configs(kind, name).incremental },
            Case("of a \(kind)", [altering]) { _ in configs(kind, name).all },
        ]
    }

    private static let anyAcl = DescribeAclsRequest {
        ($0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter) = (1, "nosuch", 1)
        ($0.principalFilter, $0.hostFilter, $0.operation, $0.permissionType) = (nil, nil, 1, 1)
    }

    private static let cluster: [Case] =
        configurations + [
            Case("", [.cluster(.describeConfigs)]) { _ in ListConfigResourcesRequest() },
            Case("", [.cluster(.describeConfigs)]) { _ in DescribeClientQuotasRequest() },
            Case("", [.cluster(.alterConfigs)]) { _ in
                AlterClientQuotasRequest {
                    $0.entries = [.init { $0.entity = [.init { ($0.entityType, $0.entityName) = ("user", "u") }] }]
                }
            },
            Case("", [.cluster(.describe)]) { _ in DescribeUserScramCredentialsRequest { $0.users = nil } },
            Case("", [.cluster(.alter)]) { _ in
                AlterUserScramCredentialsRequest { $0.deletions = [.init { ($0.name, $0.mechanism) = ("nosuch", 1) }] }
            },
            Case("", [.cluster(.describe)]) { _ in anyAcl },
            Case("", [.cluster(.alter)]) { _ in
                CreateAclsRequest {
                    $0.creations = [
                        .init {
                            ($0.resourceType, $0.resourceName, $0.resourcePatternType) = (2, "", 3)
                            ($0.principal, $0.host, $0.operation, $0.permissionType) = ("User:a", "*", 3, 3)
                        }
                    ]
                }
            },
            Case("", [.cluster(.alter)]) { _ in
                DeleteAclsRequest {
                    $0.filters = [
                        .init {
                            ($0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter) = (1, "nosuch", 1)
                            ($0.principalFilter, $0.hostFilter, $0.operation, $0.permissionType) = (nil, nil, 1, 1)
                        }
                    ]
                }
            },
            Case("", [.cluster(.alter)]) { _ in
                ElectLeadersRequest {
                    $0.topicPartitions = [
                        .init {
                            $0.topic = "open"
                            $0.partitions = [0]
                        }
                    ]
                }
            },
            Case("", [.cluster(.alter)]) { _ in
                AlterPartitionReassignmentsRequest {
                    $0.topics = [
                        .init {
                            $0.name = "nosuch"
                            $0.partitions = [.init { $0.replicas = [1] }]
                        }
                    ]
                }
            },
            Case("", [.cluster(.describe)]) { _ in ListPartitionReassignmentsRequest { $0.topics = nil } },
            Case("", [.cluster(.alter)]) { _ in
                UpdateFeaturesRequest {
                    $0.featureUpdates = [.init { ($0.feature, $0.maxVersionLevel) = ("nosuch", 1) }]
                }
            },
            Case("", [.cluster(.describe)]) { _ in
                DescribeQuorumRequest {
                    $0.topics = [
                        .init {
                            $0.topicName = "__cluster_metadata"
                            $0.partitions = [.init()]
                        }
                    ]
                }
            },
            Case("", [.cluster(.alter)]) { _ in UnregisterBrokerRequest { $0.brokerID = 9 } },
        ]
}

extension Need {
    fileprivate static let replica = Need.cluster(.clusterAction).refusing(.topicAuthorizationFailed)

    fileprivate func refusing(_ refusal: ErrorCode) -> Need {
        var copy = self
        copy.refusal = refusal
        return copy
    }
}

extension Case {
    /// The same with another need.
    fileprivate func of(_ need: Need) -> Case {
        var copy = self
        copy.needs = [need]
        return copy
    }
}

@Suite("Every API, allowed and denied in every way")
struct AuthorizationTableTests {
    /// Somebody who is allowed some things, and is told that or a refusal.
    private struct Person {
        var name: String
        var entries: [AclBinding]
        var refusal: ErrorCode?
    }

    /// - Parameter number: of the case, so that nobody is meant twice.
    private func people(_ needs: [Need], _ number: Int) -> [Person] {
        var people: [Person] = []
        func add(_ what: String, refusal: ErrorCode? = nil, _ entries: (String) -> [AclBinding]) {
            let name = "\(number) \(what)"
            people.append(Person(name: name, entries: entries("User:\(name)"), refusal: refusal))
        }
        func prefix(_ need: Need) -> String { String(need.name.prefix(1)) }
        add("allowed") { user in needs.map { $0.entry(user) } }
        add("allowed everything") { user in needs.map { $0.entry(user, operation: .all) } }
        add("allowed by a wildcard") { user in needs.map { $0.entry(user, name: "*") } }
        add("allowed from here") { user in needs.map { $0.entry(user, host: "127.0.0.1") } }
        add("allowed by a prefix") { user in
            needs.map { $0.type == .cluster ? $0.entry(user) : $0.entry(user, pattern: .prefixed, name: prefix($0)) }
        }
        for (index, need) in needs.enumerated() {
            let others = needs.indices.filter { $0 != index }.map { needs[$0] }
            add("without \(index)", refusal: need.refusal) { user in others.map { $0.entry(user) } }
            add("from elsewhere \(index)", refusal: need.refusal) { user in
                others.map { $0.entry(user) } + [need.entry(user, host: "10.9.9.9")]
            }
            add("denied \(index)", refusal: need.refusal) { user in
                // Who may not delete a topic may still see whether it is there.
                let seeing = need.operation == .delete ? [need.entry(user, .deny, operation: .describe)] : []
                return needs.map { $0.entry(user) } + [need.entry(user, .deny)] + seeing
            }
            add("denied everything \(index)", refusal: need.refusal) { user in
                needs.map { $0.entry(user) } + [need.entry(user, .deny, operation: .all, name: "*")]
            }
            let implying: [AclOperation] =
                switch need.operation {
                case .describe: need.type == .transactionalID ? [.write] : [.read, .write, .delete, .alter]
                case .describeConfigs: [.alterConfigs]
                default: []
                }
            for operation in implying where need.type.operations.contains(operation) {
                add("implied by \(operation) \(index)") { user in
                    others.map { $0.entry(user) } + [need.entry(user, operation: operation)]
                }
                add("implied by \(operation), denied \(index)", refusal: need.refusal) { user in
                    needs.map { $0.entry(user) }
                        + [need.entry(user, operation: operation), need.entry(user, .deny)]
                }
            }
        }
        return people
    }

    @Test("answers who may, and refuses who may not with the code of what is missing")
    func table() async throws {
        let broker = try await Broker.withAuthorizer([("group.initial.rebalance.delay.ms", "0")])
        try await broker.enableShareGroups()
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("open")] }, as: Broker.root)
        let topics = try await broker.call(MetadataRequest { $0.topics = nil }, as: Broker.root).topics
        let topicID = try #require(topics.first { $0.name == "open" }).topicID
        let commit = OffsetCommitRequest {
            $0.groupID = "g"
            $0.topics = [
                .init {
                    ($0.name, $0.topicID) = ("open", topicID)
                    $0.partitions = [.init()]
                }
            ]
        }
        _ = try await broker.call(commit, as: Broker.root)
        _ = try await broker.call(
            AlterShareGroupOffsetsRequest {
                $0.groupID = "s"
                $0.topics = [
                    .init {
                        $0.topicName = "open"
                        $0.partitions = [.init()]
                    }
                ]
            }, as: Broker.root)

        let questions = Table.cases.enumerated().map { (number: $0, what: $1, people: people($1.needs, $0)) }
        let results = try await broker.create(questions.flatMap { $0.people.flatMap(\.entries) })
        #expect(results.allSatisfy { $0.errorCode == .none })
        for (_, question, people) in questions {
            let request = question.request(topicID)
            for person in people {
                let codes = try await broker.codes(
                    question.request(topicID), as: Principal(name: person.name), version: question.version)
                let what = "\(type(of: request)) \(question.what), \(person.name): \(codes)"
                if let refusal = person.refusal {
                    #expect(codes.contains(refusal), "\(what)")
                } else {
                    #expect(ErrorCode.refusals.isDisjoint(with: codes), "\(what)")
                }
            }
        }
        try await broker.stop()
    }

    @Test("is about every API but those that are open to all, or tell each what it may see")
    func complete() async throws {
        let broker = try await Broker.withAuthorizer()
        let versions = try await broker.call(
            ApiVersionsRequest { ($0.clientSoftwareName, $0.clientSoftwareVersion) = ("t", "1") })
        let served = Set(versions.apiKeys.map { APIKey(rawValue: $0.apiKey) })
        // Logins are, and tokens are one's own; of whom else, their tests say.
        let tokens: Set<APIKey> = [
            .createDelegationToken, .renewDelegationToken, .expireDelegationToken, .describeDelegationToken,
        ]
        let open = tokens.union(
            [.apiVersions, .describeCluster, .listGroups, .listTransactions, .saslHandshake, .saslAuthenticate])
        func key<Request: RequestMessage>(_ request: Request) -> APIKey { Request.apiKey }
        let asked = Set(Table.cases.map { key($0.request(.zero)) })
        #expect(asked.isDisjoint(with: open))
        #expect(served.subtracting(asked.union(open)) == [])
        try await broker.stop()
    }
}

extension Broker {
    /// As `kafka features upgrade` does.
    fileprivate func enableShareGroups() async throws {
        for (feature, level) in [("metadata.version", Int16(29)), ("share.version", 1)] {
            _ = try await call(
                UpdateFeaturesRequest {
                    $0.featureUpdates = [
                        .init { ($0.feature, $0.maxVersionLevel, $0.upgradeType) = (feature, level, 1) }
                    ]
                }, as: Broker.root)
        }
    }
}
