// SPDX-License-Identifier: Apache-2.0

import KafkaText

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
                .item("earliest, latest", "The beginning and the end; kcat's beginning and end are the same."),
                .item("-5", "Five offsets before the end, in each partition."),
                .item(
                    "2026-01-31T08:00:00.000+01:00, '2026-01-31 08:00', 2026-01-31, @1769846400000",
                    """
                    The first record that is not older than a time. Where no zone is named (Z is UTC) it is local time, of \
                    the machine or of $TZ, as times are printed at a terminal, which can be given back; midnight where only \
                    a day is; behind an @ milliseconds since 1970.
                    """),
                .item(
                    "-30m",
                    "The same for so long ago: w, d, h, m, s and ms, which may follow each other as in -1h30m; also now-30m."
                ),
                .item(
                    "s@1769846400000, e@1769846400000",
                    "kcat's way to say where to begin and where to end, both with --offset, of milliseconds since 1970."
                ),
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
                    Conditions are joined with and, or, not and parentheses; a field alone holds unless it is missing, null \
                    or false. Texts stand in single or double quotes: a bare word is a field, on both sides.
                    """),
                .item(
                    "== != < <= > >=", "Numbers are compared exactly, however long they are, and texts by their bytes."),
                .item("in (1, 2), not in (1, 2)", "Equals one of a list."),
                .item("\"urgent\" in tags", "The field is an array, and an element of it equals."),
                .item("between 1 and 5", "Both ends count."),
                .item("is null, is not null", "Null, or not there at all; the same as == null and != null."),
                .item(
                    "~ \"^/api\", !~, ~*, !~*",
                    "A regular expression of Java, anywhere in a text; with * without regard to case, as with (?i). Looking "
                        + "ahead or behind and back references are refused: a pattern takes no longer than its length times "
                        + "that of the text."),
                .item(
                    "like \"/api/%\", ilike",
                    "All of a text, where % is any text and _ any character; ilike ignores case."),
                .paragraph(
                    """
                    A field that isn't there, or a value that is no JSON, is null: it equals no value and no other field that \
                    isn't there, is unequal to all, and neither less nor more than anything. A number and a text are never \
                    equal, but keys, values and headers as a whole count as numbers beside one. The timestamp may stand beside \
                    a time or duration as above, with or without quotes: timestamp > -30m, timestamp >= 2026-01-31, timestamp \
                    < now - 1h.
                    """),
                .paragraph(
                    """
                    JSON is read generously: half of a surrogate pair is U+FFFD, a byte order mark is passed over, NaN equals \
                    nothing and Infinity is more than every number. What nests deeper than 200 levels is no JSON.
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
                    "kafka console-consumer orders --where 'headers.trace == \"a1\" or timestamp < -1h'",
                    "By header or age"),
            ]),
    ]
}
