// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization

/// A cluster of several nodes that refuses, as Kafka does, what another node has to be asked for; and remembers who
/// was asked for what.
final class FakeKafka: Sendable {
    struct Asked: Sendable {
        var node: Int32
        var key: APIKey
    }

    struct Resource: Hashable {
        var kind: Int8
        var name: String
    }

    struct State {
        /// The replicas of each partition; the first leads.
        var topics: [String: [[Int32]]] = [:]
        var configs: [Resource: [String: String]] = [:]
        /// Where partitions are on their way to.
        var moves: [TopicPartition: [Int32]] = [:]
        /// The groups, with their coordinators.
        var groups: [String: Int32] = [:]
        var asked: [Asked] = []
        /// Ports that are told instead of the real ones.
        var ports: [Int32: Int32] = [:]
        /// Nodes that are listed; all if nil.
        var listed: Set<Int32>?
        /// What is once told to be the active controller, and has just ceased to be.
        var formerController: Int32?
    }

    /// Answers instead of the cluster; nil for what it is to answer itself.
    typealias Script = @Sendable (_ node: Int32, APIKey, Int16, ByteBuffer) throws -> (any ResponseMessage)?

    let clusterID = "several-nodes"
    /// Of controllers the active one; brokers pass on to it what is not theirs.
    let controller: Int32
    private let state = Mutex(State())
    private let nodes = Mutex<[Int32: FakeNode]>([:])
    private let script: Script
    private let isControllers: Bool
    private let newest: [APIKey: Int16]

    /// - Parameters:
    ///   - isControllers: whether the nodes are controllers, which don't answer Metadata (KIP-919).
    ///   - newest: the highest versions of requests that are not known in all of ours.
    ///   - damage: what becomes of an encoded answer.
    init(
        nodes count: Int32 = 3, isControllers: Bool = false, newest: [APIKey: Int16] = [:],
        _ script: @escaping Script = { _, _, _, _ in nil },
        damage: @escaping @Sendable (APIKey, ByteBuffer) -> ByteBuffer = { $1 }
    ) async throws {
        self.script = script
        controller = min(2, count)
        self.isControllers = isControllers
        self.newest = newest
        for id in 1...count {
            let node = try await FakeNode(Self.apis) { [weak self] key, version, body in
                (try self?.answer(id, key, version, body)?.encoded(version)).map { damage(key, $0) }
            }
            nodes.withLock { $0[id] = node }
        }
    }

    func stop(_ id: Int32) async { await nodes.withLock { $0[id] }?.stop() }

    func stop() async { for id in ids { await stop(id) } }

    /// The address of one node.
    func address(_ id: Int32 = 1) -> String { "127.0.0.1:\(nodes.withLock { $0[id]?.port ?? 0 })" }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// All that was asked for, in its order.
    var requests: [APIKey] { state.withLock { $0.asked.map(\.key) } }

    var moves: [TopicPartition: [Int32]] { state.withLock { $0.moves } }

    /// The nodes that were asked for something, one for each time.
    func asked(_ key: APIKey) -> [Int32] { state.withLock { $0.asked.filter { $0.key == key }.map(\.node) } }

    func config(_ kind: ConfigResource.Kind, _ name: String) -> [String: String] {
        state.withLock { $0.configs[Resource(kind: kind.rawValue, name: name)] ?? [:] }
    }

    /// What is moving has arrived.
    func finishMoves() {
        state.withLock { state in
            for (partition, target) in state.moves { state.topics[partition.topic]?[Int(partition.partition)] = target }
            state.moves = [:]
        }
    }

    /// Runs a tool against the cluster, with little patience.
    func run(_ words: String..., terminalWidth: Int? = nil) async -> CommandRun {
        await run(words, terminalWidth: terminalWidth)
    }

    /// - Parameter patience: milliseconds that a call may take; nil for what is Kafka's default.
    func run(_ words: [String], terminalWidth: Int? = nil, patience: Int? = nil) async -> CommandRun {
        let option = isControllers ? "--bootstrap-controller" : "--bootstrap-server"
        let file = TemporaryFile(
            """
            retry.backoff.ms=10
            retry.backoff.max.ms=50
            reconnect.backoff.ms=10
            reconnect.backoff.max.ms=50
            \(patience.map { "default.api.timeout.ms=\($0)\nrequest.timeout.ms=\($0)" } ?? "")
            """)
        defer { withExtendedLifetime(file) {} }
        return await CommandRun(
            words + [option, address(), "--command-config", file.path], terminalWidth: terminalWidth)
    }

    // MARK: Answers

