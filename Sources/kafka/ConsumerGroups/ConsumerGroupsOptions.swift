// SPDX-License-Identifier: Apache-2.0

extension ConsumerGroupsCommand {
    static let definition = CommandDefinition(
        name: "consumer-groups",
        summary: "List and describe consumer groups, delete them, and reset or delete their offsets",
        actions: [
            .flag("list", "List groups, with --state or --type in a table"),
            .flag("describe", "Show offsets and lag, members or state of groups"),
            .flag("delete", "Delete groups"),
            .flag("reset-offsets", "Plan or (with --execute) make new offsets for a group without members"),
            .flag("delete-offsets", "Delete a group's offsets of topics"),
        ],
        options: ConnectionOptions.all + [
            .value("group", "GROUP", "Group to act on; may be repeated", repeats: true, completion: .group),
            .flag("all-groups", "Act on all groups"),
            .value(
                "topic", "TOPIC", "Topic, or TOPIC:0,1,2 for some of its partitions; may be repeated", repeats: true,
                completion: .topic),
            .flag("all-topics", "Reset all topics that the group has offsets of"),
            .flag("offsets", "Describe offsets and lag (what --describe does by default)"),
            .flag("members", "Describe the members"),
            .flag("verbose", "Describe more: assignments of members, epochs"),
            .optionalValue(
                "state", "STATES", "List with states, or only groups in STATES; describe the state",
                completion: .words(ListConsumerGroups.states)),
            .optionalValue(
                "type", "TYPES", "List with types, or only groups of TYPES",
                completion: .words(["classic", "consumer"])),
            .value("timeout", "MS", "Longest wait for a group to settle [5000]"),
            .flag("dry-run", "Only show the new offsets"),
            .flag("execute", "Make the new offsets"),
            .flag("export", "Print the new offsets as CSV, for --from-file"),
            .value("to-offset", "OFFSET", "New offset: this one"),
            .flag("to-earliest", "New offset: the oldest record"),
            .flag("to-latest", "New offset: the end"),
            .flag("to-current", "New offset: the current one, or the end where there is none"),
            .value("shift-by", "N", "New offset: N records on, or back if negative"),
            .value(
                "to-datetime", "TIME",
                "New offset: of a time: 2026-01-31T08:00:00.000 (UTC), '2026-01-31 08:00' (local), -30m"),
            .value("by-duration", "DURATION", "New offset: of so long ago: P1DT2H30M or 26h30m"),
            .value("from-file", "FILE", "New offsets from a CSV file: topic,partition,offset", completion: .file),
        ],
        subject: "group",
        rows: [
            ListConsumerGroups.listed, OffsetsTable.offset, MembersTable.member, StateTable.row,
            GroupTables.newOffset, GroupTables.deletedOffset,
        ],
        examples: [
            .init("kafka consumer-groups describe billing", "Show how far a group is behind, by partition"),
            .init(
                "kafka consumer-groups --reset-offsets --group billing --topic orders --to-earliest --execute",
                "Let a stopped group read a topic once more"),
        ],
        differences: [
            "What can't be done for one of several groups is named on standard error, and the exit status is 1.",
            "Rows are sorted by topic and partition.",
            "On a terminal that is too narrow a table loses its padding, then the ends of CONSUMER-ID, CLIENT-ID and HOST, at "
                + "last these columns.",
        ])
}
