// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite struct ClientConfigurationTests {
    @Test("Properties by Kafka's names set the typed values")
    func properties() throws {
        var configuration = ClientConfiguration()
        let unknown = try configuration.apply([
            (name: "bootstrap.servers", value: "a:1, [::1]:2"), (name: "client.id", value: "me"),
            (name: "acks", value: "all"), (name: "linger.ms", value: "7"), (name: "compression.type", value: "zstd"),
            (name: "compression.zstd.level", value: "19"), (name: "auto.offset.reset", value: "by_duration:PT1H30M"),
            (name: "isolation.level", value: "read_committed"), (name: "request.timeout.ms", value: "1500"),
            (name: "partition.assignment.strategy", value: "org.apache.kafka.clients.consumer.StickyAssignor,range"),
            (name: "no.such", value: "1"), (name: "key.serializer", value: "x"),
        ])
        #expect(unknown == ["no.such"])
        #expect(configuration.bootstrapServers.map(\.description) == ["a:1", "[::1]:2"])
        #expect(configuration.clientID == "me")
        #expect(configuration.producer.acks == -1)
        #expect(configuration.producer.linger == .milliseconds(7))
        #expect(configuration.producer.compressionSettings == CompressionSettings(.zstd, level: 19))
        #expect(configuration.consumer.autoOffsetReset == .byDuration(.seconds(5400)))
        #expect(configuration.consumer.isolationLevel == .readCommitted)
        #expect(configuration.requestTimeout == .milliseconds(1500))
        #expect(configuration.consumer.assignors == [.sticky, .range])
    }

    @Test("A record's time must be longer than it may linger, and grows with that unless it was asked for")
    func deliveryTimeout() throws {
        var configuration = ClientConfiguration()
        _ = try configuration.set("linger.ms", "200000")
        try configuration.validate()
        #expect(configuration.producer.longestDelivery(.seconds(30)) == .seconds(230))
        _ = try configuration.set("delivery.timeout.ms", "200000")
        let error = #expect(throws: ClientError.self) { try configuration.validate() }
        #expect(
            error?.message
                == "delivery.timeout.ms=200000 must be larger than linger.ms=200000, or nothing could be delivered in time."
        )
        _ = try configuration.set("delivery.timeout.ms", "200001")
        try configuration.validate()
        #expect(configuration.producer.longestDelivery(.seconds(30)) == .milliseconds(200_001))
    }

    @Test(
        "Bad values are refused in Kafka's words",
        arguments: [
            (
                "compression.type", "nosuch",
                "Invalid value nosuch for configuration compression.type: String must be one of: none, gzip, snappy, lz4, zstd"
            ),
            ("acks", "2", "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1"),
            ("linger.ms", "soon", "Invalid value soon for configuration linger.ms: Not a number of type LONG"),
            ("batch.size", "-1", "Invalid value -1 for configuration batch.size: Value must be at least 0"),
            (
                "enable.idempotence", "perhaps",
                "Invalid value perhaps for configuration enable.idempotence: Expected value to be either true or false"
            ),
            (
                "transactional.id", "",
                "Invalid value  for configuration transactional.id: String must be non-empty"
            ),
            (
                "auto.offset.reset", "by_duration:P999999999999999999999999D",
                "Invalid value by_duration:P999999999999999999999999D for configuration auto.offset.reset: Invalid value "
                    + "`by_duration:P999999999999999999999999D` for configuration auto.offset.reset. The value must be "
                    + "either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."
            ),
            ("bootstrap.servers", "nohost:x", "Invalid url in bootstrap.servers: nohost:x (HOST:PORT is expected)"),
            ("bootstrap.servers", "", "No bootstrap server given in bootstrap.servers: ''"),
        ])
    func badValues(name: String, value: String, message: String) {
        var configuration = ClientConfiguration()
        let error = #expect(throws: ClientError.self) { _ = try configuration.set(name, value) }
        #expect(error?.message == message)
        #expect(error?.kind == .configuration)
    }

    @Test("A time before 1970 is no special offset")
    func timesBefore1970() {
        #expect([-1, -2, -3, Int64.min].map { OffsetSpec.timestamp($0).timestamp } == [0, 0, 0, 0])
        #expect(OffsetSpec.timestamp(1).timestamp == 1 && OffsetSpec.earliest.timestamp == -2)
    }

    @Test("Every definition takes its own default value and has one line of documentation")
    func definitions() throws {
        for definition in ClientConfiguration.definitions {
            #expect(!definition.documentation.isEmpty && !definition.documentation.contains("\n"))
            guard let standard = definition.defaultValue, !standard.isEmpty else { continue }
            var configuration = ClientConfiguration()
            #expect(try configuration.set(definition.name, standard), "\(definition.name)")
        }
        #expect(ClientConfiguration.definitions.map(\.name) == ClientConfiguration.definitions.map(\.name).sorted())
    }

    @Test("A contradiction between idempotence and other settings is an error only if idempotence was asked for")
    func idempotence() throws {
        var configuration = ClientConfiguration()
        _ = try configuration.apply([(name: "acks", value: "1")])
        try configuration.validate()
        #expect(!configuration.producer.isIdempotent)
        _ = try configuration.apply([(name: "enable.idempotence", value: "true")])
        #expect(throws: ClientError.self) { try configuration.validate() }
    }

    @Test(
        "Addresses are read as Kafka's clients read them",
        arguments: [
            ("localhost:9092", "localhost:9092"), ("[::1]:9092", "[::1]:9092"), ("PLAINTEXT://h:1", "h:1"),
            ("10.0.0.1:65535", "10.0.0.1:65535"), ("h", "h:9092"), ("h:0", nil), ("h:65536", nil),
            ("::1:9092", "[::1]:9092"), ("::1", "[::1]:9092"), ("[::1]", "[::1]:9092"),
            ("fe80::1:2:3", "[fe80::1:2]:3"),
            ("2001:db8:0:0:0:0:0:1", "[2001:db8:0:0:0:0:0:1]:9092"), ("fe80::1%eth0:9093", "[fe80::1%eth0]:9093"),
            ("kafka://h:9093/", "h:9093"), ("SASL_SSL://[::1]:1", "[::1]:1"), ("::1:99999", nil), ("[h]:1", nil),
            (":9092", nil), ("h:x", nil), ("h:", nil), ("h:+1", nil), ("a:b:c", nil), ("h:1:2", nil), ("", nil),
            ("kafka://", nil), ("h h:1", nil), ("u@h:1", nil), ("h:99999999999999999999", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(BrokerAddress(text)?.description == expected)
    }

    @Test("A list of addresses may have blanks, and names each once")
    func lists() throws {
        #expect(try BrokerAddress.parse(" a:1 , b ,, a:1,b:9092").map(\.description) == ["a:1", "b:9092"])
        #expect(throws: ClientError.self) { try BrokerAddress.parse(" , ") }
    }

    @Test(
        "Durations in ISO 8601 are read, and nothing else",
        arguments: [
            ("P1D", 86_400), ("PT1H", 3600), ("P1DT2H3M4.5S", 93_784.5), ("1D", nil), ("P", nil), ("PT", nil),
            ("PT1D", nil), ("P-1D", nil), ("P1DT2", nil),
        ] as [(String, Double?)])
    func durations(text: String, seconds: Double?) {
        #expect(Duration(iso8601: Substring(text)) == seconds.map { .seconds($0) })
    }
}
