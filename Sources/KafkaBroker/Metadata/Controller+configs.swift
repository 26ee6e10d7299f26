// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A change of one configuration, with Kafka's numbers for what to do.
struct ConfigChange {
    enum Operation: Int8 {
        case set = 0
        case delete, append, subtract

        var name: String {
            switch self {
            case .set: "SET"
            case .delete: "DELETE"
            case .append: "APPEND"
            case .subtract: "SUBTRACT"
            }
        }
    }

    var name: String
    var operation: Int8
    var value: String?
}

extension Controller {
    /// Changes some configurations of resources and leaves the others (KIP-339); one error or nil for each resource.
    func incrementalAlterConfigs(
        _ resources: [(resource: ConfigResource, changes: [ConfigChange])], validateOnly: Bool
    ) -> [MetadataError?] {
        alter(resources.map { ($0.resource, $0.changes.map(\.name)) }, validateOnly: validateOnly) {
            (controller, index) throws(MetadataError) in
            try controller.merged(resources[index].resource, resources[index].changes)
        }
    }

    /// Replaces all configurations of resources.
    func alterConfigs(
        _ resources: [(resource: ConfigResource, configs: [(name: String, value: String?)])], validateOnly: Bool
    ) -> [MetadataError?] {
        alter(resources.map { ($0.resource, $0.configs.map(\.name)) }, validateOnly: validateOnly) {
            (controller, index) throws(MetadataError) in
            let configs = resources[index].configs
            try Self.requireValues(configs.filter { $0.value == nil }.map(\.name))
            return Dictionary(configs.map { ($0.name, $0.value!) }) { _, last in last }
        }
    }

    /// - Parameter future: the configurations that a resource is to have.
    private func alter(
        _ resources: [(resource: ConfigResource, names: [String])], validateOnly: Bool,
        _ future: (isolated Controller, Int) throws(MetadataError) -> [String: String]
    ) -> [MetadataError?] {
        let counts = Dictionary(resources.map { ($0.resource, 1) }, uniquingKeysWith: +)
        var records: [VersionedRecord] = []
        var errors: [MetadataError?] = []
        for (index, item) in resources.enumerated() {
            do throws(MetadataError) {
                guard counts[item.resource] == 1 else {
                    throw MetadataError(.invalidRequest, "Each resource must appear at most once.")
                }
                guard Set(item.names).count == item.names.count else {
                    throw MetadataError(.invalidRequest, "Error due to duplicate config keys")
                }
                let configs = try future(self, index)
                try validate(item.resource, configs)
                records += changes(item.resource, to: configs, touching: item.names)
                errors.append(nil)
            } catch {
                errors.append(error)
            }
        }
        guard !validateOnly else { return errors }
        do throws(MetadataError) { try commit(records) } catch { return errors.map { $0 ?? error } }
        return errors
    }

    private static func requireValues(_ missing: [String]) throws(MetadataError) {
        guard missing.isEmpty else {
            throw MetadataError(
                .invalidRequest, "Null value not supported for : \(missing.joined(separator: ", "))")
        }
    }

    private func merged(
        _ resource: ConfigResource, _ changes: [ConfigChange]
    ) throws(MetadataError) -> [String: String] {
        let missing = changes.filter { $0.value == nil && $0.operation != ConfigChange.Operation.delete.rawValue }
        try Self.requireValues(missing.map(\.name))
        var configs = image.configs(of: resource)
        for change in changes {
            guard let operation = ConfigChange.Operation(rawValue: change.operation) else {
                throw MetadataError(.invalidRequest, "Unknown operations type \(change.operation)")
            }
            switch operation {
            case .set: configs[change.name] = change.value
            case .delete: configs[change.name] = nil
            case .append, .subtract:
                guard definition(resource, change.name)?.kind == .list else {
                    throw MetadataError(
                        .invalidConfig,
                        "Can't \(operation.name) to key \(change.name) because its type is not LIST.")
                }
                var elements = elements(of: resource, change.name, in: configs)
                for element in ConfigDefinition.elements(change.value!) {
                    if operation == .subtract {
                        elements.removeAll { $0 == element }
                    } else if !elements.contains(element) {
                        elements.append(element)
                    }
                }
                configs[change.name] = elements.joined(separator: ",")
            }
        }
        return configs
    }

    private func definition(_ resource: ConfigResource, _ name: String) -> ConfigDefinition? {
        switch resource.kind {
        case .topic: ConfigTable.topic[name]
        case .broker: ConfigTable.broker[BrokerConfiguration.baseName(name)]
        case .group: ConfigTable.group[name]
        case .clientMetrics: ConfigTable.clientMetrics[name]
        default: nil
        }
    }

    /// What a list is now, or by default.
    private func elements(
        of resource: ConfigResource, _ name: String, in configs: [String: String]
    ) -> [String] {
        let text = configs[name] ?? definition(resource, name)?.defaultValue ?? ""
        return ConfigDefinition.elements(text).filter { !$0.isEmpty }
    }

    private func validate(_ resource: ConfigResource, _ configs: [String: String]) throws(MetadataError) {
        do throws(ConfigurationError) {
            switch resource.kind {
            case .topic:
                guard !resource.name.isEmpty else {
                    throw ConfigurationError(.invalidRequest, "Default topic resources are not allowed.")
                }
                if let complaint = TopicName.complaint(resource.name) {
                    throw ConfigurationError(.invalidTopicException, complaint)
                }
                try configuration.validateTopic(configs)
                guard image.topic(resource.name) != nil else {
                    throw ConfigurationError(
                        .unknownTopicOrPartition, "The topic '\(resource.name)' does not exist.")
                }
            case .broker: try validateBroker(resource.name, configs)
            case .clientMetrics: try configuration.validateClientMetrics(name: resource.name, configs)
            case .group:
                guard !resource.name.isEmpty else {
                    throw ConfigurationError(.invalidRequest, "Default group resources are not allowed.")
                }
                try configuration.validateGroup(configs)
            default:
                throw ConfigurationError(.invalidRequest, "Unknown resource type \(resource.kind.rawValue)")
            }
        } catch {
            throw MetadataError(error)
        }
    }

    private func validateBroker(_ name: String, _ configs: [String: String]) throws(ConfigurationError) {
        if !name.isEmpty {
            guard let id = Int32(name) else {
                throw ConfigurationError(.invalidRequest, "Node id must be an integer, but it is: \(name)")
            }
            guard store.nodeIDs.contains(id) else {
                throw ConfigurationError(
                    .invalidRequest, "Unexpected broker id, expected \(store.nodeID), but received \(name)")
            }
        }
        let future = try configuration.validateBroker(configs, isDefault: name.isEmpty)
        try ListenerEncryption.check(future, instead: configuration)
    }

    /// The records that make the resource's configurations what they are to be.
    private func changes(
        _ resource: ConfigResource, to configs: [String: String], touching names: [String]
    ) -> [VersionedRecord] {
        let current = image.configs(of: resource)
        return Set(current.keys).union(names).sorted().compactMap { name in
            // A broker's are written even if they are the same, so that it looks at the files they name again.
            let isForced = resource.kind == .broker && names.contains(name)
            guard current[name] != configs[name] || isForced && configs[name] != nil else { return nil }
            return VersionedRecord(ConfigRecord(resource, name, configs[name]))
        }
    }
}
