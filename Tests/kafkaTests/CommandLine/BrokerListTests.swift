// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("--broker-list")
struct BrokerListTests {
    @Test("has the numbers of brokers in log-dirs and reassign-partitions, beside the address of the cluster")
    func numbers() throws {
        let logDirs = try LogDirsCommand(
            OptionParser.parse(
                ["--describe", "--broker-list", "1,2", "-b", "host:9092"], LogDirsCommand.definition))
        #expect(logDirs.connection.bootstrapServers == "host:9092")
        let alone = try LogDirsCommand(
            OptionParser.parse(["--describe", "--broker-list", "1,2"], LogDirsCommand.definition))
        #expect(alone.connection.bootstrapServers == nil)
        let shell = ShellDefaults(bootstrapServers: "host:9092", tools: Tools.table)
        #expect(
            shell.applied(to: ["--describe", "--broker-list", "1"], of: "log-dirs")
                == ["--bootstrap-server", "host:9092", "--describe", "--broker-list", "1"])
    }

    @Test("is the old name of --bootstrap-server in others")
    func address() throws {
        let words = ["--topic", "t", "--broker-list", "host:9092"]
        let offsets = try GetOffsetsCommand(OptionParser.parse(words, GetOffsetsCommand.definition))
        #expect(offsets.connection.bootstrapServers == "host:9092")
    }
}
