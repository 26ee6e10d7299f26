// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ClientConfiguration {
    /// Every property of Kafka's clients, for option completion and suggestions; sorted by name.
    public static let definitions: [ConfigurationDefinition] =
        (common + tls + sasl + ProducerConfiguration.definitions + ConsumerConfiguration.definitions + withoutEffect)
        .sorted { $0.name < $1.name }

    static let definitionsByName = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }

    private static let common: [ConfigurationDefinition] = [
        .init("bootstrap.servers", .list, "localhost:9092", "Brokers to reach the cluster by, HOST:PORT with commas.") {
            (configuration, value) throws(ClientError) in
            configuration.bootstrapServers = try BrokerAddress.parse(value.list.joined(separator: ","))
        },
        .init("client.id", .string, "kafka", "How the client names itself to brokers.") { $0.clientID = $1.string },
        .init("client.rack", .string, "", .consumer, "Rack of the client, for fetching from the nearest replica.") {
            $0.rackID = $1.string
        },
        .init("request.timeout.ms", .int32(0 ... .max), "30000", "How long a broker may take to answer.") {
            $0.requestTimeout = $1.milliseconds
        },
        .init(
            "default.api.timeout.ms", .int32(0 ... .max), "60000", [.consumer, .admin],
            "How long a call goes on retrying."
        ) { $0.defaultAPITimeout = $1.milliseconds },
        .init(
            "socket.connection.setup.timeout.ms", .int64(.min ... .max), "10000",
            "How long the opening of a connection may take."
        ) { $0.connectTimeout = $1.milliseconds },
        .init("reconnect.backoff.ms", .int64(0 ... .max), "50", "First pause before connecting again.") {
            $0.reconnectBackoff = $1.milliseconds
        },
        .init("reconnect.backoff.max.ms", .int64(0 ... .max), "1000", "Longest pause before connecting again.") {
            $0.reconnectBackoffMax = $1.milliseconds
        },
        .init("retry.backoff.ms", .int64(0 ... .max), "100", "First pause before a retry.") {
            $0.retryBackoff = $1.milliseconds
        },
        .init("retry.backoff.max.ms", .int64(0 ... .max), "1000", "Longest pause before a retry.") {
            $0.retryBackoffMax = $1.milliseconds
        },
        .init("metadata.max.age.ms", .int64(0 ... .max), "300000", "After how long metadata is asked for again.") {
            $0.metadataMaxAge = $1.milliseconds
        },
        .init("send.buffer.bytes", .int32(-1 ... .max), "131072", "Size of the socket's send buffer; -1: system's.") {
            $0.sendBufferBytes = $1.int
        },
        .init(
            "receive.buffer.bytes", .int32(-1 ... .max), "65536", "Size of the socket's receive buffer; -1: system's."
        ) { $0.receiveBufferBytes = $1.int },
        .init(
            "security.protocol", .word(SecurityProtocol.allCases.map(\.name), ignoringCase: true), "PLAINTEXT",
            "Whether connections are encrypted and logged in."
        ) { $0.securityProtocol = SecurityProtocol(name: $1.string) ?? .plaintext },
    ]

    /// Properties of Kafka's Java clients that mean nothing here and are taken without a warning.
    private static let withoutEffect: [ConfigurationDefinition] =
        ([
            "client.dns.lookup", "config.providers", "connections.max.idle.ms", "enable.metrics.push",
            "interceptor.classes", "key.deserializer", "key.serializer", "max.poll.records", "metadata.max.idle.ms",
            "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy", "metric.reporters",
            "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
            "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms", "partitioner.class",
            "security.providers", "socket.connection.setup.timeout.max.ms", "transaction.two.phase.commit.enable",
            "value.deserializer", "value.serializer",
        ] + tlsWithoutEffect).map { name in
            ConfigurationDefinition(name, .string, nil, "Taken for compatibility; has no effect here.") { _, _ in }
        }
}
