// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 3 adds types and documentation (KIP-569).
//
// DESCRIBE_CONFIGS on topic or group, else on the cluster; each resource for itself.
struct DescribeConfigsHandler: RequestHandler {
    private let controller: Controller
    private let loggers: BrokerLoggers
    /// Of the node that is asked, where there are several.
    private let nodeID: Int32?

    init(controller: Controller, loggers: BrokerLoggers, nodeID: Int32? = nil) {
        self.nodeID = nodeID
        self.controller = controller
        self.loggers = loggers
    }

    func handle(
        _ request: DescribeConfigsRequest, _ context: RequestContext, _ reply: Reply<DescribeConfigsResponse>
    ) {
        let image = controller.store.image
        var configuration = controller.configuration
        if let nodeID, nodeID != controller.store.nodeID {
            configuration = configuration.with(nodeID: nodeID).applying(image)
        }
        let view = ConfigView(
            image: image, configuration: configuration, nodeID: nodeID ?? controller.store.nodeID, loggers: loggers)
        let resources = request.resources.distinct {
            ConfigResource(.init(rawValue: $0.resourceType), $0.resourceName)
        }
        reply(DescribeConfigsResponse { $0.results = resources.map { describe($0, request, view, context) } })
    }

    private func describe(
        _ resource: DescribeConfigsRequest.Resource, _ request: DescribeConfigsRequest, _ view: ConfigView,
        _ context: RequestContext
    ) -> DescribeConfigsResponse.Resource {
        // Kafka's message is empty, not null, when there is nothing to say.
        var answer = DescribeConfigsResponse.Resource {
            $0.resourceType = resource.resourceType
            $0.resourceName = resource.resourceName
        }
        do throws(MetadataError) {
            let meant = ConfigResource(.init(rawValue: resource.resourceType), resource.resourceName)
            if let refusal = context.refusal(.describeConfigs, meant) { throw refusal }
            var entries = try view.entries(of: meant)
            if let keys = resource.configurationKeys, !keys.isEmpty {
                let wanted = Set(keys)
                entries = entries.filter { wanted.contains($0.name) }
            }
            for index in entries.indices {
                if !request.includeSynonyms { entries[index].synonyms = [] }
                if !request.includeDocumentation { entries[index].documentation = nil }
            }
            answer.configs = entries
        } catch {
            answer.errorCode = error.code
            answer.errorMessage = error.message
        }
        return answer
    }
}

extension RequestContext {
    /// Why the client may not see or change configurations; nil if it may. Of what isn't known, later checks speak.
    func refusal(_ operation: AclOperation, _ resource: ConfigResource) -> MetadataError? {
        switch resource.kind {
        case .topic: authorize(operation, .topic, resource.name) ? nil : .topicRefused
        case .group: authorize(operation, .group, resource.name) ? nil : .groupRefused
        case .broker, .brokerLogger, .clientMetrics: authorizeCluster(operation) ? nil : .clusterRefused
        default: nil
        }
    }
}

/// The configurations of resources, as clients see them.
struct ConfigView {
    var image: MetadataImage
    var configuration: BrokerConfiguration
    var nodeID: Int32
    var loggers: BrokerLoggers

    func entries(of resource: ConfigResource) throws(MetadataError) -> [DescribeConfigsResponse.Config] {
        switch resource.kind {
        case .topic:
            if let complaint = TopicName.complaint(resource.name) {
                throw MetadataError(.invalidTopicException, complaint)
            }
            guard image.topic(resource.name) != nil else { throw MetadataError(.unknownTopicOrPartition) }
            return configuration.describeTopic(image.configs(of: resource))
        case .broker:
            guard !resource.name.isEmpty else { return configuration.describeBrokerDefaults() }
            try checkBroker(resource.name, orEmpty: " or empty string, but received")
            return configuration.describeBroker()
        case .brokerLogger:
            guard !resource.name.isEmpty else { throw MetadataError(.invalidRequest, "Broker id must not be empty") }
            try checkBroker(resource.name, orEmpty: " but received")
            return LoggerLevels(loggers: loggers, nodeID: nodeID).describe()
        case .clientMetrics:
            guard !resource.name.isEmpty else {
                throw MetadataError(.invalidRequest, "Client metrics subscription name must not be empty")
            }
            return own(resource, .clientMetrics)
        case .group:
            guard !resource.name.isEmpty else { throw MetadataError(.invalidRequest, "Group name must not be empty") }
            return configuration.describeGroup(image.configs(of: resource))
        default:
            throw MetadataError(
                .invalidRequest, "Unexpected resource type UNKNOWN for resource \(resource.name)")
        }
    }

    private func own(_ resource: ConfigResource, _ source: ConfigSource) -> [DescribeConfigsResponse.Config] {
        image.configs(of: resource).sorted { $0.key < $1.key }.map { name, value in
            DescribeConfigsResponse.Config {
                $0.name = name
                $0.value = value
                $0.configSource = source.rawValue
                $0.documentation = ConfigTable.clientMetrics[name]?.documentation
                $0.configType = ConfigTable.clientMetrics[name]?.kind.rawValue ?? 0
            }
        }
    }

    private func checkBroker(_ name: String, orEmpty text: String) throws(MetadataError) {
        guard let id = Int32(name) else {
            throw MetadataError(.invalidRequest, "Broker id must be an integer, but it is: \(name)")
        }
        guard id == nodeID else {
            throw MetadataError(.invalidRequest, "Unexpected broker id, expected \(nodeID)\(text) \(name)")
        }
    }
}
