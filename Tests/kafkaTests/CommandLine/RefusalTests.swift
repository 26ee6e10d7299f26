// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("A bad option does nothing, and one line says what was wrong")
struct RefusalTests {
    @Test(
        arguments: [
            ("topics", "exactly one action"),
            ("topics --list --create --topic x", "exactly one action"),
            ("topics --create", "[topic]"),
            ("topics --delete", "[topic]"),
            ("topics --alter --topic x", "[partitions]"),
            ("topics --alter --topic x --config a=b", "[config]"),
            ("topics --create --topic x --partitions 0", "greater than 0"),
            ("topics --create --topic x --partitions many", "'many'"),
            ("topics --create --topic x --replication-factor 0", "between 1 and 32767"),
            ("topics --create --topic x --replication-factor 99999", "99999"),
            ("topics --create --topic x --config retention.ms", "retention.ms"),
            ("topics --create --topic x --replica-assignment 1,1:2", "different replication factor"),
            ("topics --create --topic x --replica-assignment 1:1", "duplicate"),
            ("topics --create --topic x --replica-assignment one", "'one'"),
            ("topics --create --topic x --replica-assignment 1 --partitions 1", "[partitions]"),
            ("topics --list --if-exists", "[if-exists]"),
            ("topics --list --topic a[", "invalid regex"),
            ("topics --describe --topic-id 12", "'12'"),
            ("topics --describe --if-exists", "--topic"),
            ("topics --list --command-config /no/such/file", "/no/such/file"),
            ("console-producer", "[topic]"),
            ("console-producer --topic x --compression-codec nosuch", "nosuch"),
            ("console-producer --topic x --producer-property linger", "'linger'"),
            ("console-producer --topic x --batch-size big", "'big'"),
            ("console-producer --topic x --property headers.delimiter=,", "may not be equal"),
            ("console-producer --topic x --line-reader com.example.Reader", "com.example.Reader"),
            ("console-consumer", "Exactly one of --include/--topic"),
            ("console-consumer --topic a --include b", "Exactly one of --include/--topic"),
            ("console-consumer --topic a --offset 1", "partition is required"),
            ("console-consumer --topic a --partition 0 --offset abc", "'abc'"),
            ("console-consumer --topic a --partition 0 --offset -5", "'-5'"),
            ("console-consumer --topic a --partition 0 --offset 1 --from-beginning", "from-beginning"),
            ("console-consumer --topic a --partition 0 --group g", "group and partition"),
            ("console-consumer --topic a --group g --consumer-property group.id=h", "'g', 'h'"),
            ("console-consumer --topic a --from-beginning --consumer-property auto.offset.reset=latest", "latest"),
            ("console-consumer --topic a --isolation-level none", "'none'"),
            ("console-consumer --topic a --formatter DefaultMessageFromatter", "did you mean DefaultMessageFormatter?"),
            ("console-consumer --topic a --value-deserializer LongDeserialiser", "did you mean LongDeserializer?"),
            ("consumer-groups", "exactly one action"),
            ("consumer-groups --describe", "[group]"),
            ("consumer-groups --describe --group a --members --offsets", "at most one"),
            ("consumer-groups --describe --group a --state Stable", "'Stable'"),
            ("consumer-groups --list --state nosuch", "'nosuch'"),
            ("consumer-groups --list --type nosuch", "'nosuch'"),
            ("consumer-groups --list --group a", "[group]"),
            ("consumer-groups --delete --group a --topic t", "--delete-offsets"),
            ("consumer-groups --delete-offsets --group a", "[topic]"),
            ("consumer-groups --reset-offsets --group a --topic t", "[to-offset]"),
            ("consumer-groups --reset-offsets --group a --to-earliest", "--all-topics, --topic"),
            ("consumer-groups --reset-offsets --group a --topic t --to-earliest --to-latest", "[to-latest]"),
            ("consumer-groups --reset-offsets --group a --topic t --to-datetime 2020-01-01", "'T'"),
            ("consumer-groups --reset-offsets --group a --topic t --by-duration 1h", "'1h'"),
            ("consumer-groups --reset-offsets --group a --topic t:x --to-earliest", "'x'"),
            ("consumer-groups --reset-offsets --group a --topic t --to-earliest --execute --dry-run", "[execute]"),
            ("consumer-groups --reset-offsets --group a --from-file /no/such/file", "/no/such/file"),
            ("get-offsets --time yesterday", "yesterday"),
            ("get-offsets --topic a --topic-partitions b", "--topic-partitions"),
            ("get-offsets --partitions x", "x"),
            ("get-offsets --topic-partitions a:b", "a:b"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let run = await CommandRun(line.split(separator: " ").map(String.init))
        let refusal = try #require(run.refusal, "\(run)")
        #expect(refusal.contains(names), "\(refusal)")
    }
}
