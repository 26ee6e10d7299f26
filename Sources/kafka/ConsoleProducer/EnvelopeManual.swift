// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension Envelope {
    /// What the man page says of lines of JSON.
    static let manual = CommandDefinition.Section(
        title: "LINES OF JSON",
        blocks: [
            .paragraph(
                """
                With --format json each line of the input is an object that makes one record, and console-consumer writes \
                such lines. Only the value must be there. Null means that a record has none, except where it is said \
                otherwise. Lines of white space alone are passed over.
                """),
            .item(
                "value", "Text; null makes a tombstone. An object, array, number or boolean stands for its own text."),
            .item("key", "Likewise; null or absent for a record without a key."),
            .item("value_base64, key_base64", "Instead of value or key: bytes in base64, for what is not UTF-8."),
            .item(
                "headers",
                """
                An array of objects {"key": "a", "value": "1"}, in their order, in which names may repeat and values be \
                null; with key_base64 and value_base64 as above. Pairs ["a", "1"] and an object {"a": "1"} are taken as well.
                """),
            .item("timestamp", "Milliseconds since 1970, -1 for a record without a time; absent or null for now."),
            .item("partition", "Where the record goes; absent or null to let its key decide."),
            .item("topic", "Where the record goes if there is no --topic."),
            .item("offset", "What console-consumer saw; it is passed over."),
            .paragraph(
                """
                Lines that kcat -J has written are taken too: payload is the value, ts the timestamp unless tstype is \
                unknown, headers are an array in which names and values take turns, and broker is passed over. Their \
                strings may hold bytes that are not UTF-8, which kcat writes as they are.
                """),
            .paragraph(
                """
                Options win over what lines say: --topic, --partition, --key, --timestamp. A --header comes behind the \
                headers of the line. A partition that the topic lacks is warned of once, and the key decides.
                """),
            .paragraph(
                """
                A line that is wrong ends the tool with an error that names the line and the cause; the lines before it \
                are delivered. At a terminal the next line may be typed.
                """),
            .example(
                #"""
                {"key":"42","headers":[{"key":"trace","value":"a1"}],"value":"text","timestamp":1769846400000}
                """#, "A line"),
        ])
}
