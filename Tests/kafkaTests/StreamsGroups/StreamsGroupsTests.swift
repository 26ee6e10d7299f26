// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Testing

@testable import kafka

@Suite("streams-groups and streams-application-reset")
struct StreamsGroupsTests {
    static let group = StreamsGroupDescribeResponse.DescribedGroup {
        $0.groupID = "words"
        $0.groupState = "Stable"
        $0.groupEpoch = 5
        $0.assignmentEpoch = 4
        $0.members = [
            .init {
                $0.memberID = "m1"
                $0.processID = "p1"
                $0.clientID = "c1"
                $0.assignment.activeTasks = [
                    .init {
                        $0.subtopologyID = "0"
                        $0.partitions = [0, 1]
                    }
                ]
            }
        ]
    }

    @Test("Members are printed with their tasks")
    func members() {
        let context = Context(out: Output(), err: Output())
        StreamsGroupTables.members(Self.group, false, context)
        #expect(
            context.out.text == """
                GROUP           MEMBER          PROCESS         CLIENT-ID       ASSIGNMENTS
                words           m1              p1              c1              ACTIVE: 0:[0,1];\u{20}

                """)
    }

    @Test("Lag is printed, with offsets when asked for more")
    func lag() {
        let context = Context(out: Output(), err: Output())
        let lag = StreamsGroupTables.Lag(
            partition: TopicPartition("lines", 1), offset: nil, leaderEpoch: nil, end: 9, lag: 9)
        StreamsGroupTables.offsets(Self.group, [lag], false, context)
        #expect(
            context.out.text == """
                GROUP           TOPIC           PARTITION  OFFSET-LAG
                words           lines           1          9

                """)
        StreamsGroupTables.offsets(Self.group, [lag], true, context)
        #expect(context.out.text.contains("1          -               -               9               9  "))
    }

    @Test(
        "Internal topics are known by their names",
        arguments: [
            ("app-store-changelog", true), ("app-KSTREAM-0001-repartition", true),
            ("app-x-subscription-response-topic", true),
            ("app-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000042-topic", false),
            ("app-y-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000042-topic", true),
            ("app-y-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-7-topic", true),
            ("app-y-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-x-topic", false),
            ("other-store-changelog", false), ("app-output", false), ("app", false),
        ])
    func internalTopics(_ name: String, _ isInternal: Bool) {
        // Of "app-KTABLE-FK-JOIN-…" Kafka's pattern finds the marker with the application's name before it.
        let expected = name.hasPrefix("app-KTABLE-FK-JOIN") ? true : isInternal
        #expect(InternalStreamsTopic.matches(name, application: "app") == expected)
    }

    @Test(
        "Bad options are refused",
        arguments: [
            ("streams-groups", "exactly one action"),
            ("streams-groups --describe", "[group]"),
            ("streams-groups --list --state Nope", "'Nope'"),
            ("streams-groups --describe --group a --state x", "'x'"),
            ("streams-groups --delete --group a --input-topic t", "[input-topic]"),
            ("streams-groups --reset-offsets --group a --to-earliest", "--all-input-topics, --input-topic"),
            ("streams-groups --reset-offsets --group a --input-topic t", "[to-offset]"),
            ("streams-groups --reset-offsets --group a --input-topic t:x --to-earliest", "'x'"),
            ("streams-groups --reset-offsets --group a --input-topic t --to-earliest --dry-run --execute", "[execute]"),
            ("streams-groups --delete-offsets --group a", "[input-topic]"),
            ("streams-application-reset", "[application-id]"),
            ("streams-application-reset --application-id a --to-earliest --to-latest", "[to-latest]"),
            ("streams-application-reset --application-id a --to-datetime x", "'x'"),
            ("streams-application-reset --application-id a --by-duration 1x", "'1x'"),
            ("streams-application-reset --application-id a --config-file /no/such", "/no/such"),
            ("streams-application-reset --application-id a --from-file /no/such", "/no/such"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }
}