    private static let apis: [any RequestMessage.Type] = [
        ApiVersionsRequest.self, MetadataRequest.self, DescribeClusterRequest.self, DescribeConfigsRequest.self,
        IncrementalAlterConfigsRequest.self, AlterPartitionReassignmentsRequest.self,
        ListPartitionReassignmentsRequest.self, ListGroupsRequest.self, ListTransactionsRequest.self,
        FindCoordinatorRequest.self, DescribeGroupsRequest.self, ConsumerGroupDescribeRequest.self,
        OffsetFetchRequest.self, ListOffsetsRequest.self, DeleteRecordsRequest.self, DescribeLogDirsRequest.self,
        AlterReplicaLogDirsRequest.self, DescribeQuorumRequest.self, AddRaftVoterRequest.self,
        RemoveRaftVoterRequest.self, InitProducerIdRequest.self, DescribeTopicPartitionsRequest.self,
        ListConfigResourcesRequest.self, WriteTxnMarkersRequest.self, UpdateFeaturesRequest.self,
        DescribeProducersRequest.self, DescribeTransactionsRequest.self, DeleteTopicsRequest.self,
        ShareGroupDescribeRequest.self, StreamsGroupDescribeRequest.self, DescribeShareGroupOffsetsRequest.self,
        CreateDelegationTokenRequest.self, RenewDelegationTokenRequest.self, ExpireDelegationTokenRequest.self,
        DescribeDelegationTokenRequest.self, DescribeClientQuotasRequest.self, ElectLeadersRequest.self,
        DescribeUserScramCredentialsRequest.self, CreateTopicsRequest.self, CreatePartitionsRequest.self,
        ShareGroupHeartbeatRequest.self, ShareFetchRequest.self, ShareAcknowledgeRequest.self,
    ]

    var ids: [Int32] { nodes.withLock { $0.keys.sorted() } }
    private var listed: [Int32] { state.withLock { $0.listed }.map { $0.sorted() } ?? ids }

    private func port(_ id: Int32) -> Int32 {
        state.withLock { $0.ports[id] } ?? nodes.withLock { Int32($0[id]?.port ?? 0) }
    }

    private func answer(
        _ node: Int32, _ key: APIKey, _ version: Int16, _ body: ByteBuffer
    ) throws -> (any ResponseMessage)? {
        state.withLock { $0.asked.append(Asked(node: node, key: key)) }
        if let scripted = try script(node, key, version, body) { return scripted }
        switch key {
        case .apiVersions:
            let apis = isControllers ? Self.apis.filter { $0.apiKey != .metadata } : Self.apis
            return ApiVersionsResponse.serving(apis, upTo: newest)
        case .metadata: return metadata(try MetadataRequest.decode(body, version: version))
        case .describeCluster: return describeCluster(try DescribeClusterRequest.decode(body, version: version))
        case .describeConfigs: return describeConfigs(try DescribeConfigsRequest.decode(body, version: version), node)
        case .incrementalAlterConfigs:
            return alterConfigs(try IncrementalAlterConfigsRequest.decode(body, version: version), node)
        case .alterPartitionReassignments:
            return reassign(try AlterPartitionReassignmentsRequest.decode(body, version: version))
        case .listPartitionReassignments: return listMoves()
        case .listGroups: return listGroups(node)
        case .findCoordinator: return findCoordinator(try FindCoordinatorRequest.decode(body, version: version))
        case .consumerGroupDescribe:
            let request = try ConsumerGroupDescribeRequest.decode(body, version: version)
            return ConsumerGroupDescribeResponse {
                $0.groups = request.groupIDs.map { id in
                    ConsumerGroupDescribeResponse.DescribedGroup {
                        $0.groupID = id
                        $0.errorCode = .groupIDNotFound
                    }
                }
            }
        case .describeGroups: return describeGroups(try DescribeGroupsRequest.decode(body, version: version), node)
        case .describeLogDirs: return describeLogDirs(node)
        case .listOffsets: return listOffsets(try ListOffsetsRequest.decode(body, version: version), node)
        case .removeRaftVoter: return remove(try RemoveRaftVoterRequest.decode(body, version: version), node)
        case .describeQuorum: return describeQuorum(node)
        default: return nil
        }
    }

    /// A controller that is not the active one refuses.
    private func refusal(_ node: Int32) -> ErrorCode {
        isControllers && node != controller ? .notController : .none
    }

    private func metadata(_ request: MetadataRequest) -> MetadataResponse {
        let topics = state.withLock { $0.topics }
        return MetadataResponse {
            $0.clusterID = clusterID
            $0.controllerID = controller
            $0.brokers = listed.map { id in
                MetadataResponse.Broker {
                    $0.nodeID = id
                    $0.host = "127.0.0.1"
                    $0.port = port(id)
                }
            }
            let asked = request.topics?.compactMap { topic in
                topic.name ?? topics.keys.first { Self.topicID($0) == topic.topicID }
            }
            $0.topics = (asked ?? topics.keys.sorted()).map { name in
                MetadataResponse.Topic {
                    $0.name = name
                    $0.topicID = Self.topicID(name)
                    guard let partitions = topics[name] else {
                        $0.errorCode = .unknownTopicOrPartition
                        return
                    }
                    $0.partitions = partitions.enumerated().map { index, replicas in
                        MetadataResponse.Partition {
                            $0.partitionIndex = Int32(index)
                            $0.leaderID = replicas.first ?? -1
                            $0.replicaNodes = replicas
                            $0.isrNodes = replicas
                        }
                    }
                }
            }
        }
    }

