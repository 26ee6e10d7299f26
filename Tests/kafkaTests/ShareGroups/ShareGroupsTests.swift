// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Testing

@testable import kafka

@Suite("share-groups")
struct ShareGroupsTests {
    @Test("prints offsets, and dashes where the group has not begun")
    func offsets() {
        let context = Context(out: Output(), err: Output())
        func offset(_ start: Int64, _ lag: Int64) -> DescribeShareGroupOffsetsResponse.Partition {
            .init {
                $0.startOffset = start
                $0.leaderEpoch = 4
                $0.lag = lag
            }
        }
        let rows = [(TopicPartition("jobs", 0), offset(7, 2)), (TopicPartition("jobs", 1), offset(-1, -1))]
        ShareGroupTables.offsets("workers", rows, false, context)
        #expect(
            context.out.text == """

                GROUP           TOPIC           PARTITION  START-OFFSET  LAG
                workers         jobs            0          7             2
                workers         jobs            1          -             -

                """)
    }

    @Test("prints members with what they have")
    func members() {
        let context = Context(out: Output(), err: Output())
        let group = ShareGroupDescribeResponse.DescribedGroup {
            $0.groupID = "workers"
            $0.groupState = "Stable"
            $0.members = [
                .init {
                    $0.memberID = "m"
                    $0.clientID = "c"
                    $0.clientHost = "/h"
                    $0.memberEpoch = 3
                    $0.assignment.topicPartitions = [
                        .init {
                            $0.topicName = "jobs"
                            $0.partitions = [1, 0]
                        }
                    ]
                }
            ]
        }
        ShareGroupTables.members(group, true, context)
        let lines = context.out.text.split(separator: "\n")
        #expect(lines[0].hasSuffix("CLIENT-ID       #PARTITIONS  MEMBER-EPOCH  ASSIGNMENT"))
        #expect(lines[1].hasSuffix("c               2            3             jobs:0,1"))
    }

    @Test(
        "refuses bad options",
        arguments: [
            ("share-groups", "exactly one action"),
            ("share-groups --describe", "[group]"),
            ("share-groups --describe --group a --members --state", "at most one"),
            ("share-groups --list --state Nope", "'Nope'"),
            ("share-groups --list --group a", "[group]"),
            ("share-groups --delete", "[group]"),
            ("share-groups --delete --group a --all-groups", "[all-groups]"),
            ("share-groups --delete-offsets --group a", "[topic]"),
            ("share-groups --reset-offsets --group a --topic t --to-earliest", "[execute]"),
            ("share-groups --reset-offsets --group a --dry-run --to-earliest", "--all-topics, --topic"),
            ("share-groups --reset-offsets --group a --topic t --dry-run", "[to-earliest]"),
            ("share-groups --reset-offsets --group a --topic t --dry-run --to-earliest --to-latest", "[to-latest]"),
            ("share-groups --reset-offsets --group a --topic t --dry-run --to-datetime soon", "'soon'"),
            ("share-groups --describe --group a --to-earliest", "[to-earliest]"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }
}
