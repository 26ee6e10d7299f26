// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import Testing

@testable import kafka

@Suite("Tables")
struct TableTests {
    private let table = Table(
        columns: [
            .init("GROUP", 15, cut: 2), .init("LAG", 15), .init("EPOCH", 9, if: false),
            .init("CONSUMER-ID", 40, cut: 1),
            .init("HOST", 0),
        ],
        rows: [["billing", "17", "3", "console-consumer-0f3c9a7e-61f0-4c84-b0ff-3a1b2c3d4e5f", "/10.0.0.1"]])

    @Test("are as wide as Kafka's where nothing wraps")
    func unfitted() {
        let lines = [
            "GROUP           LAG             CONSUMER-ID                              HOST",
            "billing         17              console-consumer-0f3c9a7e-61f0-4c84-b0ff-3a1b2c3d4e5f /10.0.0.1",
        ]
        #expect(table.lines(in: nil) == lines)
        #expect(table.lines(in: 95) == lines)
    }

    @Test("lose padding first, then the ends of what matters least, and nothing else")
    func fitted() {
        #expect(
            table.lines(in: 79) == [
                "GROUP   LAG CONSUMER-ID                                           HOST",
                "billing 17  console-consumer-0f3c9a7e-61f0-4c84-b0ff-3a1b2c3d4e5f /10.0.0.1",
            ])
        #expect(
            table.lines(in: 40) == [
                "GROUP   LAG CONSUMER-ID        HOST",
                "billing 17  console-consumer-… /10.0.0.1",
            ])
        #expect(table.lines(in: 32) == ["GROUP   LAG HOST", "billing 17  /10.0.0.1"])
        // What can't be cut any more wraps.
        #expect(table.lines(in: 10) == ["GROUP   LAG HOST", "billing 17  /10.0.0.1"])
    }

    @Test("of offsets keep every number whole at any width, and are as they were in a file and in JSON")
    func offsets() async throws {
        let kafka = try await FakeKafka { _, key, _, _ in
            switch key {
            case .consumerGroupDescribe:
                ConsumerGroupDescribeResponse {
                    $0.groups = [
                        .init {
                            $0.groupID = "billing"
                            $0.errorMessage = nil
                            $0.groupState = "Stable"
                            $0.members = [
                                .init {
                                    $0.memberID = "console-consumer-0f3c9a7e-61f0-4c84-b0ff-3a1b2c3d4e5f"
                                    $0.clientID = "console-consumer"
                                    $0.clientHost = "/127.0.0.1"
                                    $0.assignment.topicPartitions = [
                                        .init {
                                            $0.topicName = "orders"
                                            $0.partitions = [0]
                                        }
                                    ]
                                }
                            ]
                        }
                    ]
                }
            case .offsetFetch:
                OffsetFetchResponse {
                    $0.groups = [
                        .init {
                            $0.groupID = "billing"
                            $0.topics = [
                                .init {
                                    $0.name = "orders"
                                    $0.partitions = [.init { $0.committedOffset = 42 }]
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
            state.groups = ["billing": 1]
        }
        let words = ["consumer-groups", "describe", "billing"]
        let whole = await kafka.run(words)
        #expect(whole.output.split(separator: "\n").contains { $0.count > 110 }, "\(whole)")
        for width in [60, 80, 100, 110, 120] {
            let run = await kafka.run(words, terminalWidth: width)
            let lines = run.output.split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width }, "\(run.output)")
            #expect(lines.last?.split(separator: " ").prefix(6) == ["billing", "orders", "0", "42", "100", "58"])
        }
        #expect(await kafka.run(words, terminalWidth: 1000).output == whole.output)
        let json = words + ["--output", "json"]
        #expect(await kafka.run(json, terminalWidth: 80).output == (await kafka.run(json)).output)
        await kafka.stop()
    }

    @Test("with tabs lose them where they would wrap")
    func tabs() {
        func text(_ width: Int?) -> String {
            let environment = Environment(outputIsTerminal: width != nil, terminalWidth: width)
            let context = Context(out: Output(), err: Output(), environment: environment)
            TabTable(headers: ["NodeId", "DirectoryId", "Lag"], rows: [["1", "AAAAAAAAAAAAAAAAAAAAAA", "0"]]).print(
                context)
            return context.out.text
        }
        let kafkas = "NodeId\tDirectoryId           \tLag\t\n1     \tAAAAAAAAAAAAAAAAAAAAAA\t0  \t\n"
        #expect(text(nil) == kafkas)
        #expect(text(40) == kafkas)
        #expect(text(39) == "NodeId  DirectoryId             Lag\n1       AAAAAAAAAAAAAAAAAAAAAA  0  \n")
    }
}