    /// The same for a name wherever it is asked for.
    static func topicID(_ name: String) -> KafkaUUID {
        KafkaUUID(high: 1, low: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    }

    /// All replicas of a node are in the directory `/NODE`.
    private func describeLogDirs(_ node: Int32) -> DescribeLogDirsResponse {
        let topics = state.withLock { $0.topics }
        return DescribeLogDirsResponse {
            $0.results = [
                DescribeLogDirsResponse.DescribeLogDirsResult {
                    $0.logDir = "/\(node)"
                    $0.topics = topics.map { name, partitions in
                        .init {
                            $0.name = name
                            $0.partitions = partitions.indices.filter { partitions[$0].contains(node) }.map { index in
                                .init { $0.partitionIndex = Int32(index) }
                            }
                        }
                    }
                }
            ]
        }
    }

    private func describeCluster(_ request: DescribeClusterRequest) -> DescribeClusterResponse {
        DescribeClusterResponse {
            guard (request.endpointType == 2) == isControllers else {
                $0.errorCode = .mismatchedEndpointType
                return
            }
            $0.endpointType = request.endpointType
            $0.clusterID = clusterID
            $0.controllerID = state.withLock { state in
                defer { state.formerController = nil }
                return state.formerController ?? controller
            }
            $0.brokers = listed.map { id in
                DescribeClusterResponse.Broker {
                    $0.brokerID = id
                    $0.host = "127.0.0.1"
                    $0.port = port(id)
                }
            }
        }
    }

    /// What ConfigAdminManager says of a resource that is another broker's.
    private func strangers(_ kind: Int8, _ name: String, _ node: Int32) -> String? {
        guard kind == 8 || kind == 4 && !name.isEmpty && !isControllers, name != "\(node)" else { return nil }
        return "Unexpected broker id, expected \(node) or empty string, but received \(name)"
    }

    private func describeConfigs(_ request: DescribeConfigsRequest, _ node: Int32) -> DescribeConfigsResponse {
        let configs = state.withLock { $0.configs }
        return DescribeConfigsResponse {
            $0.results = request.resources.map { resource in
                DescribeConfigsResponse.Resource {
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                    if let refusal = strangers(resource.resourceType, resource.resourceName, node) {
                        $0.errorCode = .invalidRequest
                        $0.errorMessage = refusal
                        return
                    }
                    let values = configs[Resource(kind: resource.resourceType, name: resource.resourceName)] ?? [:]
                    $0.configs = values.sorted { $0.key < $1.key }.map { name, value in
                        DescribeConfigsResponse.Config {
                            $0.name = name
                            $0.value = value
                            $0.configSource = resource.resourceType == 2 ? 1 : resource.resourceType == 8 ? 6 : 2
                        }
                    }
                }
            }
        }
    }

    private func alterConfigs(_ request: IncrementalAlterConfigsRequest, _ node: Int32)
        -> IncrementalAlterConfigsResponse
    {
        IncrementalAlterConfigsResponse {
            $0.responses = request.resources.map { resource in
                IncrementalAlterConfigsResponse.AlterConfigsResourceResponse {
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                    $0.errorCode = resource.resourceType == 8 ? .none : refusal(node)
                    if let refusal = strangers(resource.resourceType, resource.resourceName, node) {
                        $0.errorCode = .invalidRequest
                        $0.errorMessage = refusal
                    }
                    guard $0.errorCode == .none else { return }
                    let key = Resource(kind: resource.resourceType, name: resource.resourceName)
                    state.withLock { state in
                        for config in resource.configs {
                            state.configs[key, default: [:]][config.name] =
                                config.configOperation == 1 ? nil : config.value
                        }
                    }
                }
            }
        }
    }

    private func reassign(_ request: AlterPartitionReassignmentsRequest) -> AlterPartitionReassignmentsResponse {
        state.withLock { state in
            var response = AlterPartitionReassignmentsResponse()
            for topic in request.topics {
                var answer = AlterPartitionReassignmentsResponse.ReassignableTopicResponse()
                answer.name = topic.name
                for partition in topic.partitions {
                    var result = AlterPartitionReassignmentsResponse.ReassignablePartitionResponse()
                    result.partitionIndex = partition.partitionIndex
                    result.errorMessage = nil
                    if partition.replicas?.contains(9) == true {
                        result.errorCode = .invalidReplicaAssignment
                    } else {
                        state.moves[TopicPartition(topic.name, partition.partitionIndex)] = partition.replicas
                    }
                    answer.partitions.append(result)
                }
                response.responses.append(answer)
            }
            return response
        }
    }

    private func listMoves() -> ListPartitionReassignmentsResponse {
        let (moves, topics) = state.withLock { ($0.moves, $0.topics) }
        return ListPartitionReassignmentsResponse {
            $0.topics = moves.sorted { $0.key < $1.key }.map { partition, target in
                ListPartitionReassignmentsResponse.OngoingTopicReassignment {
                    let current = topics[partition.topic]?[Int(partition.partition)] ?? []
                    $0.name = partition.topic
                    $0.partitions = [
                        ListPartitionReassignmentsResponse.OngoingPartitionReassignment {
                            $0.partitionIndex = partition.partition
                            $0.replicas = current + target.filter { !current.contains($0) }
                            $0.addingReplicas = target.filter { !current.contains($0) }
                            $0.removingReplicas = current.filter { !target.contains($0) }
                        }
                    ]
                }
            }
        }
    }

    private func listGroups(_ node: Int32) -> ListGroupsResponse {
        let groups = state.withLock { $0.groups }
        return ListGroupsResponse {
            $0.groups = groups.filter { $0.value == node }.keys.sorted().map { id in
                ListGroupsResponse.Group {
                    $0.groupID = id
                    $0.protocolType = "consumer"
                    $0.groupState = "Empty"
                    $0.groupType = "classic"
                }
            }
        }
    }

    private func findCoordinator(_ request: FindCoordinatorRequest) -> FindCoordinatorResponse {
        let groups = state.withLock { $0.groups }
        return FindCoordinatorResponse {
            $0.coordinators = request.coordinatorKeys.map { key in
                FindCoordinatorResponse.Coordinator {
                    let id = groups[key] ?? controller
                    $0.key = key
                    $0.nodeID = id
                    $0.host = "127.0.0.1"
                    $0.port = port(id)
                }
            }
        }
    }

    private func describeGroups(_ request: DescribeGroupsRequest, _ node: Int32) -> DescribeGroupsResponse {
        let groups = state.withLock { $0.groups }
        return DescribeGroupsResponse {
            $0.groups = request.groups.map { id in
                DescribeGroupsResponse.Group {
                    $0.groupID = id
                    $0.errorCode = groups[id] == node ? .none : .notCoordinator
                    $0.groupState = "Empty"
                    $0.protocolType = "consumer"
                }
            }
        }
    }

    private func listOffsets(_ request: ListOffsetsRequest, _ node: Int32) -> ListOffsetsResponse {
        let topics = state.withLock { $0.topics }
        return ListOffsetsResponse {
            $0.topics = request.topics.map { topic in
                ListOffsetsResponse.Topic {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { partition in
                        ListOffsetsResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            let leader = topics[topic.name]?[Int(partition.partitionIndex)].first
                            $0.errorCode = leader == node ? .none : .notLeaderOrFollower
                            $0.offset = 100 + Int64(partition.partitionIndex)
                            $0.timestamp = -1
                        }
                    }
                }
            }
        }
    }

