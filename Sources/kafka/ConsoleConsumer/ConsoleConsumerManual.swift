// SPDX-License-Identifier: Apache-2.0

extension ConsoleConsumerCommand {
    static let manual: [CommandDefinition.Section] = [
        .init(
            title: "WHAT IS READ",
            blocks: [
                .paragraph(
                    """
                    --offset and --until take the same places. Without --partition they hold for all partitions of all \
                    topics, and each has its own end; records that come later than --until now or --exit-at-end are left out.
                    """),
                .item(
                    "42",
                    """
                    An offset, with --partition. Reading begins with it, or ends before it. Where the partition does not \
                    have it, reading begins at the end that is nearer, and a warning says so.
                    """),
                .item("earliest, latest", "The beginning and the end."),
                .item("-5", "Five offsets before the end, in each partition."),
                .item(
                    "2026-01-31T08:00:00.000+01:00, 2026-01-31, @1769846400000",
                    """
                    The first record that is not older than a time: UTC where no zone is named, midnight where only a day \
                    is; behind an @ milliseconds since 1970.
                    """),
                .item(
                    "-30m", "The same for so long ago: w, d, h, m, s and ms, which may follow each other as in -1h30m."),
                .item("now", "As latest."),
                .paragraph(
                    """
                    --tail N begins with the newest N records of all partitions together, sorted by their timestamps, and \
                    then waits for more unless --exit-at-end or --until says otherwise. With --where these are the newest \
                    that fulfil it.
                    """),
            ]),
        .init(
            title: "OUTPUT",
            blocks: [
                .paragraph(
                    """
                    To a pipe or file records are printed as Kafka's tool prints them. At a terminal, unless --format, \
                    --select, --property, --formatter or a deserializer is given or TERM is dumb, each is a line with \
                    time, partition:offset, key, headers and value in columns; what would break the line is shown with a \
                    backslash. --format plain is Kafka's form there too.
                    """),
                .paragraph(
                    """
                    --format json prints all of a record as an object on a line, from which console-producer --format json \
                    makes the same record; the fields are described in kafka-console-producer(1). All of them are always \
                    there, value_base64 and key_base64 instead of value and key where the bytes are not UTF-8.
                    """),
                .paragraph(
                    """
                    A format string holds fields and, as \\n, \\t, \\r, \\0, \\\\ and \\xNN, special characters; nothing is \
                    added to it. Null is written as the property null.literal says, or as nothing.
                    """),
            ] + PatternFormatter.letters.map { .item($0.letter, $0.meaning + ".") }),
        .init(
            title: "CONDITIONS AND FIELDS",
            blocks: [
                .paragraph(
                    """
                    A name in --where and --select is a field of the value, which must be JSON: status, user.name, \
                    items[0].id, or value["odd name"] for what is no word. These names are parts of the record:
                    """),
                .item(
                    "topic, partition, offset, timestamp, key, value", "The timestamp is in milliseconds since 1970."),
                .item("headers.NAME", "The last header of that name; headers[\"NAME\"] for what is no word."),
                .item("value.NAME, key.NAME", "A field of the JSON of the value or key, whatever its name is."),
                .paragraph(
                    """
                    Conditions compare with == != < <= > >=, match a regular expression anywhere in a text with ~ and !~, \
                    and look into a list with in (1, 2). They are joined with and, or, not and parentheses; a field alone \
                    holds unless it is missing, null or false. Texts stand in single or double quotes.
                    """),
                .paragraph(
                    """
                    A field that isn't there, or a value that is no JSON, equals null and nothing else, and is neither \
                    less nor more than anything. A number and a text are never equal, but keys, values and headers as a \
                    whole count as numbers beside one. The timestamp may stand beside a time or duration as above.
                    """),
                .paragraph(
                    """
                    --select prints fields with tabs between (or key.separator), null as null.literal says; tabs, line \
                    ends and backslashes in them are escaped as \\t, \\n, \\r and \\\\. With --format json it prints an object \
                    on a line, whose names are the fields as they were typed.
                    """),
                .example(
                    "kafka console-consumer orders --where 'status >= 500 and path ~ \"^/api\"' --select id,user.name",
                    "Two fields of some records"),
                .example(
                    "kafka console-consumer orders --where 'headers.trace == \"a1\" or timestamp < \"-1h\"'",
                    "By header or age"),
            ]),
    ]
}
