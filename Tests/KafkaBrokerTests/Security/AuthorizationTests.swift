// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaBroker

/// Allows what it was told, and that to `User:alice` alone; nobody else is asked about.
private final class Rules: Authorizer {
    struct Rule: Hashable {
        var operation: AclOperation
        var type: AclResource
        var name: String
    }

    let allowed = Mutex<Set<Rule>>([])

    func allow(_ operation: AclOperation, _ type: AclResource, _ name: String) {
        _ = allowed.withLock { $0.insert(Rule(operation: operation, type: type, name: name)) }
    }

    func allows(_ access: Access) -> Bool {
        guard "\(access.principal)" == "User:alice", access.host == "127.0.0.1" else { return true }
        return allowed.withLock {
            $0.contains(Rule(operation: access.operation, type: access.type, name: access.name))
        }
    }

    func allowsSomewhere(_ access: Access) -> Bool { false }
}

@Suite("What a client is told that may not")
struct AuthorizationTests {
    private let rules = Rules()
    private static let alice = Principal(name: "alice")

    private func run(_ body: (Broker) async throws -> Void) async throws {
        var policy = ConnectionPolicy()
        policy.authorizer = rules
        let broker = try await Broker.start(policy)
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("open"), .named("secret")] })
        try await body(broker)
        try await broker.stop()
    }

    private func produce(
        _ names: [String] = [], ids: [KafkaUUID] = [], acks: Int16 = -1, transactionalID: String? = nil,
        isTransactional: Bool = false
    ) -> ProduceRequest {
        var builder = RecordBatchBuilder(capacity: 4096)
        Array("a".utf8).withUnsafeBytes {
            _ = builder.append(timestamp: WallClock.milliseconds(), key: nil, value: $0)
        }
        var properties = RecordBatchProperties()
        if isTransactional {
            (properties.producerID, properties.producerEpoch, properties.baseSequence) = (1, 0, 0)
            properties.isTransactional = true
        }
        let batch = builder.finish(properties)
        let topics = names.map { ($0, KafkaUUID.zero) } + ids.map { ("", $0) }
        return ProduceRequest {
            ($0.acks, $0.timeoutMs, $0.transactionalID) = (acks, 10_000, transactionalID)
            $0.topicData = topics.map { name, id in
                .init {
                    ($0.name, $0.topicID) = (name, id)
                    $0.partitionData = [.init { $0.records = .bytes(batch) }]
                }
            }
        }
    }

    private func errors(_ response: ProduceResponse) -> [ErrorCode] {
        response.responses.flatMap(\.partitionResponses).map(\.errorCode)
    }

    @Test("Produce refuses a topic, whether it exists or not, but an id that nobody has is unknown")
    func produce() async throws {
        rules.allow(.write, .topic, "open")
        try await run { broker in
            let byName = try await broker.call(produce(["open", "secret", "nosuch"]), as: Self.alice, version: 12)
            #expect(errors(byName) == [.none, .topicAuthorizationFailed, .topicAuthorizationFailed])
            #expect(byName.responses.flatMap(\.partitionResponses).map(\.baseOffset) == [0, -1, -1])
            let ids = try await broker.call(MetadataRequest { $0.topics = nil }).topics.map(\.topicID)
            let byID = try await broker.call(produce(ids: ids + [.random()]), as: Self.alice)
            #expect(errors(byID) == [.none, .topicAuthorizationFailed, .unknownTopicID])
            #expect(
                errors(try await broker.call(produce(["secret"]), as: Principal(name: "bob"), version: 12)) == [.none])
            await #expect(throws: BrokerError.self, "the connection is closed") {
                try await broker.call(produce(["secret"], acks: 0), as: Self.alice, version: 12)
            }
        }
    }

    @Test("Produce refuses a transactional id for all topics, where there are records of a transaction")
    func transactionalID() async throws {
        rules.allow(.write, .topic, "open")
        rules.allow(.write, .transactionalID, "mine")
        try await run { broker in
            let refused = try await broker.call(
                produce(["open", "nosuch"], transactionalID: "yours", isTransactional: true), as: Self.alice,
                version: 12)
            #expect(errors(refused) == Array(repeating: .transactionalIDAuthorizationFailed, count: 2))
            let allowed = try await broker.call(
                produce(["open", "secret"], transactionalID: "mine", isTransactional: true), as: Self.alice, version: 12
            )
            #expect(!errors(allowed).contains(.transactionalIDAuthorizationFailed))
            #expect(errors(allowed).last == .topicAuthorizationFailed)
            let plain = try await broker.call(
                produce(["open", "secret"], transactionalID: "yours"), as: Self.alice, version: 12)
            #expect(errors(plain) == [.none, .topicAuthorizationFailed])
        }
    }

    @Test("Metadata leaves topics out, refuses names and ids, and creates nothing")
    func metadata() async throws {
        rules.allow(.describe, .topic, "open")
        rules.allow(.describe, .topic, "new")
        rules.allow(.describe, .topic, "mine")
        rules.allow(.create, .topic, "mine")
        rules.allow(.write, .topic, "open")
        try await run { broker in
            let all = try await broker.call(
                MetadataRequest {
                    $0.topics = nil
                    $0.includeTopicAuthorizedOperations = true
                    $0.includeClusterAuthorizedOperations = true
                }, as: Self.alice, version: 10)
            #expect(all.topics.map(\.name) == ["open"])
            #expect(all.topics.map(\.topicAuthorizedOperations) == [1 << 8 | 1 << 4])
            #expect(all.clusterAuthorizedOperations == 0)
            #expect(all.brokers.count == 1)

            let ids = try await broker.call(MetadataRequest { $0.topics = nil }).topics.map(\.topicID)
            let names = ["open", "secret", "__nosuch", "new", "mine"]
            let byName = try await broker.call(
                MetadataRequest { request in
                    request.topics = names.map { name in .init { $0.name = name } }
                    request.allowAutoTopicCreation = true
                    request.includeTopicAuthorizedOperations = true
                }, as: Self.alice, version: 10)
            #expect(byName.topics.map(\.name) == names)
            #expect(
                byName.topics.map(\.errorCode) == [
                    .none, .topicAuthorizationFailed, .topicAuthorizationFailed, .topicAuthorizationFailed,
                    .unknownTopicOrPartition,
                ])
            #expect(byName.topics.map(\.topicID) == [ids[0], .zero, .zero, .zero, .zero])
            #expect(byName.topics.map(\.topicAuthorizedOperations) == [272, .min, .min, .min, 1 << 8 | 1 << 5])
            while try await broker.call(MetadataRequest { $0.topics = nil }).topics.count < 3 { await Task.yield() }
            let existing = try await broker.call(MetadataRequest { $0.topics = nil }).topics.map(\.name)
            #expect(existing == ["mine", "open", "secret"])

            let unknown = KafkaUUID.random()
            let byID = try await broker.call(
                MetadataRequest {
                    $0.topics = (ids + [unknown]).map { id in .init { ($0.name, $0.topicID) = (nil, id) } }
                },
                as: Self.alice)
            #expect(byID.topics.map(\.errorCode) == [.none, .topicAuthorizationFailed, .unknownTopicID])
            #expect(byID.topics.map(\.name) == ["open", nil, nil])
            #expect(byID.topics.map(\.topicID) == ids + [unknown])
        }
    }

    @Test("CreateTopics refuses names, and hides what a topic is like")
    func createTopics() async throws {
        rules.allow(.create, .topic, "a")
        rules.allow(.create, .topic, "b")
        rules.allow(.describeConfigs, .topic, "a")
        try await run { broker in
            let created = try await broker.call(
                CreateTopicsRequest { $0.topics = ["c", "a", "b", "secret"].map { .named($0) } }, as: Self.alice)
            #expect(created.topics.map(\.name) == ["a", "b", "c", "secret"])
            #expect(
                created.topics.map(\.errorCode) == [.none, .none, .topicAuthorizationFailed, .topicAuthorizationFailed])
            #expect(created.topics.map(\.errorMessage) == [nil, nil, "Authorization failed.", "Authorization failed."])
            #expect(created.topics.map(\.topicConfigErrorCode) == [.none, .topicAuthorizationFailed, .none, .none])
            #expect(created.topics.map(\.numPartitions) == [1, -1, -1, -1])
            #expect(created.topics.map { $0.configs?.isEmpty } == [false, true, true, true])
            rules.allow(.create, .cluster, "kafka-cluster")
            let more = try await broker.call(CreateTopicsRequest { $0.topics = [.named("d")] }, as: Self.alice)
            #expect(more.topics.map(\.errorCode) == [.none])
        }
    }

    @Test("FindCoordinator names no node", arguments: [Int16(0), 3, 4, 6])
    func findCoordinator(version: Int16) async throws {
        rules.allow(.describe, .group, "mine")
        try await run { broker in
            func find(_ key: String, _ type: Int8) async throws -> String {
                let response = try await broker.call(
                    FindCoordinatorRequest { ($0.key, $0.keyType, $0.coordinatorKeys) = (key, type, [key]) },
                    as: Self.alice, version: version)
                guard version >= 4 else { return "\(response.errorCode) \(response.nodeID)" }
                return response.coordinators.map { "\($0.errorCode) \($0.nodeID)" }.joined(separator: ",")
            }
            let mine = try await find("mine", 0)
            #expect(mine == "NONE 1")
            let yours = try await find("yours", 0)
            #expect(yours == "GROUP_AUTHORIZATION_FAILED -1")
            let transaction = try await find("yours", 1)
            #expect(transaction == "TRANSACTIONAL_ID_AUTHORIZATION_FAILED -1")
            let share = try await find("g:AAAAAAAAAAAAAAAAAAAAAQ:0", 2)
            #expect(share == (version < 6 ? "INVALID_REQUEST -1" : "CLUSTER_AUTHORIZATION_FAILED -1"))
        }
    }

    @Test("A group's and the cluster's requests are refused as a whole")
    func whole() async throws {
        try await run { broker in
            let heartbeat = try await broker.call(HeartbeatRequest { $0.groupID = "g" }, as: Self.alice)
            #expect(heartbeat.errorCode == .groupAuthorizationFailed)
            let unregistered = try await broker.call(UnregisterBrokerRequest { $0.brokerID = 9 }, as: Self.alice)
            #expect(unregistered.errorCode == .clusterAuthorizationFailed)
            let cluster = DescribeClusterRequest {
                ($0.endpointType, $0.includeClusterAuthorizedOperations) = (1, true)
            }
            #expect(try await broker.call(cluster, as: Self.alice).clusterAuthorizedOperations == 0)
            #expect(try await broker.call(cluster).clusterAuthorizedOperations == 8096)
        }
    }

    @Test("Whoever comes through a listener without a login is User:ANONYMOUS")
    func anonymous() async throws {
        final class Asked: Authorizer {
            let list = Mutex<Set<String>>([])
            func allows(_ access: Access) -> Bool {
                _ = list.withLock {
                    $0.insert(
                        "\(access.principal) \(access.host) \(access.operation) \(access.type) \(access.name)"
                    )
                }
                return false
            }

            func allowsSomewhere(_ access: Access) -> Bool { false }
        }
        let asked = Asked()
        var policy = ConnectionPolicy()
        policy.authorizer = asked
        let broker = try await Broker.start(policy)
        let connection = try BlockingConnection(broker.bootstrapServers)
        let response = try await connection.send(produce(["open"]), version: 12)
        #expect(errors(response) == [.topicAuthorizationFailed])
        #expect(asked.list.withLock { $0 } == ["User:ANONYMOUS 127.0.0.1 write topic open"])
        try await connection.close()
        try await broker.stop()
    }
}
