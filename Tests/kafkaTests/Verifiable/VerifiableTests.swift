// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Testing

@testable import kafka

@Suite("The verifiable tools")
struct VerifiableTests {
    @Test("print an event a line, time and name first")
    func events() {
        let context = Context(out: Output(), err: Output())
        let events = EventLines(context: context, now: { 17 })
        events.print("startup_complete")
        events.print(
            "records_consumed",
            [
                "count": .integer(2),
                "partitions": .array([EventLines.partition(TopicPartition("t", 1), ["minOffset": .integer(3)])]),
            ])
        #expect(
            context.out.text == """
                {"timestamp":17,"name":"startup_complete"}
                {"timestamp":17,"name":"records_consumed","count":2,"partitions":[{"topic":"t","partition":1,"minOffset":3}]}

                """)
    }

    @Test("name an error as Kafka's Java client does")
    func javaClass() {
        func name(_ kind: ClientError.Kind) -> Substring {
            ClientError(kind, "").javaClass.split(separator: ".").last ?? ""
        }
        #expect(ClientError(.timedOut, "").javaClass == "class org.apache.kafka.common.errors.TimeoutException")
        #expect(name(.broker(.notLeaderOrFollower)) == "NotLeaderOrFollowerException")
        #expect(name(.broker(.messageTooLarge)) == "RecordTooLargeException")
        #expect(name(.broker(.requestTimedOut)) == "TimeoutException")
    }

    @Test("give each record its value, with the prefix, and keys that repeat")
    func values() {
        let plain = VerifiableValues(prefix: nil, keys: nil)
        #expect(plain.value(12) == "12" && plain.key(12) == nil)
        let keyed = VerifiableValues(prefix: 7, keys: 3)
        #expect((0..<5).map { keyed.value($0) } == ["7.0", "7.1", "7.2", "7.3", "7.4"])
        #expect((0..<5).map { keyed.key($0) } == ["0", "1", "2", "0", "1"])
    }

    @Test(
        "refuse bad options",
        arguments: [
            ("verifiable-producer", "[topic]"),
            ("verifiable-producer --topic t --acks 2", "'2'"),
            ("verifiable-producer --topic t --max-messages x", "'x'"),
            ("verifiable-producer --topic t --throughput 0", "--throughput"),
            ("verifiable-producer --topic t --repeating-keys 0", "--repeating-keys"),
            ("verifiable-producer --topic t --message-create-time -5", "--message-create-time"),
            ("verifiable-producer --topic t --producer.config /no/such", "/no/such"),
            ("verifiable-consumer --topic t", "[group-id]"),
            ("verifiable-consumer --group-id g", "[topic]"),
            ("verifiable-consumer --topic t --group-id g --reset-policy sometimes", "'sometimes'"),
            ("verifiable-consumer --topic t --group-id g --group-protocol old", "'old'"),
            ("verifiable-consumer --topic t --group-id g --assignment-strategy Random", "'Random'"),
            ("verifiable-consumer --topic t --group-id g --session-timeout 0", "--session-timeout"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }

    @Test("hand their options on as client properties, which a file may change only for the producer")
    func properties() throws {
        let producer = try VerifiableProducerCommand(
            OptionParser.parse(["--topic", "t", "--acks", "1"], VerifiableProducerCommand.definition))
        #expect(producer.connection.properties["acks"] == "1" && producer.connection.properties["retries"] == "0")
        #expect(producer.limit == nil && producer.throughput == -1)
        let consumer = try VerifiableConsumerCommand(
            OptionParser.parse(
                ["--topic", "t", "--group-id", "g", "--enable-autocommit"], VerifiableConsumerCommand.definition))
        #expect(consumer.connection.properties["enable.auto.commit"] == "true" && !consumer.commitsItself)
        #expect(consumer.connection.properties["auto.offset.reset"] == "earliest")
        #expect(consumer.connection.properties["session.timeout.ms"] == "30000")
    }
}
