// SPDX-License-Identifier: Apache-2.0

extension ManualPage {
    /// `kafka.1`
    static func writeOverview(_ tools: ToolTable, _ page: inout Roff) {
        page.section("NAME")
        page.line(.plain("kafka - Apache Kafka's command line tools and a broker, in one executable"))
        page.section("SYNOPSIS")
        page.line(.bold("kafka"), .plain(" "), .italic("TOOL"), .plain(" ["), .italic("options"), .plain("]"))
        page.paragraph(.bold("kafka help"), .plain(" "), .italic("TOOL"))
        page.section("DESCRIPTION")
        page.line(
            .plain("Each tool does what Apache Kafka's script of that name does: "), .bold("kafka topics"),
            .plain(" is "), .bold("kafka-topics.sh"),
            .plain(", with its options and its output. The tools work with every Kafka cluster, and need no Java."))
        page.paragraph(
            .plain("Called through a link named "), .bold("kafka-topics"), .plain(" or "), .bold("kafka-topics.sh"),
            .plain(", and likewise for the others, the executable is that tool."))
        page.paragraph(
            .bold("kafka run-class"), .plain(" "), .italic("CLASS"),
            .plain(", which a link named "), .bold("kafka-run-class.sh"),
            .plain(
                " is too, knows the tools by the names of their Java classes, in old packages and new ones: "
                    + "kafka.tools.GetOffsetShell is "), .bold("kafka get-offsets"), .plain("."))
        page.section("TOOLS")
        for definition in tools.definitions {
            page.item(.bold(definition.name), meaning: .plain(definition.summary + "."))
        }
        page.section("OPTIONS")
        page.line(
            .plain("A value stands behind its option or behind an equals sign: "), .bold("--topic orders"),
            .plain(" or "),
            .bold("--topic=orders"),
            .plain(". The beginning of a long option will do where it is not ambiguous. Behind "), .bold("--"),
            .plain(" everything is a word. Where a tool has actions, such as "), .bold("--create"),
            .plain(", the action may also be the first word: "), .bold("kafka topics create orders"), .plain("."))
        page.paragraph(
            .plain(
                "Letters of options are those of Kafka's tools, and where these have none kcat's: -t for --topic, -p for "
                    + "--partition, -o for --offset, -c for --max-messages, -e for --exit-at-end, -f for --format, -G for "
                    + "--group, -k for --key, -K for --key-delimiter, -H for --header. An empty value is refused."))
        page.item(
            .bold("-h"), .plain(", "), .bold("--help"), meaning: .plain("Show the tools, or the options of a tool."))
        page.item(.bold("--version"), meaning: .plain("Show the version."))
        page.item(
            .bold("--cluster"), .italic(" NAME"),
            meaning: .plain("Before the tool: the named cluster to work with, see "), .bold("kafka-security"),
            .plain("(7)."))
        page.section("EXAMPLES")
        page.example("kafka topics --list --bootstrap-server broker1:9092", does: "List the topics of a cluster")
        page.example("kafka --cluster staging topics --list", does: "The same of one that has a name")
        page.example("kafka broker --ephemeral", does: "Run a broker that forgets everything when it ends")
        ManualExtras(nil).write(&page)
        page.section("DIFFERENCES FROM APACHE KAFKA")
        page.bullet("--bootstrap-server may be left out; see ENVIRONMENT and kafka-security(7).")
        page.bullet(
            "A failure is one line on standard error that says what was wrong and what to do, and the exit status is 1. "
                + "Nothing about an error is printed on standard output.")
        page.bullet("With wrong options nothing at all is done.")
        page.bullet(
            "A command on several targets does each that can be done, prints those, names the others on standard error, "
                + "and ends with status 1.")
        page.bullet(
            "What a terminal would obey in the names of others is printed as \\xNN or \\uNNNN, and as \\uNNNN in JSON; "
                + "records go out as they are, unless it is a terminal that gets them.")
        page.bullet("Where the order of Kafka's output comes from a hash table, ours is sorted.")
        page.section("SEE ALSO")
        let pages = names(tools).dropFirst()
        for (index, name) in pages.enumerated() {
            guard let other = ManualPage(name, tools) else { continue }
            let section = other.section
            page.line(.bold(other.name), .plain(index == pages.count - 1 ? "(\(section))" : "(\(section)),"))
        }
    }
}
