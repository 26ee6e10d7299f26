// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaClient
import KafkaProtocol
import Synchronization
import Testing

@testable import kafka

@Suite("On a cluster of several nodes")
struct SeveralNodesTests {
    private func with(
        _ kafka: FakeKafka, _ body: (FakeKafka) async throws -> Void
    ) async throws {
        try await body(kafka)
        await kafka.stop()
    }

    @Test("configurations of a broker and of its loggers are changed and shown by that broker, others by any")
    func brokerConfigs() async throws {
        try await with(try await FakeKafka()) { kafka in
            let altered = await kafka.run(
                "configs", "--alter", "--broker", "2", "--add-config", "log.cleaner.threads=2")
            #expect(altered.status == 0, "\(altered)")
            #expect(kafka.config(.broker, "2") == ["log.cleaner.threads": "2"])
            let logger = await kafka.run(
                "configs", "--alter", "--broker-logger", "3", "--add-config", "kafka.request.logger=DEBUG")
            #expect(logger.status == 0, "\(logger)")
            let defaults = await kafka.run("configs", "--alter", "--broker-defaults", "--add-config", "a.b=1")
            #expect(defaults.status == 0, "\(defaults)")
            #expect(kafka.asked(.incrementalAlterConfigs) == [2, 3, 1])
            let shown = await kafka.run("configs", "--describe", "--entity-type", "brokers", "--output", "json")
            #expect(shown.status == 0, "\(shown)")
            #expect(kafka.asked(.describeConfigs) == [1, 2, 3, 1])
            #expect(shown.output.contains(#""entityName":"2","configs":[{"name":"log.cleaner.threads","value":"2""#))
            let deleted = await kafka.run(
                "configs", "--alter", "--broker", "2", "--delete-config", "log.cleaner.threads")
            #expect(deleted.status == 0, "\(deleted)")
            #expect(kafka.config(.broker, "2").isEmpty)
        }
    }

    @Test("one call that changes topics and several brokers is split, and who fails does not keep the others from it")
    func mixedConfigs() async throws {
        try await with(try await FakeKafka()) { kafka in
            await kafka.stop(2)
            var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
            configuration.reconnectBackoffMax = .milliseconds(20)
            try await Cluster.with(configuration) { cluster in
                func change(_ kind: ConfigResource.Kind, _ name: String) -> ReassignmentThrottles.Resource {
                    .init {
                        $0.resourceType = kind.rawValue
                        $0.resourceName = name
                        $0.configs = [
                            .init {
                                $0.name = "a"
                                $0.value = "1"
                            }
                        ]
                    }
                }
                let results = await Admin(cluster).incrementalAlterConfigs([
                    change(.broker, "3"), change(.topic, "orders"), change(.broker, "2"), change(.broker, "1"),
                ])
                #expect(results.map(\.resource.name) == ["3", "orders", "2", "1"])
                let failed = results.filter { if case .failure = $0.result { true } else { false } }
                #expect(failed.map(\.resource.name) == ["2"])
            }
            for (kind, name) in [(ConfigResource.Kind.broker, "1"), (.broker, "3"), (.topic, "orders")] {
                #expect(kafka.config(kind, name) == ["a": "1"], "\(name)")
            }
        }
    }

    @Test("controllers are asked by DescribeCluster, and all but loggers' levels is sent to the active one")
    func controllers() async throws {
        try await with(try await FakeKafka(isControllers: true)) { kafka in
            let altered = await kafka.run("configs", "--alter", "--broker", "7", "--add-config", "a.b=1")
            #expect(altered.status == 0, "\(altered)")
            #expect(kafka.asked(.incrementalAlterConfigs) == [kafka.controller])
            let nodes = await kafka.run("cluster", "list-endpoints", "--output", "json")
            #expect(nodes.output.split(separator: "\n").count == 3, "\(nodes)")
            #expect(nodes.output.contains(#""endpointType":"controller""#))
            let file = TemporaryFile("bootstrap.controllers=\(kafka.address())\n")
            let same = await CommandRun([
                "cluster", "list-endpoints", "--output", "json", "--command-config", file.path,
            ])
            #expect(same.output == nodes.output && same.error.isEmpty, "\(same)")
        }
    }

    @Test("a broker is no controller, a controller no broker, and either is said")
    func wrongKind() async throws {
        try await with(try await FakeKafka()) { kafka in
            let run = await CommandRun(["cluster", "cluster-id", "--bootstrap-controller", kafka.address()])
            #expect(run.refusal?.hasSuffix("asked with --bootstrap-server") == true, "\(run)")
        }
        try await with(try await FakeKafka(isControllers: true)) { kafka in
            let run = await CommandRun(["topics", "--list", "--bootstrap-server", kafka.address()])
            #expect(run.refusal?.hasSuffix("asked with --bootstrap-controller") == true, "\(run)")
        }
    }

