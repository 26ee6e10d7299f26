// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Configurations of topics, brokers, loggers, groups and client metrics.
struct ResourceConfigs: Sendable {
    private static let row = JSONRow(
        "describe", "a topic, broker and so on; an empty entityName is the default of all",
        ["entityType", "entityName", "configs"])
    private static let config = JSONRow(
        "describe", "an element of configs", ["name", "value", "source", "isSensitive", "isReadOnly", "synonyms"])
    private static let synonym = JSONRow("describe", "an element of synonyms", ["name", "value", "source"])
    static let rows = [row, config, synonym]

    let kind: ConfigEntities.Kind
    let name: ConfigEntities.Name?

    func describe(all: Bool, _ admin: Admin, _ context: Context) async throws {
        for entity in try await entities(admin, context) {
            let configs: [DescribeConfigsResponse.Config]
            do {
                configs = try await fetch(entity, all: all, admin)
            } catch let error as ClientError {
                context.fail(try await explained(error, entity, admin))
                continue
            }
            if context.writesJSON {
                context.write(Self.row(.string(kind.rawValue), .string(entity), .array(configs.map(Self.json))))
                continue
            }
            if entity.isEmpty {
                context.out.line("Default configs for \(kind.rawValue) in the cluster are:")
            } else {
                context.out.line("\(all ? "All" : "Dynamic") configs for \(kind.singular) \(entity) are:")
            }
            for config in configs {
                let synonyms = config.synonyms.map {
                    "\(Self.source($0.source)):\($0.name)=\($0.value ?? "null")"
                }.joined(separator: ", ")
                context.out.line(
                    "  \(config.name)=\(config.value ?? "null") sensitive=\(config.isSensitive) synonyms={\(synonyms)}")
            }
        }
    }

    private static func json(_ config: DescribeConfigsResponse.Config) -> JSON {
        let synonyms = config.synonyms.map {
            synonym(.string($0.name), .optional($0.value), .string(source($0.source)))
        }
        return Self.config(
            .string(config.name), .optional(config.value), .string(source(config.configSource)),
            .bool(config.isSensitive), .bool(config.readOnly), .array(synonyms))
    }

    /// The names that are meant; an empty one is the default of brokers.
    private func entities(_ admin: Admin, _ context: Context) async throws -> [String] {
        switch name {
        case .named(let name): return [name]
        case .default: return [""]
        case nil: break
        }
        switch kind {
        case .topics: return try await admin.cluster.describeTopics(nil).map(\.name)
        case .groups: return try await ListConsumerGroups.consumerGroups(admin, context).map(\.groupID)
        case .clientMetrics:
            return try await admin.listClientMetrics()
        default: return try await admin.cluster.brokers().map { String($0.id) } + [""]
        }
    }

    private func fetch(_ entity: String, all: Bool, _ admin: Admin) async throws -> [DescribeConfigsResponse.Config] {
        let resource = ConfigResource(resourceKind, entity)
        let results = await admin.describeConfigs([resource], includeSynonyms: true)
        guard let configs = try results.first?.result.get() else { return [] }
        return configs.filter { all || wanted(entity) == nil || $0.configSource == wanted(entity) }
            .sorted { $0.name < $1.name }
    }

    /// The source of what was changed for this very entity.
    private func wanted(_ entity: String) -> Int8? {
        switch kind {
        case .topics: 1
        case .brokers: entity.isEmpty ? 3 : 2
        case .clientMetrics: 7
        case .groups: 8
        default: nil
        }
    }

    private var resourceKind: ConfigResource.Kind {
        switch kind {
        case .topics: .topic
        case .brokerLoggers: .brokerLogger
        case .clientMetrics: .clientMetrics
        case .groups: .group
        default: .broker
        }
    }

    private static func source(_ source: Int8) -> String {
        let names = [
            "UNKNOWN", "DYNAMIC_TOPIC_CONFIG", "DYNAMIC_BROKER_CONFIG", "DYNAMIC_DEFAULT_BROKER_CONFIG",
            "STATIC_BROKER_CONFIG", "DEFAULT_CONFIG", "DYNAMIC_BROKER_LOGGER_CONFIG", "DYNAMIC_CLIENT_METRICS_CONFIG",
            "DYNAMIC_GROUP_CONFIG",
        ]
        return names.indices.contains(Int(source)) ? names[Int(source)] : names[0]
    }

    func alter(_ changes: ConfigChanges, _ admin: Admin) async throws {
        let entity = if case .named(let name) = name { name } else { "" }
        // Of a broker's configurations controllers know only their own.
        let isKnown = !(kind == .brokers && admin.cluster.configuration.usesControllers)
        if !changes.deletions.isEmpty, isKnown {
            let present: Set<String>
            do {
                present = Set(try await fetch(entity, all: kind == .brokerLoggers, admin).map(\.name))
            } catch let error as ClientError {
                throw CommandError(try await explained(error, entity, admin))
            }
            let missing = changes.deletions.filter { !present.contains($0) }
            if !missing.isEmpty { throw CommandError("Invalid config(s): \(missing.joined(separator: ","))") }
        }
        let request = IncrementalAlterConfigsRequest.AlterConfigsResource {
            $0.resourceType = resourceKind.rawValue
            $0.resourceName = entity
            $0.configs =
                changes.additions.map { Self.operation($0.name, 0, $0.value) }
                + changes.deletions.map { Self.operation($0, 1, nil) }
        }
        for (_, result) in await admin.incrementalAlterConfigs([request]) {
            if case .failure(let error) = result {
                throw CommandError(try await explained(error, entity, admin))
            }
        }
    }

    /// Names the entity, and one that may be meant instead if it does not exist.
    private func explained(_ error: ClientError, _ entity: String, _ admin: Admin) async throws -> String {
        let name = kind == .brokers || kind == .brokerLoggers ? "broker \(entity)" : entity
        let text = error.message.contains(name) ? error.message : "\(kind.singular) \(entity): \(error.message)"
        switch error.errorCode {
        case .unknownTopicOrPartition where kind == .topics:
            return text + (try await UnknownTopic.hint(entity, admin.cluster))
        case .brokerNotAvailable where kind == .brokers:
            return text + "; while a broker is away its configuration is changed with --bootstrap-controller"
        default: return text
        }
    }

    private static func operation(
        _ name: String, _ operation: Int8, _ value: String?
    ) -> IncrementalAlterConfigsRequest.AlterableConfig {
        IncrementalAlterConfigsRequest.AlterableConfig {
            $0.name = name
            $0.configOperation = operation
            $0.value = value
        }
    }
}
