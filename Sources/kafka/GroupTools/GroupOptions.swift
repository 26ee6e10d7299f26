// SPDX-License-Identifier: Apache-2.0

/// The options that the tools for consumer, share and streams groups have in common.
enum GroupOptions {
    static let group = OptionDefinition.value(
        "group", "GROUP", "Group to act on; may be repeated", repeats: true, completion: .group)

    static func topic(_ name: String = "topic") -> OptionDefinition {
        .value(
            name, "TOPIC", "Topic, or TOPIC:0,1,2 for some of its partitions; may be repeated", repeats: true,
            completion: .topic)
    }

    static let allTopics = OptionDefinition.flag("all-topics", "Reset all topics that the group has offsets of")

    static func state(_ states: [String]) -> OptionDefinition {
        .optionalValue(
            "state", "STATES", "List with states, or only groups in STATES; describe the state",
            completion: .words(states))
    }

    static func timeout(standard milliseconds: Int) -> OptionDefinition {
        .value("timeout", "MS", "Longest wait for a group to settle [\(milliseconds)]")
    }

    /// What a reset does with the new offsets.
    static let plan: [OptionDefinition] = [
        .flag("dry-run", "Only show the new offsets"),
        .flag("execute", "Make the new offsets"),
        .flag("export", "Print the new offsets as CSV, for --from-file"),
    ]

    /// What a call destroys.
    static func destruction(_ arguments: Arguments) -> String? {
        if arguments.flag("delete") { return "delete groups" }
        if arguments.flag("delete-offsets") { return "delete offsets of groups" }
        return arguments.flag("reset-offsets") && arguments.flag("execute") ? "reset offsets of groups" : nil
    }

    static let actingOnSeveral =
        "What can't be done for one of several groups is named on standard error, and the exit status is 1."
}
