// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The options of `kafka shell` that become those of the commands typed into it.
struct ShellDefaults: Sendable {
    var cluster: String?
    var bootstrapServers: String?
    var commandConfig: String?
    /// Of `--command-property`.
    var properties: [String] = []
    let tools: ToolTable

    /// The names that `--command-config` goes by.
    private static let configurations = ["command-config", "config", "consumer.config", "producer.config"]

    /// The words of a call of `tool`, with our options before them unless it has its own.
    func applied(to words: [String], of tool: String) -> [String] {
        guard let definition = tools.definition(tool), definition.connects,
            let arguments = try? OptionParser.parse(words, definition)
        else { return words }
        let line = PropertySources(arguments)
        // Another cluster has properties of its own.
        guard line.cluster == nil else { return words }
        let file = line.file.map { try? Properties(file: $0, option: "command-config") }
        // A file that can't be read is for the tool to complain of.
        let isElsewhere =
            line.address != nil || file == .some(nil)
            || ConnectionOptions.addressProperties.contains { file??[$0] != nil }
        var before: [String] = []
        if let commandConfig, line.file == nil { before += ["--command-config", commandConfig] }
        if isElsewhere { return before + words }
        return before + own + words
    }

    /// What says which cluster is meant.
    private var own: [String] {
        (cluster.map { ["--cluster-profile", $0] } ?? []) + (bootstrapServers.map { ["--bootstrap-server", $0] } ?? [])
            + properties.flatMap { ["--command-property", $0] }
    }

    /// The same for a line that is being typed, the tool in front.
    func applied(toUnfinished words: [String]) -> [String] {
        let line = LooseOptions(words)
        let isElsewhere = ["bootstrap-server", "b", "broker-list", "bootstrap-controller", "cluster-profile"]
            .contains { line[$0] != nil }
        let isConfigured = Self.configurations.contains { line[$0] != nil }
        var all = words
        if let commandConfig, !isConfigured { all += ["--command-config", commandConfig] }
        return isElsewhere || isConfigured || words.first?.hasPrefix(NamedCluster.option) == true ? all : all + own
    }

    /// `kafka> `, with the named cluster if there is one.
    func prompt(_ environment: Environment) -> String {
        let sources = PropertySources(
            cluster: cluster, address: bootstrapServers, file: commandConfig, words: properties)
        guard let profile = try? sources.read(environment).profile?.profile else { return "kafka> " }
        return "kafka \(profile.name)\(profile.isProtected ? " (protected)" : "")> "
    }
}
