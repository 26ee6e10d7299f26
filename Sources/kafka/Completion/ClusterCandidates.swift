// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What the cluster on a command line has to offer for one of its words.
struct ClusterCandidates: Sendable, Hashable {
    let list: CandidateSource.ClusterList
    /// Where the cluster is, as far as the line says.
    let sources: PropertySources
    private let usesControllers: Bool
    /// Of the `configs` tool: `--entity-type`, or the option that stands for it, and the name.
    let entityType: String?
    let entityName: String?

    /// - Parameter words: the command line, finished or not.
    init(_ list: CandidateSource.ClusterList, words: [String], environment: Environment) {
        let line = LooseOptions(words)
        self.list = list
        let brokers = line["bootstrap-server", "broker-list", "b"]
        let controllers = brokers == nil ? line["bootstrap-controller"] : nil
        usesControllers = controllers != nil
        // A cluster may be named between the program and the tool.
        var front = words[...]
        if front.first?.split(separator: "/").last == "kafka" { front.removeFirst() }
        let named = (try? NamedCluster.take(from: &front)).flatMap { $0 }
        sources = PropertySources(
            cluster: named ?? line["cluster-profile"], address: brokers ?? controllers,
            file: line["command-config", "consumer.config", "producer.config"])
        self.environment = environment
        guard [.addedConfigs, .deletedConfigs, .entities].contains(list) else {
            // So that the same question is known as the same, whatever else stands on the line.
            (entityType, entityName) = (nil, nil)
            return
        }
        let entity = Self.entities.first { line[$0.option] != nil || line.has($0.type.dropLast() + "-defaults") }
        entityType = line["entity-type"] ?? entity?.type
        entityName = line["entity-name"] ?? entity.flatMap { line[$0.option] }
    }

    private let environment: Environment

    private static let entities: [(option: String, type: String)] = [
        ("topic", "topics"), ("client", "clients"), ("user", "users"), ("broker", "brokers"),
        ("broker-logger", "broker-loggers"), ("ip", "ips"), ("client-metrics", "client-metrics"), ("group", "groups"),
    ]

    /// Sorted. Takes as long as the cluster takes.
    func fetch() async throws -> [String] {
        if list == .deletedConfigs || list == .addedConfigs, let names = fixedConfigs { return shown(names) }
        if list == .entities, let names = fixedEntities { return names }
        if list == .clusters { return try ProfileFile.load(environment)?.profiles.map(\.name) ?? [] }
        return try await Cluster.with(try configuration()) { cluster in
            let admin = Admin(cluster)
            switch list {
            case .topics: return try await cluster.describeTopics(nil).map(\.name)
            case .groups: return try await groups(admin)
            case .brokers: return try await cluster.brokers().map { String($0.id) }
            case .topicConfigs: return shown(try await topicConfigs(admin))
            case .addedConfigs, .deletedConfigs: return shown(try await configs(admin))
            case .entities: return try await entities(admin)
            case .clusters: return []
            case .transactions:
                let answers = try await admin.sendToAll(ListTransactionsRequest())
                return answers.flatMap { (try? $0.result.get())?.transactionStates ?? [] }.map(\.transactionalID)
                    .sorted()
            }
        }
    }

    private func configuration() throws -> ClientConfiguration {
        var properties = try sources.read(environment).properties
        if let address = sources.address {
            properties.set("bootstrap.servers", address)
        } else if properties["bootstrap.servers"] == nil {
            properties.set("bootstrap.servers", environment.text(PropertySources.addressVariable) ?? "localhost:9092")
        }
        var configuration = ClientConfiguration()
        configuration.usesControllers = usesControllers
        _ = try configuration.apply(properties, SecretResolver(environment, properties, asks: false))
        return configuration
    }

    private func groups(_ admin: Admin) async throws -> [String] {
        try await admin.listGroups().groups.map(\.groupID).sorted()
    }

    /// With the equals sign where a value follows.
    private func shown(_ names: [String]) -> [String] {
        let sorted = Set(names).sorted()
        return list == .deletedConfigs ? sorted : sorted.map { $0 + "=" }
    }

    /// Of a topic that exists, or else of one that is described but not created.
    private func topicConfigs(_ admin: Admin) async throws -> [String] {
        if let topic = try await admin.cluster.describeTopics(nil).first(where: { !$0.isInternal }) {
            return try await configs(of: ConfigResource(.topic, topic.name), admin)
        }
        let topic = CreateTopicsRequest.Topic {
            $0.name = "kafka-completion"
            $0.numPartitions = 1
            $0.replicationFactor = 1
        }
        let answer = try await admin.createTopics([topic], validateOnly: true)
        return try answer.first?.result.get().configs?.map(\.name) ?? []
    }

    private func configs(of resource: ConfigResource, _ admin: Admin) async throws -> [String] {
        try await admin.describeConfigs([resource]).first?.result.get().map(\.name) ?? []
    }

    /// What the entity on the line can be configured with.
    private func configs(_ admin: Admin) async throws -> [String] {
        switch entityType {
        case "topics": return try await topicConfigs(admin)
        case "brokers", "broker-loggers":
            var name = entityName ?? ""
            if Int32(name) == nil { name = try await admin.cluster.brokers().first.map { String($0.id) } ?? "" }
            return try await configs(of: ConfigResource(entityType == "brokers" ? .broker : .brokerLogger, name), admin)
        case "groups": return try await configs(of: ConfigResource(.group, entityName ?? "kafka-completion"), admin)
        default: return []
        }
    }

    private var fixedConfigs: [String]? {
        let quotas = ["consumer_byte_rate", "controller_mutation_rate", "producer_byte_rate", "request_percentage"]
        return switch entityType {
        case "clients": quotas
        case "users": quotas + ["SCRAM-SHA-256", "SCRAM-SHA-512"]
        case "ips": ["connection_creation_rate"]
        case "client-metrics": ["interval.ms", "match", "metrics"]
        default: nil
        }
    }

    private func entities(_ admin: Admin) async throws -> [String] {
        switch entityType {
        case "topics": try await admin.cluster.describeTopics(nil).map(\.name)
        case "groups": try await groups(admin)
        default: try await admin.cluster.brokers().map { String($0.id) }
        }
    }

    /// Names that no cluster lists.
    private var fixedEntities: [String]? {
        switch entityType {
        case "topics", "groups", "brokers", "broker-loggers": nil
        default: []
        }
    }
}
