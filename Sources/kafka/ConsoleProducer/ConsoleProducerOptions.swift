// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension ConsoleProducerCommand {
    static let definition = CommandDefinition(
        name: "console-producer",
        summary: "Write the lines of standard input to a topic",
        options: [
            .value(
                "topic", "TOPIC", "Topic to write to; with --format json lines may name their own", completion: .topic),
            .value(
                "format", "FORMAT",
                "lines, or json: a JSON object a line, with key, value, headers and more, or as kcat -J writes it [lines]",
                completion: .words(["lines", "json"])
            ).added(),
            .value(
                "delimiter", "TEXT",
                "What ends a record instead of a newline; may hold \\n, \\t, \\0, \\x1e and the like",
                short: "D"
            ).added(),
            .flag("whole", "Make one record of all that comes from standard input").added(),
            .value("key", "KEY", "Key of all records").added().allowingEmpty(),
            .value(
                "key-delimiter", "TEXT", "Lines are a key, this text, and a value; \\t and \\xNN are escapes"
            ).added(),
            .value("header", "NAME=VALUE", "Header of all records; may be repeated", repeats: true).added(),
            .value("partition", "N", "Partition of all records").added(),
            .value("timestamp", "TIME", "Time of all records: milliseconds since 1970 or 2026-01-31T08:00:00Z").added(),
            .flag("tombstone", "Lines are keys, and the values null; with --key one such record and no input").added(),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .optionalValue(
                "compression-codec", "CODEC", "none, gzip, snappy, lz4 or zstd; gzip when no codec is named [none]",
                completion: .words(["none", "gzip", "snappy", "lz4", "zstd"])),
            .value(
                "property", "NAME=VALUE",
                "How lines are read: parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, "
                    + "headers.key.separator, null.marker, ignore.error; may be repeated",
                aliases: ["reader-property"], repeats: true,
                completion: .words(LineFormat.propertyNames.map { $0 + "=" })),
            .value("reader-config", "FILE", "File with such properties", completion: .file),
            .value(
                "producer-property", "NAME=VALUE", "Property of the client, such as acks=all; may be repeated",
                aliases: ["command-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["producer.config"], completion: .file
            ),
            .flag("history", "Keep lines typed at a terminal in a file, for the arrow keys of later runs").added(),
            .flag("sync", "Wait for each line to be acknowledged before the next is sent"),
            .value(
                "request-required-acks", "ACKS", "Replicas that must have a line: all or -1, 1, 0 [all]",
                completion: .words(["all", "-1", "1", "0"])),
            .value("batch-size", "BYTES", "Bytes to gather for one partition before sending"),
            .value("max-partition-memory-bytes", "BYTES", "The same; wins over --batch-size"),
            .value("timeout", "MS", "Longest wait for a batch to fill (linger.ms)"),
            .value("message-send-max-retries", "N", "Times a batch is sent again (retries)"),
            .value("retry-backoff-ms", "MS", "Wait before sending again (retry.backoff.ms)"),
            .value("request-timeout-ms", "MS", "Wait for an acknowledgement (request.timeout.ms)"),
            .value(
                "metadata-expiry-ms", "MS", "How long to believe what is known of the cluster (metadata.max.age.ms)"),
            .value("max-block-ms", "MS", "Longest wait for the topic or for room in the buffer (max.block.ms)"),
            .value("max-memory-bytes", "BYTES", "Memory for lines that are not yet sent (buffer.memory)"),
            .value("socket-buffer-size", "BYTES", "Send buffer of the socket (send.buffer.bytes)"),
            .value("line-reader", "CLASS", "Only Kafka's LineMessageReader is known"),
        ],
        subject: "topic",
        sections: [Envelope.manual],
        examples: [
            .init("kafka console-producer orders < orders.jsonl", "One record a line"),
            .init(
                "kafka console-producer --topic orders --property parse.key=true --property key.separator=:",
                "Lines of the form key:value"),
            .init(
                "kafka console-producer orders --header source=import --partition 2 < orders.jsonl",
                "The same header and partition for all"),
            .init("kafka console-producer documents --whole --key report.pdf < report.pdf", "A file as one record"),
            .init("kafka console-producer orders --key 42 --tombstone", "Delete a key from a compacted topic"),
            .init(
                "kafka console-producer copy --format json < orders.json",
                "Records as console-consumer --format json writes them, with all that they have"),
        ],
        differences: [
            "Lines end in a newline and nothing else: carriage returns and bytes that are not UTF-8 are kept as they are.",
            "headers.separator is a regular expression, as in Kafka, but one character is itself, and so is what is no regular "
                + "expression.",
            "A line that can't be delivered is named on standard error, and the exit status is 1.",
            "At a terminal lines are edited, and earlier ones come back with the arrow keys; with --history those of "
                + "earlier runs too, from $XDG_STATE_HOME/kafka/console-producer-history.",
            "A long input ends early, with status 1, once brokers have taken nothing for delivery.timeout.ms and "
                + "buffer.memory is full.",
            "After Ctrl-C or SIGTERM what was read is delivered while brokers take it; after three seconds without any "
                + "progress the rest is given up.",
            "While a long pipe is read and standard error is a terminal, a line there says how far it has come.",
            "Unless options say otherwise batches are larger and wait less long (linger.ms) than in Kafka's tool.",
        ])

    /// Options that are another spelling of a client property.
    static let propertyOptions: [(option: String, property: String)] = [
        ("timeout", "linger.ms"), ("request-required-acks", "acks"), ("request-timeout-ms", "request.timeout.ms"),
        ("message-send-max-retries", "retries"), ("retry-backoff-ms", "retry.backoff.ms"),
        ("socket-buffer-size", "send.buffer.bytes"), ("max-memory-bytes", "buffer.memory"),
        ("batch-size", "batch.size"), ("max-partition-memory-bytes", "batch.size"),
        ("metadata-expiry-ms", "metadata.max.age.ms"), ("max-block-ms", "max.block.ms"),
    ]
}
