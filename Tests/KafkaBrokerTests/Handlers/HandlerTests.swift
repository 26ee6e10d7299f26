// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Testing

@testable import KafkaBroker

@Suite struct MetadataHandlerTests {
    private static func context(_ version: Int16) -> RequestContext {
        RequestContext(
            apiKey: .metadata, apiVersion: version, clientID: "test",
            connection: ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1"),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    }

    /// The handler's answer, through the bytes of that version both ways.
    private func answer<H: RequestHandler>(
        _ handler: H, _ request: H.Request, _ version: Int16
    ) async throws -> H.Request.Response {
        let decoded = try H.Request.decode(try request.encoded(version: version), version: version)
        let response = await withCheckedContinuation { continuation in
            handler.handle(
                decoded, Self.context(version),
                Reply { outcome in
                    guard case .response(let response, _) = outcome else { preconditionFailure("no response") }
                    continuation.resume(returning: response)
                })
        }
        return try H.Request.Response.decode(try response.encoded(version: version), version: version)
    }

    private func inEveryVersion<H: RequestHandler>(
        _ handler: H, _ request: (Int16) -> H.Request, _ check: (Int16, H.Request.Response) -> Bool
    ) async throws {
        for version in H.versions {
            let response = try await answer(handler, request(version), version)
            #expect(check(version, response), "\(H.Request.apiKey) version \(version): \(response)")
        }
    }

    @Test("Requests about topics are answered in every version")
    func topics() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            let endpoints = MetadataTestDirectory.endpoints
            _ = await controller.create(.named("orders", partitions: 3))
            try await inEveryVersion(CreateTopicsHandler(controller: controller)) { version in
                CreateTopicsRequest { $0.topics = [.named("orders"), .named("v\(version)")] }
            } _: { version, response in
                response.topics.map(\.errorCode) == [.topicAlreadyExists, .none]
                    && (version < 5 || response.topics[1].configs?.isEmpty == false)
                    && (version < 7 || response.topics[1].topicID != .zero)
            }
            let count = CreateTopicsHandler.versions.count + 1
            try await inEveryVersion(MetadataHandler(controller: controller, endpoints: endpoints)) { version in
                MetadataRequest { $0.topics = version == 0 ? [] : nil }
            } _: { version, response in
                response.topics.count == count && response.brokers.map(\.port) == [9092]
                    && response.topics[0].partitions.map(\.leaderID) == [1, 1, 1]
            }
            try await inEveryVersion(MetadataHandler(controller: controller, endpoints: endpoints)) { version in
                MetadataRequest {
                    $0.topics = [.init { $0.name = "made.by.\(version)" }, .init { $0.name = "bad name" }]
                }
            } _: { _, response in
                response.topics.map(\.errorCode) == [.unknownTopicOrPartition, .invalidTopicException]
            }
            // They are made behind the answers.
            for version in MetadataHandler.versions {
                while controller.store.image.topic("made.by.\(version)") == nil { await Task.yield() }
            }
            try await inEveryVersion(MetadataHandler(controller: controller, endpoints: endpoints)) { version in
                MetadataRequest {
                    $0.topics = [.init { $0.name = "nosuch" }]
                    if version >= 4 { $0.allowAutoTopicCreation = false } else { $0.topics = [] }
                }
            } _: { version, response in
                version < 4 || response.topics.map(\.errorCode) == [.unknownTopicOrPartition]
            }
            try await inEveryVersion(DescribeTopicPartitionsHandler(controller: controller)) { _ in
                DescribeTopicPartitionsRequest {
                    $0.topics = [.init { $0.name = "orders" }, .init { $0.name = "nosuch" }]
                    $0.responsePartitionLimit = 2
                    $0.cursor = .init {
                        $0.topicName = "orders"; $0.partitionIndex = 1
                    }
                }
            } _: { _, response in
                response.topics.map(\.name) == ["orders"] && response.nextCursor == nil
                    || response.topics.map(\.errorCode) == [.unknownTopicOrPartition, .none]
                    || response.topics.last?.partitions.map(\.partitionIndex) == [1, 2]
            }
            try await inEveryVersion(CreatePartitionsHandler(controller: controller)) { version in
                CreatePartitionsRequest {
                    $0.topics = [
                        .init {
                            $0.name = "orders"; $0.count = Int32(version) + 4; $0.assignments = nil
                        }
                    ]
                }
            } _: { _, response in
                response.results.map(\.errorCode) == [.none]
            }
            try await inEveryVersion(DeleteTopicsHandler(controller: controller)) { version in
                DeleteTopicsRequest {
                    if version < 6 {
                        $0.topicNames = ["made.by.\(version)", "nosuch"]
                    } else {
                        $0.topics = [.init { $0.name = "made.by.\(version)" }, .init { $0.name = "nosuch" }]
                    }
                }
            } _: { _, response in
                response.responses.map(\.errorCode) == [.none, .unknownTopicOrPartition]
            }
        }
    }

