// SPDX-License-Identifier: Apache-2.0

import KafkaBroker

extension ManualPage {
    /// Where they are told, for the other names of the broker.
    static func referToProperties(_ page: inout Roff) {
        page.section("PROPERTIES")
        page.line(.plain("Those of "), .bold("kafka-broker"), .plain("(1)."))
    }

    /// What a properties file of a broker and `--override` may say.
    static func writeProperties(_ page: inout Roff) {
        page.section("PROPERTIES")
        page.line(
            .plain(
                "A properties file and --override may set what Apache Kafka's brokers know. Behind each stands its "
                    + "default, and why it has no effect where it has none; kafka broker --print-config says it of the values "
                    + "in effect. Those marked with a + can be changed while the broker runs, with "),
            .bold("kafka configs"),
            .plain(" --alter --entity-type brokers."))
        for definition in ConfigTable.broker.listed {
            let value = definition.defaultValue.map { $0.isEmpty ? "empty" : $0 } ?? "not set"
            let isDynamic = definition.updateMode != .readOnly
            page.item(
                .bold(definition.name), .plain(isDynamic ? "+" : ""),
                meaning: .plain(
                    definition.documentation + " [\(value)]"
                        + (definition.withoutEffect.map { " Without effect: this broker \($0)." } ?? "")))
        }
        page.line(
            .plain("Any default of a topic can be set for one topic, without log. before its name, with "),
            .bold("kafka topics"), .plain(" --create --config or "), .bold("kafka configs"), .plain("."))
    }
}