    @Test(
        "when the controller has moved the active one is found", arguments: [APIKey.describeQuorum, .removeRaftVoter])
    func movedController(key: APIKey) async throws {
        try await with(try await FakeKafka(isControllers: true)) { kafka in
            kafka.change { $0.formerController = 3 }
            let words =
                key == .describeQuorum
                ? ["describe", "--status"]
                : [
                    "remove-controller", "--controller-id", "3", "--controller-directory-id",
                    KafkaUUID.random().description,
                ]
            let run = await kafka.run(["metadata-quorum"] + words)
            #expect(run.status == 0, "\(run)")
            #expect(kafka.asked(key) == [3, kafka.controller])
        }
    }

    @Test("features are shown when the controller that was told of has just gone")
    func featuresWithoutController() async throws {
        try await with(try await FakeKafka(isControllers: true)) { kafka in
            kafka.change { $0.formerController = 3 }
            await kafka.stop(3)
            let run = await kafka.run("features", "describe")
            #expect(run.status == 0, "\(run)")
            #expect(kafka.asked(.describeCluster).count == 2)
        }
        let scripted = try await FakeKafka { _, key, _, _ in
            guard key == .apiVersions else { return nil }
            var answer = ApiVersionsResponse.serving([ApiVersionsRequest.self, MetadataRequest.self])
            answer.supportedFeatures = [
                .init {
                    $0.name = "metadata.version"
                    $0.minVersion = 7
                    $0.maxVersion = 33
                }
            ]
            answer.finalizedFeaturesEpoch = 5
            answer.finalizedFeatures = [
                .init {
                    $0.name = "metadata.version"
                    $0.maxVersionLevel = 30
                }
            ]
            return answer
        }
        try await with(scripted) { kafka in
            // Any broker knows them.
            await kafka.stop(kafka.controller)
            let run = await kafka.run("features", "describe")
            #expect(
                run.output
                    == "Feature: metadata.version                          SupportedMinVersion: 3.3-IV3          "
                    + "SupportedMaxVersion: 4.4-IV2          FinalizedVersionLevel: 4.3-IV0          Epoch: 5\n",
                "\(run)")
        }
    }

    @Test("endpoints are shown as Kafka shows them")
    func endpoints() async throws {
        try await with(try await FakeKafka(nodes: 1)) { kafka in
            let port = try String(#require(kafka.address().split(separator: ":").last)).padded(10)
            let run = await kafka.run("cluster", "list-endpoints")
            #expect(
                run.output == """
                    ID         HOST      PORT       RACK       STATE      ENDPOINT_TYPE  
                    1          127.0.0.1 \(port) null       unfenced   broker         

                    """, "\(run)")
        }
        try await with(try await FakeKafka(nodes: 2, isControllers: true)) { kafka in
            let run = await kafka.run("cluster", "list-endpoints")
            #expect(run.output.hasPrefix("ID         HOST      PORT       RACK       ENDPOINT_TYPE  \n"), "\(run)")
        }
    }

    @Test("a controller is removed from the cluster that is asked, by its id")
    func removeController() async throws {
        try await with(try await FakeKafka()) { kafka in
            let run = await kafka.run(
                "metadata-quorum", "remove-controller", "--controller-id", "3", "--controller-directory-id",
                KafkaUUID.random().description)
            #expect(run.status == 0, "\(run)")
        }
    }

    @Test("a controller is added by its own file, in which listeners may be written in any case")
    func addController() async throws {
        let requests = Mutex<[AddRaftVoterRequest]>([])
        let kafka = try await FakeKafka { _, key, version, body in
            guard key == .addRaftVoter else { return nil }
            let request = try AddRaftVoterRequest.decode(body, version: version)
            requests.withLock { $0.append(request) }
            return AddRaftVoterResponse { $0.errorMessage = nil }
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("kafka-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let id = KafkaUUID.random()
        try "version=1\ncluster.id=\(kafka.clusterID)\nnode.id=4\ndirectory.id=\(id)\n".write(
            to: directory.appendingPathComponent("meta.properties"), atomically: true, encoding: .utf8)
        let file = TemporaryFile(
            """
            node.id=4
            process.roles=controller
            listeners=controller://:19395
            controller.listener.names=CONTROLLER
            log.dirs=\(directory.path)
            """)
        let run = await CommandRun([
            "metadata-quorum", "add-controller", "--command-config", file.path, "--bootstrap-server", kafka.address(),
        ])
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        let request = try #require(requests.withLock { $0.first })
        #expect(request.clusterID == kafka.clusterID && request.voterID == 4 && request.voterDirectoryID == id)
        #expect(request.listeners.map(\.name) == ["CONTROLLER"] && request.listeners.map(\.port) == [19_395])
        await kafka.stop()
    }

    @Test("groups of the brokers that answer are listed, the broker that does not is named")
    func oneDown() async throws {
        try await with(try await FakeKafka()) { kafka in
            kafka.change { $0.groups = ["a": 1, "b": 2, "c": 3] }
            await kafka.stop(3)
            for tool in ["groups", "consumer-groups"] {
                let run = await kafka.run(tool, "--list")
                #expect(run.status == 1)
                let names = run.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
                #expect(names.filter { $0 != "GROUP" } == ["a", "b"], "\(run)")
                #expect(run.error.contains("broker 3: can't reach \(kafka.address(3))"), "\(run)")
            }
        }
    }

    @Test("a broker that the cluster has given up is not waited for")
    func givenUp() async throws {
        let kafka = try await FakeKafka()
        try await with(kafka) { kafka in
            await kafka.stop(3)
            var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
            configuration.retryBackoff = .milliseconds(1)
            try await Cluster.with(configuration) { cluster in
                _ = try await cluster.brokers()
                kafka.change { $0.listed = [1, 2] }
                let answers = try await Admin(cluster).sendToAll(ListGroupsRequest(), brokers: [1, 2, 3])
                let errors = answers.map { answer -> ErrorCode? in
                    if case .failure(let error) = answer.result { error.errorCode } else { nil }
                }
                #expect(errors == [nil, nil, .brokerNotAvailable])
            }
        }
    }

    @Test("a leader that has gone is looked for anew, not waited for")
    func movedLeader() async throws {
        try await with(try await FakeKafka()) { kafka in
            kafka.change { $0.topics = ["orders": [[1, 2], [3, 2]]] }
            await kafka.stop(3)
            var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
            configuration.retryBackoff = .milliseconds(1)
            try await Cluster.with(configuration) { cluster in
                async let offsets = Admin(cluster).listOffsets([
                    TopicPartition("orders", 0): .latest, TopicPartition("orders", 1): .latest,
                ])
                while kafka.asked(.listOffsets).isEmpty { try await Task.sleep(for: .milliseconds(1)) }
                kafka.change { $0.topics["orders"]?[1] = [2, 3] }
                let found = try await offsets.mapValues { try $0.get().offset }
                #expect(found == [TopicPartition("orders", 0): 100, TopicPartition("orders", 1): 101])
            }
        }
    }

    @Test("a coordinator that has moved is found, and its groups are shown")
    func movedCoordinator() async throws {
        let moved = Counter()
        let kafka = try await FakeKafka { node, key, version, body in
            guard key == .findCoordinator, moved.next() == 0 else { return nil }
            return FindCoordinatorResponse {
                $0.coordinators = [
                    .init {
                        $0.key = "a"
                        $0.nodeID = 1
                    }
                ]
            }
        }
        try await with(kafka) { kafka in
            kafka.change { $0.groups = ["a": 3] }
            var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
            configuration.retryBackoff = .milliseconds(1)
            try await Cluster.with(configuration) { cluster in
                let groups = await Admin(cluster).describeGroups(["a"])
                let state = try groups.first?.result.get().groupState
                #expect(state == "Empty")
            }
            #expect(kafka.asked(.describeGroups) == [1, 3])
        }
    }

    @Test("a transaction that its coordinator is still ending is asked for again until it is done")
    func terminate() async throws {
        let asked = Counter()
        let kafka = try await FakeKafka { _, key, _, _ in
            guard key == .initProducerID else { return nil }
            return InitProducerIdResponse {
                $0.errorCode = asked.next() < 2 ? .concurrentTransactions : .none
                $0.producerID = 1
            }
        }
        try await with(kafka) { kafka in
            let run = await kafka.run("transactions", "forceTerminateTransaction", "--transactional-id", "t")
            #expect(run.status == 0, "\(run)")
            #expect(kafka.asked(.initProducerID).count == 3)
        }
    }

    @Test("an empty value takes a setting of client metrics back")
    func resetClientMetrics() async throws {
        try await with(try await FakeKafka()) { kafka in
            let set = ["--interval", "1000", "--metrics", "a.", "--match", "client_id=b"]
            let unset = ["--interval", "", "--metrics", "", "--match", ""]
            for (words, expected) in [
                (set, ["interval.ms": "1000", "metrics": "a.", "match": "client_id=b"]), (unset, [:]),
            ] {
                let run = await kafka.run(["client-metrics", "--alter", "--name", "m"] + words)
                #expect(run.status == 0, "\(run)")
                #expect(kafka.config(.clientMetrics, "m") == expected)
            }
        }
    }

    @Test("client metrics are listed where nothing else is configured by name yet")
    func oldClientMetrics() async throws {
        let kafka = try await FakeKafka(newest: [.listConfigResources: 0]) { _, key, _, _ in
            guard key == .listConfigResources else { return nil }
            return ListConfigResourcesResponse {
                $0.configResources = [.init { $0.resourceName = "producers" }]
            }
        }
        try await with(kafka) { kafka in
            for words in [["client-metrics", "--list"], ["configs", "--describe", "--entity-type", "client-metrics"]] {
                let run = await kafka.run(words)
                #expect(run.status == 0 && run.output.contains("producers"), "\(run)")
            }
        }
    }
}
