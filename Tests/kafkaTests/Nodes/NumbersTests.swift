// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Synchronization
import Testing

@testable import kafka

@Suite("Numbers from a broker that make no sense")
struct NumbersTests {
    @Test(
        "A port that is none is named by every tool that has to connect to it", arguments: [70_000, -1, 0, .max, .min])
    func ports(port: Int32) async throws {
        let kafka = try await FakeKafka()
        kafka.change { state in
            state.topics = ["orders": [[2, 1]]]
            state.groups = ["a": 2]
            state.ports = [2: port]
        }
        let lines = [
            "get-offsets orders", "consumer-groups --list", "consumer-groups --describe --group a",
            "configs --describe --broker 2", "log-dirs --describe --broker-list 2", "transactions list",
            "broker-api-versions", "delete-records orders:0:1",
            "leader-election --all-topic-partitions --election-type preferred",
        ]
        for line in lines {
            let run = await kafka.run(line.split(separator: " ").map(String.init))
            #expect(run.status == 1, "\(line): \(run)")
            #expect(run.error.contains("127.0.0.1:\(port)"), "\(line): \(run)")
        }
        let shown = await kafka.run("cluster", "list-endpoints", "--output", "json")
        #expect(shown.output.contains(#""port":\#(port)"#), "\(shown)")
        await kafka.stop()
    }

    @Test("A partition and a topic that come twice count once")
    func twice() async throws {
        let port = Mutex(Int32(0))
        let doubled = try await FakeKafka(nodes: 1) { _, key, version, body in
            guard key == .metadata, try MetadataRequest.decode(body, version: version).topics != [] else { return nil }
            let partition = MetadataResponse.Partition {
                $0.leaderID = 1
                $0.replicaNodes = [1]
            }
            let topic = MetadataResponse.Topic {
                $0.name = "orders"
                $0.partitions = [partition, partition]
            }
            return MetadataResponse {
                $0.controllerID = 1
                $0.brokers = [
                    .init {
                        $0.nodeID = 1
                        $0.host = "127.0.0.1"
                        $0.port = port.withLock { $0 }
                    }
                ]
                $0.topics = [topic, topic]
            }
        }
        port.withLock { $0 = Int32(doubled.address().split(separator: ":")[1]) ?? 0 }
        doubled.change { $0.topics = ["orders": [[1]]] }
        let run = await doubled.run("get-offsets", "orders")
        #expect(run.status == 0 && run.output == "orders:0:100\n", "\(run)")
        let topics = await doubled.run("topics", "--list")
        #expect(topics.output == "orders\n", "\(topics)")
        await doubled.stop()
    }

    @Test("What a broker leaves out of its answer is named")
    func leftOut() async throws {
        let kafka = try await FakeKafka { _, key, _, _ in key == .listOffsets ? ListOffsetsResponse() : nil }
        kafka.change { $0.topics = ["orders": [[1]]] }
        let run = await kafka.run("get-offsets", "orders")
        #expect(run.status == 1 && run.error.contains("orders-0"), "\(run)")
        await kafka.stop()
    }

    @Test("Lags beyond 64 bits are as large as a number can be")
    func lags() async throws {
        let kafka = try await FakeKafka { _, key, _, _ in
            switch key {
            case .listOffsets:
                ListOffsetsResponse {
                    $0.topics = [
                        .init {
                            $0.name = "orders"
                            $0.partitions = [.init { $0.offset = .min }]
                        }
                    ]
                }
            case .offsetFetch:
                OffsetFetchResponse {
                    $0.groups = [
                        .init {
                            $0.groupID = "a"
                            $0.topics = [
                                .init {
                                    $0.name = "orders"
                                    $0.partitions = [.init { $0.committedOffset = .max }]
                                }
                            ]
                        }
                    ]
                }
            default: nil
            }
        }
        kafka.change { state in
            state.topics = ["orders": [[1]]]
            state.groups = ["a": 1]
        }
        let run = await kafka.run("consumer-groups", "--describe", "--group", "a", "--output", "json")
        #expect(run.output.contains(#""lag":\#(Int64.min)"#), "\(run)")
        let quorum = await kafka.run("metadata-quorum", "describe", "--replication", "--human-readable")
        #expect(quorum.status == 0 && quorum.output.contains("\(Int64.max)"), "\(quorum)")
        let status = await kafka.run("metadata-quorum", "describe", "--status")
        #expect(status.output.contains("MaxFollowerLag:         \(Int64.max)"), "\(status)")
        await kafka.stop()
    }

    @Test("A broker that answers with the same page for ever is found out")
    func pages() async throws {
        let kafka = try await FakeKafka { _, key, _, _ in
            guard key == .describeTopicPartitions else { return nil }
            return DescribeTopicPartitionsResponse {
                $0.nextCursor = .init {
                    $0.topicName = "orders"
                    $0.partitionIndex = 3
                }
            }
        }
        kafka.change { $0.topics = ["orders": [[1]]] }
        let run = await kafka.run("topics", "--describe", "--topic", "orders")
        #expect(run.refusal?.contains("circles") == true, "\(run)")
        await kafka.stop()
    }

    @Test("Times at both ends of what a number can say have a date", arguments: [Int64.min, .min + 1, -1, 0, .max])
    func dates(time: Int64) throws {
        let format = try #require(DateFormat("yyyy-MM-dd HH:mm:ss.SSS", .utc))
        let texts: [Int64: String] = [
            -1: "1969-12-31 23:59:59.999", 0: "1970-01-01 00:00:00.000", .max: "292278994-08-17 07:12:55.807",
        ]
        let text = format.text(time)
        if let known = texts[time] { #expect(text == known) }
        #expect(text.hasSuffix(String(String(((time % 1000) + 1000) % 1000 + 1000).dropFirst())))
    }
}
