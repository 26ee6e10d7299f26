// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ProducerConfiguration {
    static let definitions: [ConfigurationDefinition] = [
        .init(
            "acks", .word(["all", "-1", "0", "1"], ignoringCase: false), "all", .producer,
            "Replicas that must have a record before it counts as delivered."
        ) {
            $0.producer.acks = $1.string == "all" ? -1 : Int16($1.string) ?? -1
        },
        .init("linger.ms", .int64(0 ... .max), "5", .producer, "How long an open batch waits for more records.") {
            $0.producer.linger = $1.milliseconds
        },
        .init("batch.size", .int32(0 ... .max), "16384", .producer, "Bytes of a batch before compression.") {
            $0.producer.batchSize = $1.int
        },
        .init(
            "max.in.flight.requests.per.connection", .int32(1 ... .max), "5", .producer,
            "Unanswered requests a broker."
        ) { $0.producer.maxInFlight = $1.int },
        .init(
            "max.request.size", .int32(0 ... .max), "1048576", .producer,
            "Bytes of a record, and of a request's batches."
        ) { $0.producer.maxRequestSize = $1.int },
        .init(
            "buffer.memory", .int64(0 ... .max), "33554432", .producer,
            "Bytes of records that wait or are on their way."
        ) { $0.producer.bufferMemory = $1.int },
        .init(
            "delivery.timeout.ms", .int32(0 ... .max), "120000", .producer,
            "How long a record may take until it is reported as failed."
        ) { $0.producer.deliveryTimeout = $1.milliseconds },
        .init("max.block.ms", .int64(0 ... .max), "60000", .producer, "How long to wait for memory or metadata.") {
            $0.producer.maxBlock = $1.milliseconds
        },
        .init("retries", .int32(0 ... .max), "2147483647", .producer, "How often a batch is sent again at most.") {
            $0.producer.retries = $1.int
        },
        .init(
            "compression.type", .word(Compression.allCases.map(\.name), ignoringCase: false), "none", .producer,
            "Codec of the batches."
        ) { $0.producer.compression.type = Compression(name: $1.string) ?? .none },
        level(.gzip),
        level(.lz4),
        level(.zstd),
        .init("enable.idempotence", .bool, "true", .producer, "Whether a retried batch is stored only once.") {
            $0.producer.enableIdempotence = $1.bool
            $0.producer.idempotenceIsExplicit = true
        },
        .init("transactional.id", .nonEmptyString, nil, .producer, "Identity that survives restarts, for transactions.")
        {
            $0.producer.transactionalID = $1.string
        },
        .init(
            "transaction.timeout.ms", .int32(.min ... .max), "60000", .producer,
            "How long a transaction may stay open."
        ) { $0.producer.transactionTimeout = $1.milliseconds },
        .init("partitioner.ignore.keys", .bool, "false", .producer, "Whether keys don't decide the partition.") {
            $0.producer.ignoreKeys = $1.bool
        },
    ]

    private static func level(_ codec: Compression) -> ConfigurationDefinition {
        let range = codec.levels ?? 0...0
        let name = "compression.\(codec.name).level"
        return .init(
            name, .int32(.min ... .max), codec.defaultLevel.map(String.init), .producer,
            "How hard \(codec.name) tries, \(range.lowerBound) to \(range.upperBound)."
        ) { (configuration, value) throws(ClientError) in
            guard range.contains(value.int) || value.int == codec.defaultLevel else {
                throw ConfigurationDefinition.invalid(
                    name, "\(value.int)", "Value must be between \(range.lowerBound) and \(range.upperBound)")
            }
            configuration.producer.compressionLevels[codec] = value.int
        }
    }
}