    @Test("What may be done with a topic is told of names that don't exist as well, but of no ids")
    func authorizedOperations() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            let handler = MetadataHandler(controller: controller, endpoints: MetadataTestDirectory.endpoints)
            let unknown = MetadataRequest {
                $0.topics = [
                    .init { $0.name = "nosuch" }, .init { $0.name = "bad name" }, .init { $0.topicID = .random() },
                ]
                $0.allowAutoTopicCreation = false
                $0.includeTopicAuthorizedOperations = true
            }
            let response = try await answer(handler, unknown, 12)
            #expect(
                response.topics.map(\.errorCode) == [
                    .unknownTopicOrPartition, .invalidTopicException, .unknownTopicID,
                ])
            #expect(response.topics.map(\.topicAuthorizedOperations) == [3576, 3576, .min])
            let pages = DescribeTopicPartitionsRequest { $0.topics = [.init { $0.name = "nosuch" }] }
            let page = try await answer(DescribeTopicPartitionsHandler(controller: controller), pages, 0)
            #expect(page.topics.map(\.topicAuthorizedOperations) == [3576])
        }
    }

    @Test("A page of DescribeTopicPartitions ends where the limit is, and the next begins there")
    func pages() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            _ = await controller.createTopics(
                [.named("a", partitions: 3), .named("b", partitions: 2), .named("c")], validateOnly: false)
            let handler = DescribeTopicPartitionsHandler(controller: controller)
            var request = DescribeTopicPartitionsRequest { $0.responsePartitionLimit = 2 }
            var pages: [String] = []
            repeat {
                let response = try await answer(handler, request, 0)
                pages.append(
                    response.topics.map { topic in
                        "\(topic.name ?? ""):\(topic.partitions.map { String($0.partitionIndex) }.joined(separator: ","))"
                    }.joined(separator: " "))
                request.cursor = response.nextCursor.map { next in
                    .init {
                        $0.topicName = next.topicName; $0.partitionIndex = next.partitionIndex
                    }
                }
            } while request.cursor != nil && pages.count < 9
            #expect(pages == ["a:0,1", "a:2 b:0", "b:1 c:0"])
        }
    }

    @Test("Configurations are set, described with their sources, and taken back, in every version")
    func configs() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            _ = await controller.create(.named("conf"))
            try await inEveryVersion(IncrementalAlterConfigsHandler(controller: controller, loggers: .silent)) { _ in
                IncrementalAlterConfigsRequest {
                    $0.resources = [
                        .init {
                            $0.resourceType = 2
                            $0.resourceName = "conf"
                            $0.configs = [
                                .init {
                                    $0.name = "segment.bytes"; $0.value = "1048576"
                                },
                                .init {
                                    $0.name = "cleanup.policy"; $0.configOperation = 2; $0.value = "compact"
                                },
                            ]
                        },
                        .init {
                            $0.resourceType = 2; $0.resourceName = "nosuch"
                        },
                        .init {
                            $0.resourceType = 4
                            $0.resourceName = "1"
                            $0.configs = [
                                .init {
                                    $0.name = "log.cleaner.threads"; $0.value = "2"
                                }
                            ]
                        },
                    ]
                }
            } _: { _, response in
                response.responses.map(\.errorCode) == [.none, .unknownTopicOrPartition, .none]
            }
            try await inEveryVersion(DescribeConfigsHandler(controller: controller, loggers: .silent)) { _ in
                DescribeConfigsRequest {
                    $0.includeSynonyms = true
                    $0.resources = [
                        .init {
                            $0.resourceType = 2; $0.resourceName = "conf"; $0.configurationKeys = nil
                        },
                        .init {
                            $0.resourceType = 4
                            $0.resourceName = "1"
                            $0.configurationKeys = ["log.cleaner.threads", "node.id"]
                        },
                    ]
                }
            } _: { version, response in
                let topic = Dictionary(uniqueKeysWithValues: response.results[0].configs.map { ($0.name, $0) })
                let broker = response.results[1].configs
                return topic["cleanup.policy"]?.value == "delete,compact"
                    && topic["segment.bytes"]?.synonyms.map(\.name) == ["segment.bytes", "log.segment.bytes"]
                    && topic["segment.bytes"]?.synonyms.map(\.source) == [1, 5]
                    && topic["retention.ms"]?.synonyms.isEmpty == true && topic["retention.ms"]?.configSource == 5
                    && broker.map(\.value) == ["2", "1"] && broker[0].synonyms.map(\.source) == [2, 5]
                    && (version < 3 || topic["segment.bytes"]?.configType == 3)
            }
            #expect(controller.configuration.int("log.cleaner.threads") == 2)
            try await inEveryVersion(AlterConfigsHandler(controller: controller)) { _ in
                AlterConfigsRequest {
                    $0.resources = [
                        .init {
                            $0.resourceType = 2
                            $0.resourceName = "conf"
                            $0.configs = [
                                .init {
                                    $0.name = "retention.ms"; $0.value = "9"
                                }
                            ]
                        }
                    ]
                }
            } _: { _, response in
                response.responses.map(\.errorCode) == [.none]
            }
            #expect(
                controller.store.image.configs(of: ConfigResource(.topic, "conf")) == ["retention.ms": "9"])
            try await inEveryVersion(ListConfigResourcesHandler(controller: controller)) { _ in
                ListConfigResourcesRequest()
            } _: { version, response in
                version == 0
                    ? response.configResources.isEmpty
                    : response.configResources.map(\.resourceName) == ["conf", "1", "1"]
            }
        }
    }

    @Test("Quotas, logins, elections, moves, features and the quorum are answered in every version")
    func cluster() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            let endpoints = MetadataTestDirectory.endpoints
            _ = await controller.create(.named("t"))
            try await inEveryVersion(AlterClientQuotasHandler(controller: controller)) { _ in
                AlterClientQuotasRequest {
                    $0.entries = [
                        .init {
                            $0.entity = [
                                .init {
                                    $0.entityType = "client-id"; $0.entityName = nil
                                }
                            ]
                            $0.ops = [
                                .init {
                                    $0.key = "consumer_byte_rate"; $0.value = 2048
                                }
                            ]
                        }
                    ]
                }
            } _: { _, response in
                response.entries.map(\.errorCode) == [.none]
            }
            try await inEveryVersion(DescribeClientQuotasHandler(controller: controller)) { _ in
                DescribeClientQuotasRequest {
                    $0.components = [
                        .init {
                            $0.entityType = "client-id"; $0.matchType = 1; $0.match = nil
                        }
                    ]
                }
            } _: { _, response in
                response.entries?.first?.values.map(\.value) == [2048]
            }
            try await inEveryVersion(AlterUserScramCredentialsHandler(controller: controller)) { _ in
                AlterUserScramCredentialsRequest {
                    $0.upsertions = [
                        .init {
                            $0.name = "alice"
                            $0.mechanism = 1
                            $0.iterations = 8192
                            $0.salt = ByteBuffer(string: "salt")
                            $0.saltedPassword = ByteBuffer(string: "password")
                        },
                        .init {
                            $0.name = "bob"; $0.mechanism = 1; $0.iterations = 1
                        },
                    ]
                }
            } _: { _, response in
                response.results.map(\.errorCode) == [.none, .unacceptableCredential]
            }
            try await inEveryVersion(DescribeUserScramCredentialsHandler(controller: controller)) { _ in
                DescribeUserScramCredentialsRequest { $0.users = nil }
            } _: { _, response in
                response.results.map(\.user) == ["alice"]
                    && response.results[0].credentialInfos.map(\.iterations) == [8192]
            }
            try await inEveryVersion(ElectLeadersHandler(controller: controller)) { _ in
                ElectLeadersRequest {
                    $0.topicPartitions = [
                        .init {
                            $0.topic = "t"; $0.partitions = [0, 7]
                        }
                    ]
                }
            } _: { _, response in
                response.replicaElectionResults[0].partitionResult.map(\.errorCode)
                    == [.electionNotNeeded, .unknownTopicOrPartition]
            }
            try await inEveryVersion(AlterPartitionReassignmentsHandler(controller: controller)) { _ in
                AlterPartitionReassignmentsRequest {
                    $0.topics = [
                        .init {
                            $0.name = "t"
                            $0.partitions = [
                                .init {
                                    $0.partitionIndex = 0; $0.replicas = [1]
                                },
                                .init {
                                    $0.partitionIndex = 0; $0.replicas = [2]
                                },
                                .init {
                                    $0.partitionIndex = 0; $0.replicas = nil
                                },
                            ]
                        }
                    ]
                }
            } _: { _, response in
                response.responses[0].partitions.map(\.errorCode)
                    == [.none, .invalidReplicaAssignment, .noReassignmentInProgress]
            }
            try await inEveryVersion(ListPartitionReassignmentsHandler(controller: controller)) { _ in
                ListPartitionReassignmentsRequest()
            } _: { _, response in
                response.topics.isEmpty
            }
            try await inEveryVersion(UpdateFeaturesHandler(controller: controller)) { _ in
                UpdateFeaturesRequest {
                    $0.featureUpdates = [
                        .init {
                            $0.feature = "share.version"; $0.maxVersionLevel = 1
                        }
                    ]
                }
            } _: { _, response in
                response.errorCode == .invalidUpdateVersion
                    && response.errorMessage == "The update failed for all features since the following feature had an "
                        + "error: Invalid update version 1 for feature share.version. share.version "
                        + "could not be set to 1 because it depends on metadata.version level 28"
            }
            try await inEveryVersion(UpdateFeaturesHandler(controller: controller)) { _ in
                UpdateFeaturesRequest {
                    $0.featureUpdates = [
                        .init {
                            $0.feature = "share.version"; $0.maxVersionLevel = 1
                        },
                        .init {
                            $0.feature = "metadata.version"; $0.maxVersionLevel = 28
                        },
                    ]
                }
            } _: { _, response in
                response.errorCode == .none
            }
            #expect(controller.store.image.shareVersion == 1 && controller.store.image.metadataVersion == 28)
            try await inEveryVersion(DescribeQuorumHandler(controller: controller, endpoints: endpoints)) { _ in
                DescribeQuorumRequest {
                    $0.topics = [
                        .init {
                            $0.topicName = "__cluster_metadata"; $0.partitions = [.init { $0.partitionIndex = 0 }]
                        }
                    ]
                }
            } _: { _, response in
                response.topics[0].partitions[0].leaderEpoch == 1
                    && response.topics[0].partitions[0].currentVoters.map(\.replicaID) == [1]
            }
            try await inEveryVersion(DescribeProducersHandler(partitions: PartitionRegistry())) { _ in
                DescribeProducersRequest {
                    $0.topics = ["nosuch", ""].map { name in
                        .init {
                            $0.name = name; $0.partitionIndexes = [0]
                        }
                    }
                }
            } _: { _, response in
                response.topics.flatMap(\.partitions).map(\.errorCode)
                    == [.unknownTopicOrPartition, .invalidTopicException]
            }
            try await inEveryVersion(DescribeClusterHandler(controller: controller, endpoints: endpoints)) { _ in
                DescribeClusterRequest()
            } _: { _, response in
                response.brokers.map(\.host) == ["localhost"] && response.controllerID == 1
            }
            let controllers = DescribeClusterRequest { $0.endpointType = 2 }
            let mismatch = try await answer(
                DescribeClusterHandler(controller: controller, endpoints: endpoints), controllers, 1)
            #expect(mismatch.errorCode == .mismatchedEndpointType && mismatch.endpointType == 1)
            #expect(mismatch.clusterID == "" && mismatch.controllerID == -1)
            try await inEveryVersion(UnregisterBrokerHandler(controller: controller)) { _ in
                UnregisterBrokerRequest { $0.brokerID = 9 }
            } _: { _, response in
                response.errorCode == .brokerIDNotRegistered
                    && response.errorMessage == "Broker ID 9 is not currently registered"
            }
        }
    }
}
