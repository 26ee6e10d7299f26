// SPDX-License-Identifier: Apache-2.0

/// The options of `kafka shell` that become those of the commands typed into it.
struct ShellDefaults: Sendable {
    var bootstrapServers: String?
    var commandConfig: String?
    let tools: ToolTable

    /// The names that `--command-config` goes by.
    private static let configurations = ["command-config", "config", "consumer.config", "producer.config"]

    /// The words of a call of `tool`, with our options before them unless it has its own.
    func applied(to words: [String], of tool: String) -> [String] {
        guard let definition = tools.definition(tool),
            let arguments = try? OptionParser.parse(words, definition)
        else { return words }
        let names = definition.options.map(\.name)
        func isGiven(_ candidates: [String]) -> Bool { candidates.contains { names.contains($0) && arguments.has($0) } }
        let isConfigured = isGiven(Self.configurations)
        var before: [String] = []
        if let commandConfig, !isConfigured, names.contains("command-config") {
            before += ["--command-config", commandConfig]
        }
        // A properties file on the line may name another cluster.
        if let bootstrapServers, !isConfigured, !isGiven(ConnectionOptions.addresses(of: definition)),
            names.contains("bootstrap-server")
        {
            before += ["--bootstrap-server", bootstrapServers]
        }
        return before + words
    }

    /// For a command whose own properties file names no cluster.
    var environment: [(name: String, value: String)] {
        bootstrapServers.map { [("KAFKA_BOOTSTRAP_SERVERS", $0)] } ?? []
    }
}