    private func remove(_ request: RemoveRaftVoterRequest, _ node: Int32) -> RemoveRaftVoterResponse {
        RemoveRaftVoterResponse {
            $0.errorMessage = nil
            $0.errorCode = refusal(node)
            if let id = request.clusterID, id != clusterID { $0.errorCode = .inconsistentClusterID }
        }
    }

    /// Raft's own word for a controller that is not the active one.
    private func describeQuorum(_ node: Int32) -> DescribeQuorumResponse {
        DescribeQuorumResponse {
            $0.errorMessage = nil
            $0.topics = [
                DescribeQuorumResponse.TopicData {
                    $0.topicName = "__cluster_metadata"
                    $0.partitions = [
                        DescribeQuorumResponse.PartitionData {
                            $0.errorMessage = nil
                            guard refusal(node) == .none else {
                                $0.errorCode = .notLeaderOrFollower
                                return
                            }
                            $0.leaderID = controller
                            $0.highWatermark = 10
                            $0.currentVoters = [
                                DescribeQuorumResponse.ReplicaState {
                                    $0.replicaID = controller
                                    $0.logEndOffset = .max
                                    $0.lastCaughtUpTimestamp = .max
                                },
                                DescribeQuorumResponse.ReplicaState {
                                    $0.replicaID = 3
                                    $0.logEndOffset = .min
                                    $0.lastCaughtUpTimestamp = 0
                                    $0.lastFetchTimestamp = .max
                                },
                            ]
                        }
                    ]
                }
            ]
        }
    }
}
