// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("Health")
struct HealthTests {
    @Test("is a status and a line that names the cause")
    func refused() async {
        let run = await CommandRun(["health", "-b", "127.0.0.1:1"])
        #expect(run.refusal?.contains("127.0.0.1:1") == true)
        let unsaid = await CommandRun(["health"])
        #expect(unsaid.refusal?.contains("$KAFKA_BOOTSTRAP_SERVERS") == true)
    }

    @Test("has times as words")
    func words() {
        #expect(HealthCommand.words(.milliseconds(50)) == "50 ms")
        #expect(HealthCommand.words(.seconds(5)) == "5 s")
        #expect(HealthCommand.words(.milliseconds(1500)) == "1.500 s")
    }
}

@Suite("The utility belt")
struct UtilityBeltTests {
    @Test(
        "is called by the names that Confluent's images have",
        arguments: ["cub", "/usr/local/bin/cub", "ub", "/usr/bin/ub"])
    func names(path: String) { #expect(ToolTable.name(ofLink: path) == "cub") }

    @Test(
        "takes its words in any order",
        arguments: [
            "kafka-ready -b kafka:29092 1 10", "kafka-ready 1 10 -b kafka:29092", "-b kafka:29092 kafka-ready 1 10",
            "kafka-ready 1 10 --bootstrap_broker_list kafka:29092", "kafka-ready 1 10 --bootstrap-servers=kafka:29092",
        ])
    func order(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let readiness = try UtilityBeltCommand(OptionParser.parse(words, UtilityBeltCommand.definition)).readiness
        #expect(readiness.brokers == 1 && readiness.timeout == .seconds(10))
        #expect(readiness.connection.bootstrapServers == "kafka:29092")
    }

    @Test("speaks as it is told to")
    func security() throws {
        let words = ["kafka-ready", "-s", "SASL_SSL", "3", "20"]
        let readiness = try UtilityBeltCommand(OptionParser.parse(words, UtilityBeltCommand.definition)).readiness
        #expect(readiness.connection.properties["security.protocol"] == "SASL_SSL")
    }

    @Test(
        "says what it does not do, and what does",
        arguments: [
            ("", "kafka-ready N SECONDS"), ("kafka-ready 1", "two numbers"), ("kafka-ready one 10", "'one'"),
            ("kafka-ready 1 ten", "'ten'"), ("kafka-ready -1 10", "'-1'"), ("sr-ready host 8081 20", "curl"),
            ("zk-ready a:2181 10", "ZooKeeper"), ("ensure-topic a", "kafka topics"), ("nonsense", "'nonsense'"),
        ])
    func refused(line: String, cause: String) async {
        let run = await CommandRun(["cub"] + line.split(separator: " ").map(String.init))
        #expect(run.refusal?.contains(cause) == true, "\(run.error)")
    }
}
