// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import Logging
import Testing

@testable import KafkaBroker

@Suite("Access control lists")
struct AclRequestsTests {
    private static let alice = Principal(name: "alice")

    private func run(_ body: (Broker) async throws -> Void) async throws {
        let broker = try await Broker.withAuthorizer()
        try await body(broker)
        try await broker.stop()
    }

    private func names(_ response: DescribeAclsResponse) -> [String] {
        response.resources.flatMap { resource in
            resource.acls.map { acl in
                let binding = AclBinding(
                    resource.resourceType, resource.resourceName, resource.patternType, principal: acl.principal,
                    host: acl.host, operation: acl.operation, permission: acl.permissionType)
                return "\(binding.principal) \(AclOperation.name(binding.operation)) \(binding.resourceName)"
            }
        }
    }

    @Test("What can't be meant is refused in Kafka's words, and the rest of the request is done")
    func validation() async throws {
        try await run { broker in
            let good = Need.topic(.read).entry("User:alice")
            func changed(_ change: (inout AclBinding) -> Void) -> AclBinding {
                var binding = good
                change(&binding)
                return binding
            }
            let results = try await broker.create([
                good,
                changed { $0.resourceType = 1 }, changed { $0.resourceType = 99 }, changed { $0.pattern = 1 },
                changed { $0.pattern = 2 }, changed { $0.operation = 1 }, changed { $0.operation = 99 },
                changed { $0.permission = 1 }, changed { $0.resourceName = "" }, changed { $0.principal = "alice" },
                changed { $0.host = "" }, changed { $0.host = "10.0.0.0/8" },
                changed { ($0.resourceType, $0.resourceName) = (4, "mine") }, good,
            ])
            #expect(
                results.map(\.errorCode) == [.none] + Array(repeating: .invalidRequest, count: 10)
                    + [.unsupportedVersion, .invalidRequest, .none])
            #expect(
                results.map(\.errorMessage) == [
                    nil, "Invalid resourceType ANY", "Invalid resourceType UNKNOWN", "Invalid patternType ANY",
                    "Invalid patternType MATCH", "Invalid operation ANY", "Invalid operation UNKNOWN",
                    "Invalid permissionType ANY", "Invalid empty resource name",
                    "Could not parse principal from `alice` (no colon is present separating the principal type from "
                        + "the principal name)",
                    "Host pattern cannot be null or empty",
                    "CIDR-based ACL host patterns require metadata version 4.4-IV1 or higher.",
                    "The only valid name for the CLUSTER resource is kafka-cluster", nil,
                ])
            #expect(names(try await broker.acls()) == ["User:alice READ open"])
            await #expect(throws: BrokerError.self, "the connection is closed") {
                try await broker.create([changed { $0.operation = 0 }])
            }
            await #expect(throws: BrokerError.self) { try await broker.acls(operation: 0) }
        }
    }

    @Test("Networks are stored once the metadata's version knows them")
    func networks() {
        #expect(AclHost.complaint("10.0.0.0/8") == nil && AclHost.complaint("2001:db8::/32") == nil)
        #expect(
            AclHost.complaint("10.0.0.0/33") == "Invalid CIDR notation '10.0.0.0/33': Could not parse [10.0.0.0/33]")
        #expect(!RecordVersions(metadataVersion: 31).hasNetworksInAcls)
        #expect(RecordVersions(metadataVersion: 32).hasNetworksInAcls)
    }

    @Test("Filters find what Kafka's find, in order, and what they delete is gone")
    func filters() async throws {
        try await run { broker in
            try await broker.create([
                Need.topic(.write).entry("User:b"), Need.topic(.read).entry("User:b"),
                Need.topic(.read).entry("User:a", .deny, host: "10.0.0.1"),
                Need.topic(.read).entry("User:a", pattern: .prefixed, name: "op"),
                Need.topic(.read).entry("User:a", name: "*"), Need.group(.read).entry("User:a"),
            ])
            #expect(
                names(try await broker.acls()) == [
                    "User:a READ *", "User:a READ op", "User:a READ open", "User:b READ open", "User:b WRITE open",
                    "User:a READ g",
                ])
            #expect(names(try await broker.acls(type: 3)) == ["User:a READ g"])
            #expect(names(try await broker.acls(type: 2, "open", 3)).count == 3)
            #expect(names(try await broker.acls(type: 2, "open", 2)).count == 5, "whatever concerns it")
            #expect(names(try await broker.acls(type: 2, "op", 1)) == ["User:a READ op"])
            #expect(names(try await broker.acls(type: 2, "op", 3)).isEmpty)
            #expect(names(try await broker.acls(principal: "User:b", operation: 4)) == ["User:b WRITE open"])
            #expect(names(try await broker.acls(host: "10.0.0.1")) == ["User:a READ open"])
            #expect(names(try await broker.acls(permission: 2)) == ["User:a READ open"])
            #expect(names(try await broker.acls(operation: 99)).isEmpty)

            func filter(_ type: Int8, _ name: String?, principal: String? = nil, operation: Int8 = 1)
                -> DeleteAclsRequest.Filter
            {
                .init {
                    ($0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter) = (type, name, 1)
                    ($0.principalFilter, $0.hostFilter, $0.operation, $0.permissionType) = (
                        principal, nil, operation, 1
                    )
                }
            }
            let deleted = try await broker.call(
                DeleteAclsRequest {
                    $0.filters = [
                        filter(2, "open", principal: "User:b"), filter(2, "open", operation: 4), filter(9, nil),
                        filter(2, nil, operation: 99), filter(2, "nosuch"),
                    ]
                }, as: Broker.root)
            #expect(
                deleted.filterResults.map(\.errorCode) == [.none, .none, .invalidRequest, .invalidRequest, .none])
            #expect(
                deleted.filterResults.map(\.errorMessage) == [
                    nil, nil, "Unknown patternFilter.", "Unknown entryFilter.", nil,
                ])
            #expect(deleted.filterResults.map(\.matchingAcls.count) == [2, 1, 0, 0, 0])
            #expect(names(try await broker.acls()).count == 4)
        }
    }

    @Test("A change holds as soon as it is answered, and nothing is left of it when it is taken back")
    func effect() async throws {
        try await run { broker in
            _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("open")] }, as: Broker.root)
            func code() async throws -> ErrorCode? {
                try await broker.call(
                    MetadataRequest { $0.topics = [.init { $0.name = "open" }] }, as: Self.alice
                ).topics.first?.errorCode
            }
            #expect(try await code() == .topicAuthorizationFailed)
            for _ in 0..<3 {
                try await broker.allow("alice", .topic(.describe))
                #expect(try await code() == ErrorCode.none)
                try await broker.create([Need.topic(.describe).entry("User:*", .deny)])
                #expect(try await code() == .topicAuthorizationFailed)
                let deleted = try await broker.call(
                    DeleteAclsRequest {
                        $0.filters = [
                            .init {
                                ($0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter) = (2, nil, 1)
                                ($0.principalFilter, $0.hostFilter) = (nil, nil)
                                ($0.operation, $0.permissionType) = (1, 1)
                            }
                        ]
                    }, as: Broker.root)
                #expect(deleted.filterResults[0].matchingAcls.count == 2)
                #expect(try await code() == .topicAuthorizationFailed)
            }
        }
    }

    @Test("Lists survive a restart, from the log as from a snapshot, and each entry keeps its id")
    func restart() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-acls-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let entries = [
            Need.topic(.read).entry("User:alice", host: "127.0.0.1"), Need.topic(.write).entry("User:*", .deny),
            Need.topic(.read).entry("User:bob", pattern: .prefixed, name: "lo"),
        ]
        var before: MetadataState?
        for round in 0..<3 {
            let broker = try await Broker.withAuthorizer(directory: directory)
            if round == 0 {
                try await broker.create(entries)
                _ = try await broker.call(
                    CreateTopicsRequest { $0.topics = [.named("open"), .named("logs")] }, as: Broker.root)
            }
            let state = broker.parts.controller.store.image.state
            #expect(state.acls.count == 3 && state.aclIDs.count == 3)
            #expect(before == nil || before?.acls == state.acls && before?.aclIDs == state.aclIDs)
            before = state
            #expect(names(try await broker.acls()).count == 3)
            for (who, expected) in [("alice", [264, -1]), ("bob", [-1, 264])] {
                let topics = try await broker.call(
                    MetadataRequest { request in
                        request.topics = ["open", "logs"].map { name in .init { $0.name = name } }
                        request.includeTopicAuthorizedOperations = true
                    }, as: Principal(name: who)
                ).topics
                let operations = topics.map { $0.errorCode == .none ? Int($0.topicAuthorizedOperations) : -1 }
                #expect(operations == expected, "\(round) \(who): 264 is to read and to describe")
            }
            if round == 1 { try await broker.parts.controller.writeSnapshot() }
            try await broker.stop()
        }
    }

    @Test("Without an authorizer there are none, and another than Kafka's own is refused before anything is served")
    func configuration() async throws {
        let open = try await Broker.start()
        let described = try await open.acls()
        #expect(described.errorCode == .securityDisabled)
        #expect(described.errorMessage == "No Authorizer is configured on the broker")
        let created = try await open.create([Need.topic(.read).entry("User:alice")])
        #expect(created.map(\.errorCode) == [.securityDisabled])
        #expect(created.map(\.errorMessage) == ["No Authorizer is configured."])
        try await open.stop()
        for (name, value) in [
            ("authorizer.class.name", "kafka.security.authorizer.AclAuthorizer"), ("super.users", "User:a;bob"),
        ] {
            let error = await #expect(throws: (any Error).self) { try await Broker.withAuthorizer([(name, value)]) }
            let message = "\(try #require(error))"
            #expect(message.contains(name) && message.contains(value == "User:a;bob" ? "bob" : value), "\(message)")
        }
    }

    @Test("The log tells in Kafka's words who was denied, and to who wants to know who was allowed")
    func audit() async throws {
        let log = AuditLog(.debug)
        let broker = try await Broker.withAuthorizer(logger: Logger(label: "test") { _ in log })
        _ = try await broker.call(
            CreateTopicsRequest { $0.topics = [.named("open"), .named("secret")] }, as: Broker.root)
        try await broker.allow("alice", .topic(.read))
        log.clear()
        _ = try await broker.call(
            FetchRequest {
                $0.topics = ["open", "secret"].map { name in
                    .init {
                        $0.topic = name
                        $0.partitions = [0, 1].map { index in .init { $0.partition = index } }
                    }
                }
            }, as: Self.alice, version: 12, host: "10.0.0.7")
        #expect(
            log.lines.sorted() == [
                "debug Principal = User:alice is Allowed operation = READ from host = 10.0.0.7 on resource = "
                    + "Topic:LITERAL:open for request = Fetch with resourceRefCount = 2 based on rule "
                    + "MatchingAcl(acl=StandardAcl[resourceType=TOPIC, resourceName=open, patternType=LITERAL, "
                    + "principal=User:alice, host=*, operation=READ, permissionType=ALLOW])",
                "info Principal = User:alice is Denied operation = READ from host = 10.0.0.7 on resource = "
                    + "Topic:LITERAL:secret for request = Fetch with resourceRefCount = 2 based on rule DefaultDeny",
            ])
        log.clear()
        // What is left out of a list was never asked for.
        let all = try await broker.call(
            MetadataRequest {
                $0.topics = nil
                $0.includeTopicAuthorizedOperations = true
            }, as: Self.alice)
        #expect(all.topics.map(\.name) == ["open"])
        #expect(log.lines.count == 1 && log.lines[0].contains("is Allowed operation = DESCRIBE"))
        log.clear()
        _ = try await broker.call(UnregisterBrokerRequest(), as: Principal(name: "ev\u{1b}[2Jil"))
        #expect(
            log.lines == [
                "info Principal = User:ev\\x1b[2Jil is Denied operation = ALTER from host = 127.0.0.1 on resource = "
                    + "Cluster:LITERAL:kafka-cluster for request = UnregisterBroker with resourceRefCount = 1 based on "
                    + "rule DefaultDeny"
            ])
        log.clear()
        _ = try await broker.call(UnregisterBrokerRequest { $0.brokerID = 9 }, as: Broker.root)
        #expect(log.lines.count == 1 && log.lines[0].hasSuffix("based on rule SuperUser"))
        try await broker.stop()
    }
}
