// SPDX-License-Identifier: Apache-2.0

extension ConsoleConsumerCommand {
    static let definition = CommandDefinition(
        name: "console-consumer",
        summary: "Print the records of topics",
        options: [
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            .value("include", "REGEX", "Read all topics whose names match", aliases: ["whitelist"]),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value("partition", "N", "Read only this partition, from --offset or its end"),
            .value(
                "offset", "OFFSET", "Where to begin in the partition: a number, earliest or latest [latest]",
                completion: .words(["earliest", "latest"])),
            .flag("from-beginning", "Begin with the oldest record, unless the group has offsets already"),
            .value("max-messages", "N", "End after this many records"),
            .value("timeout-ms", "MS", "End when no record came for this long"),
            .value("group", "GROUP", "Read as a member of this group and commit its offsets", completion: .group),
            .value(
                "property", "NAME=VALUE",
                "How records are printed: print.key, print.value, print.headers, print.timestamp, print.offset, "
                    + "print.partition, print.epoch (true or false), key.separator, line.separator, headers.separator, "
                    + "null.literal, key.deserializer, value.deserializer; may be repeated",
                aliases: ["formatter-property"], repeats: true,
                completion: .words(DefaultFormatter.propertyNames.map { $0 + "=" })),
            .value(
                "formatter", "CLASS", "One of Kafka's formatters [DefaultMessageFormatter]",
                completion: .words(RecordFormatters.names)),
            .value("formatter-config", "FILE", "File with properties of the formatter", completion: .file),
            .value("key-deserializer", "CLASS", "Kafka's class for keys, such as LongDeserializer"),
            .value("value-deserializer", "CLASS", "Kafka's class for values, such as StringDeserializer"),
            .value(
                "isolation-level", "LEVEL", "read_committed leaves out what is not committed [read_uncommitted]",
                completion: .words(["read_committed", "read_uncommitted"])),
            .flag("skip-message-on-error", "Go on after a record that can't be printed"),
            .value(
                "consumer-property", "NAME=VALUE", "Property of the client; may be repeated",
                aliases: ["command-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["consumer.config"], completion: .file
            ),
            .flag("enable-systest-events", "Print when the consumer stops, for Kafka's system tests"),
        ],
        subject: "topic",
        examples: [
            .init("kafka console-consumer orders --from-beginning", "Print all records, then wait for more"),
            .init(
                "kafka console-consumer --topic orders --partition 0 --offset 42 --max-messages 1 --property print.key=true",
                "Print one record with its key"),
        ],
        differences: [
            "A topic that does not exist is an error at once; it is not created.",
            "Without --group no consumer group is made, and none is left behind.",
            "The end by --timeout-ms is silent, but for the count of records.",
        ])
}
