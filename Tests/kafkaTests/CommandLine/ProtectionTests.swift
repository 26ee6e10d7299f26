// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("A protected cluster")
struct ProtectionTests {
    static let file = TemporaryFile(
        "[p]\nprotected=true\nbootstrap.servers=127.0.0.1:1,localhost:2\n[free]\nbootstrap.servers=127.0.0.1:3\n")
    static let json = TemporaryFile(
        #"{"version":1,"partitions":[{"topic":"t","partition":0,"offset":1,"replicas":[1]}]}"#)

    func run(_ words: [String]) async -> CommandRun {
        await CommandRun(words, variables: ["KAFKA_CONFIG": Self.file.path])
    }

    func words(_ line: String) -> [String] {
        line.split(separator: " ").map { $0.replacing("{json}", with: Self.json.path) }.map(String.init)
    }

    @Test(
        "lets nothing be destroyed that is not confirmed",
        arguments: [
            "topics --delete --topic t", "topics delete t", "delete-records t:0:1",
            "delete-records --offset-json-file {json}",
            "consumer-groups --delete --group g", "consumer-groups --delete-offsets --group g --topic t",
            "consumer-groups --reset-offsets --group g --topic t --to-earliest --execute",
            "share-groups --delete --group g", "share-groups --delete-offsets --group g --topic t",
            "share-groups --reset-offsets --group g --topic t --to-earliest --execute",
            "streams-groups --delete --group g",
            "streams-groups --delete-offsets --group g --input-topic t",
            "streams-groups --reset-offsets --group g --input-topic t --to-earliest --execute",
            "streams-application-reset --application-id a", "streams-application-reset --application-id a --force",
            "acls --remove --topic t --force", "configs --alter --topic t --delete-config retention.ms",
            "configs --alter --topic t --add-config retention.ms=1",
            "configs --alter --topic t --add-config-file /dev/null",
            "configs --alter --topic t --add-config cleanup.policy=delete",
            "configs --alter --user u --delete-config SCRAM-SHA-256",
            "reassign-partitions --execute --reassignment-json-file {json}",
            "leader-election --election-type unclean --all-topic-partitions",
            "leader-election --election-type UNCLEAN --all-topic-partitions",
            "transactions abort --topic t --partition 0 --start-offset 1",
            "transactions forceTerminateTransaction --transactional-id t",
            "features downgrade --feature transaction.version=1", "features disable --feature transaction.version",
            "cluster unregister --id 1",
            "metadata-quorum remove-controller --controller-id 1 --controller-directory-id MkU3OEVBNTcwNTJENDM2Qg",
            "client-metrics --delete --name m", "delegation-tokens --expire --expiry-time-period -1 --hmac YQ==",
        ])
    func refused(line: String) async {
        let words = words(line)
        let refusal = await run(["--cluster", "p"] + words).refusal
        #expect(refusal?.contains("'p' is a protected cluster") == true, "\(refusal ?? "not refused")")
        // With its address alone it is the same cluster.
        for address in ["other:9092,localhost:2", "127.0.0.1:2", "LOCALHOST:1"] {
            let byAddress = await run(words + ["--bootstrap-server", address]).refusal
            #expect(byAddress?.contains("'p' is a protected cluster") == true, "\(byAddress ?? "not refused")")
        }
        for allowed in [["--cluster", "p"] + words + ["--yes"], ["--cluster", "free"] + words] {
            let run = await run(allowed)
            #expect(run.status == 1 && run.error.contains("127.0.0.1:") && !run.error.contains("protected"), "\(run)")
        }
    }

    @Test(
        "lets everything else be done",
        arguments: [
            "topics --list", "topics --create --topic t",
            "consumer-groups --reset-offsets --group g --topic t --to-earliest",
            "consumer-groups --reset-offsets --group g --topic t --to-earliest --dry-run", "acls --list",
            "configs --describe --topic t", "configs --alter --topic t --add-config max.message.bytes=1",
            "reassign-partitions --list", "leader-election --election-type preferred --all-topic-partitions",
            "features describe", "features downgrade --feature transaction.version=1 --dry-run", "transactions list",
            "streams-application-reset --application-id a --dry-run", "cluster cluster-id",
        ])
    func allowed(line: String) async {
        let run = await run(["--cluster", "p"] + words(line))
        #expect(run.status == 1 && !run.error.contains("protected"), "\(run)")
    }

    @Test("has --yes in every tool that destroys, and in no other", arguments: Tools.listed)
    func option(name: String) throws {
        let definition = try #require(Tools.command(named: name)).definition
        #expect(definition.allOptions.contains { $0.name == "yes" } == (definition.destruction != nil))
    }
}
