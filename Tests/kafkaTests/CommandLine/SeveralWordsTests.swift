// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Testing

@testable import kafka

@Suite("Where several things can be meant, several words are taken")
struct SeveralWordsTests {
    @Test("topics are created, listed, described and deleted by their names, and a name that is none is said")
    func topics() async throws {
        let broker = try await Broker.start()
        func run(_ line: String) async -> CommandRun {
            await CommandRun(
                line.split(separator: " ").map(String.init),
                variables: ["KAFKA_BOOTSTRAP_SERVERS": broker.bootstrapServers])
        }
        let created = await run("topics create orders payments refunds --partitions 2")
        #expect(
            created.output == "Created topic orders.\nCreated topic payments.\nCreated topic refunds.\n", "\(created)")
        #expect(await run("topics list orders pay.*").output == "orders\npayments\n")
        let described = await run("topics describe orders nosuch payments --output json")
        #expect(described.output.split(separator: "\n").count == 2 && described.status == 1, "\(described)")
        #expect(described.error == "kafka topics: Topic 'nosuch' does not exist\n")
        let offsets = await run("get-offsets orders nosuch payments")
        #expect(offsets.output == "orders:0:0\norders:1:0\npayments:0:0\npayments:1:0\n", "\(offsets)")
        #expect(offsets.status == 1 && offsets.error.contains("'nosuch'"))
        let deleted = await run("delete-records orders:0:0 payments:1:-1")
        #expect(deleted.status == 0, "\(deleted)")
        #expect(
            deleted.output.hasSuffix("partition: orders-0\tlow_watermark: 0\npartition: payments-1\tlow_watermark: 0\n")
        )
        let gone = await run("topics delete orders nosuch payments")
        #expect(gone.status == 1 && gone.error.contains("'nosuch'"), "\(gone)")
        #expect(await run("topics list").output == "refunds\n")
        #expect(await run("topics delete nosuch refunds --if-exists").status == 0)
        let groups = await run("consumer-groups describe a b")
        #expect(groups.error.contains("'a'") && groups.error.contains("'b'"), "\(groups)")
        try await broker.stop()
    }
}
