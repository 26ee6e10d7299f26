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
            GroupOptions.group,
            .flag("all-groups", "Act on all groups"),
            GroupOptions.topic(),
            GroupOptions.allTopics,
            .flag("offsets", "Describe offsets and lag (what --describe does by default)"),
            .flag("members", "Describe the members"),
            .flag("verbose", "Describe more: assignments of members, epochs"),
            GroupOptions.state(ListConsumerGroups.states),
            Watch.option,
            .optionalValue(
                "type", "TYPES", "List with types, or only groups of TYPES",
                completion: .words(["classic", "consumer"])),
            GroupOptions.timeout(standard: 5_000),
        ] + GroupOptions.plan + OffsetTargets.options,
        subject: "group",
        destruction: GroupOptions.destruction,
        rows: [
            ListConsumerGroups.listed, OffsetsTable.offset, MembersTable.member, StateTable.row,
            GroupTables.newOffset, GroupTables.deletedOffset,
        ],
        examples: [
            .init("kafka consumer-groups describe billing", "Show how far a group is behind, by partition"),
            .init(
                "kafka consumer-groups describe --all-groups --watch 5", "The same of all groups, every five seconds"),
            .init(
                "kafka consumer-groups --reset-offsets --group billing --topic orders --to-earliest --execute",
                "Let a stopped group read a topic once more"),
        ],
        differences: [
            GroupOptions.actingOnSeveral,
            "Rows are sorted by topic and partition.",
            "On a terminal that is too narrow a table loses its padding, then the ends of CONSUMER-ID, CLIENT-ID and HOST, at "
                + "last these columns.",
        ])
}
