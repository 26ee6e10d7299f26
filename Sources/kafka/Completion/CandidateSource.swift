// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// Where the candidates for a word of the command line come from.
enum CandidateSource: Sendable, Equatable {
    case words([String])
    case files
    /// Asked of the cluster.
    case cluster(ClusterList)

    /// What a shell can ask the cluster for: `kafka __complete NAME`.
    enum ClusterList: String, Sendable, CaseIterable {
        case topics
        case groups
        case brokers
        /// What `--config` of topics takes, each with an equals sign.
        case topicConfigs = "topic-configs"
        /// What `--add-config` takes for the entity on the line, each with an equals sign.
        case addedConfigs = "added-configs"
        case deletedConfigs = "deleted-configs"
        /// What `--entity-name` takes for the `--entity-type` on the line.
        case entities
        case transactions
        /// Named clusters, which a file of this machine holds.
        case clusters
    }

    /// Nil where nothing can be offered, as for numbers.
    init?(_ option: OptionDefinition) {
        switch option.completion {
        case .words(let words): self = .words(words)
        case .file: self = .files
        case .topic: self = .cluster(.topics)
        case .group: self = .cluster(.groups)
        case .profile: self = .cluster(.clusters)
        case .none:
            guard let placeholder = option.placeholder, let list = Self.byName(option.name, placeholder) else {
                return nil
            }
            self = list
        }
    }

    /// For the values that no definition describes, because they depend on the cluster or on other options.
    private static func byName(_ name: String, _ placeholder: String) -> CandidateSource? {
        switch name {
        case "config" where placeholder == "NAME=VALUE": .cluster(.topicConfigs)
        case "add-config": .cluster(.addedConfigs)
        case "delete-config" where placeholder == "NAMES": .cluster(.deletedConfigs)
        case "entity-name": .cluster(.entities)
        case "broker", "broker-id", "broker-list", "brokers", "id":
            // --broker-list of producers is an old name of --bootstrap-server.
            placeholder.hasPrefix("ID") ? .cluster(.brokers) : nil
        case "transactional-id": .cluster(.transactions)
        case "producer-property": .words(clientProperties(.producer))
        case "consumer-property": .words(clientProperties(.consumer))
        case "command-property": .words(clientProperties(.all))
        default: nil
        }
    }

    private static func clientProperties(_ scope: ConfigurationDefinition.Scope) -> [String] {
        ClientConfiguration.definitions.filter { !$0.scope.isDisjoint(with: scope) }.map { $0.name + "=" }.sorted()
    }
}

extension OptionDefinition {
    /// Whether the value is several with commas between, so that completion begins behind the last comma.
    var takesList: Bool {
        guard case .value(let text) = kind else {
            if case .optionalValue(let text) = kind { return Self.lists.contains(text) }
            return false
        }
        return Self.lists.contains(text)
    }

    private static let lists: Set = ["LIST", "NAMES", "STATES", "TYPES", "IDS", "TOPICS", "GROUPS"]

    /// `--topic` and `-t`, without the old spellings.
    var spellings: [String] { ["--" + name] + (short.map { ["-\($0)"] } ?? []) }
}

extension CommandDefinition {
    /// The options that completion offers.
    var offeredOptions: [OptionDefinition] { allOptions.filter { !$0.isHidden } }

    /// What a word that belongs to no option is completed with.
    var operandSource: CandidateSource? {
        if operands != nil { return .files }
        return options.first { $0.name == subject }.flatMap(CandidateSource.init)
    }
}
