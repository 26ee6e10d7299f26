// SPDX-License-Identifier: Apache-2.0

/// The tools there are, for what is about all of them: completion, the manual, the shell.
struct ToolTable: Sendable {
    /// As `kafka --help` lists them.
    let listed: [String]
    /// What a tool takes, by any of its names; nothing of the others is built.
    let definition: @Sendable (String) -> CommandDefinition?

    /// Of those listed, in their order.
    var definitions: [CommandDefinition] { listed.compactMap(definition) }

    /// The tool that a link named `kafka-topics` or `kafka-topics.sh` stands for; `ub` is what Confluent's newer images
    /// call `cub`.
    static func name(ofLink path: String) -> String? {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name == "cub" || name == "ub" { return "cub" }
        guard name.hasPrefix("kafka-") else { return nil }
        name.removeFirst("kafka-".count)
        if name.hasSuffix(".sh") { name.removeLast(3) }
        return name
    }
}
