// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension ConsoleConsumerCommand {
    static let definition = CommandDefinition(
        name: "console-consumer",
        summary: "Print the records of topics",
        options: [
            .value(
                "topic", "TOPIC", "Topic to read; may be repeated, or be several with commas", repeats: true,
                completion: .topic),
            .value("include", "REGEX", "Read all topics whose names match", aliases: ["whitelist"]),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value(
                "partition", "N",
                "Read only this partition, from --offset or its end; may be repeated, or be 0,2 or 0-3",
                repeats: true),
            .value(
                "offset", "OFFSET",
                "Where to begin: a number (with --partition), earliest, latest, -N for N records before the end, "
                    + "a time (2026-01-31, 2026-01-31T08:00:00Z, @MILLISECONDS), or a duration before now (-30m) [latest]",
                repeats: true, completion: .words(["earliest", "latest"])),
            .flag("from-beginning", "Begin with the oldest record, unless the group has offsets already"),
            .value(
                "until", "OFFSET",
                "Where to end, in the forms of --offset, such as now or latest; records from there on are left out",
                completion: .words(["now", "latest"])
            ).added(),
            .value("tail", "N", "Begin with the newest N records of all partitions together, in the order of time")
                .added(),
            .flag(
                "exit-at-end",
                "End where there are no more records, rather than wait for some; a group's member that gets no partitions "
                    + "ends after two heartbeats"
            ).added(),
            .value("max-messages", "N", "End after this many records"),
            .value("timeout-ms", "MS", "End when no record came for this long"),
            .value(
                "where", "CONDITION",
                "Only records that fulfil it, such as 'status >= 500 and path ~ \"^/api\"'; may be "
                    + "repeated", repeats: true
            ).added(),
            .value(
                "select", "FIELDS", "Print only these fields, such as id,user.name; with --format json as an object",
                repeats: true
            ).added(),
            .value(
                "format", "FORMAT",
                "json: all of a record as an object a line; plain: as Kafka prints it; or a format string such as "
                    + "'%t %p %o %k %s\\n' [plain, aligned at a terminal]",
                completion: .words(["json", "plain"])
            ).added(),
            .value("key-delimiter", "TEXT", "Print keys, with this text behind them; \\t, \\n and \\xNN are escapes")
                .added(),
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
        sections: manual,
        examples: [
            .init("kafka console-consumer orders --from-beginning", "Print all records, then wait for more"),
            .init(
                "kafka console-consumer --topic orders --partition 0 --offset 42 --max-messages 1 --property print.key=true",
                "Print one record with its key"),
            .init("kafka console-consumer orders --tail 20", "Print the newest 20 records, then wait for more"),
            .init(
                "kafka console-consumer orders --offset -30m --exit-at-end --format json",
                "All that came in half an hour, as JSON"),
        ],
        differences: [
            "At a terminal records are printed in columns, unless options say otherwise.",
            "A topic that does not exist is an error at once; it is not created.",
            "Without --group no consumer group is made, and none is left behind.",
            "The end by --timeout-ms is silent, but for the count of records.",
        ])
}
