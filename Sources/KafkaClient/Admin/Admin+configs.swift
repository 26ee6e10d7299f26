// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What has a configuration.
extension ConfigResource {
    /// The node that alone describes it; nil if any does.
    var node: Int32? { kind == .broker || kind == .brokerLogger ? Int32(name) : nil }
}

extension Admin {
    /// What became of each resource.
    public typealias ConfigResults<Value> = [(resource: ConfigResource, result: Result<Value, ClientError>)]

    /// Configurations, each from a broker that has it; in the order asked for.
    /// - Parameters:
    ///   - resources: the topics, brokers, groups … that are asked for.
    ///   - keys: which properties; nil for all.
    ///   - includeSynonyms: where else a value comes from when it isn't set here, most specific first.
    ///   - includeDocumentation: the sentence that the broker has for each property.
    public func describeConfigs(
        _ resources: [ConfigResource], keys: [String]? = nil, includeSynonyms: Bool = false,
        includeDocumentation: Bool = false
    ) async -> ConfigResults<[DescribeConfigsResponse.Config]> {
        await perNode(resources, by: \.node) { (resources, destination) throws(ClientError) in
            let request = DescribeConfigsRequest {
                $0.includeSynonyms = includeSynonyms
                $0.includeDocumentation = includeDocumentation
                $0.resources = resources.map { resource in
                    DescribeConfigsRequest.Resource {
                        $0.resourceType = resource.kind.rawValue
                        $0.resourceName = resource.name
                        $0.configurationKeys = keys
                    }
                }
            }
            return try await send(request, to: destination).results.map { result in
                (
                    result.resourceType, result.resourceName,
                    Result<Void, ClientError>(result.errorCode, "", result.errorMessage).map { result.configs }
                )
            }
        }
    }

    /// Changes configurations, each where that is possible: a broker takes changes of its own and of its loggers alone
    /// (KIP-226, KIP-412), and any passes the others to the controller; the controller takes all but those of loggers.
    /// What fails does not keep the rest from being changed; in the order given.
    public func incrementalAlterConfigs(
        _ resources: [IncrementalAlterConfigsRequest.AlterConfigsResource], validateOnly: Bool = false
    ) async -> ConfigResults<Void> {
        let usesControllers = cluster.configuration.usesControllers
        let changes = resources.map { change in
            (resource: ConfigResource(.init(rawValue: change.resourceType), change.resourceName), change: change)
        }
        return await perNode(
            changes.map(\.resource), by: { $0.kind == .broker && usesControllers ? nil : $0.node }
        ) { (resources, destination) throws(ClientError) in
            let request = IncrementalAlterConfigsRequest {
                $0.resources = changes.filter { resources.contains($0.resource) }.map(\.change)
                $0.validateOnly = validateOnly
            }
            return try await send(request, to: destination).responses.map { result in
                (result.resourceType, result.resourceName, Result(result.errorCode, "", result.errorMessage))
            }
        }
    }

    /// Calls `ask` with the resources of each node, one after the other; a node that fails fails for its resources.
    private func perNode<Value>(
        _ resources: [ConfigResource], by node: (ConfigResource) -> Int32?,
        _ ask: ([ConfigResource], Cluster.Destination) async throws(ClientError) -> [(
            kind: Int8, name: String, result: Result<Value, ClientError>
        )]
    ) async -> ConfigResults<Value> {
        var found: [ConfigResource: Result<Value, ClientError>] = [:]
        let groups = Dictionary(grouping: resources, by: node).sorted { $0.key ?? -1 < $1.key ?? -1 }
        for (node, group) in groups {
            do throws(ClientError) {
                for answer in try await ask(group, node.map { .broker($0) } ?? .any) {
                    found[ConfigResource(.init(rawValue: answer.kind), answer.name)] = answer.result
                }
            } catch {
                for resource in group { found[resource] = .failure(error) }
            }
        }
        return resources.map { resource in
            let missing = ClientError(.invalidResponse, "the broker's answer lacks \(resource.kind) \(resource.name)")
            return (resource, found[resource] ?? .failure(missing))
        }
    }

    /// The names of what says which metrics clients push (KIP-714), sorted.
    public func listClientMetrics() async throws(ClientError) -> [String] {
        let kind = ConfigResource.Kind.clientMetrics.rawValue
        let response: ListConfigResourcesResponse = try await send { (version) throws(ClientError) in
            // Version 0 lists nothing else.
            ListConfigResourcesRequest { if version > 0 { $0.resourceTypes = [kind] } }
        }
        if response.errorCode != .none { throw ClientError(response.errorCode, "listing client metrics") }
        return response.configResources.filter { $0.resourceType == kind }.map(\.resourceName).sorted()
    }

    /// The log directories of brokers; nil means all brokers, and all partitions.
    public func describeLogDirs(
        brokers: [Int32]? = nil, topics: [TopicPartition]? = nil
    ) async throws(ClientError) -> [(broker: Int32, result: Result<DescribeLogDirsResponse, ClientError>)] {
        try await sendToAll(
            DescribeLogDirsRequest {
                $0.topics = topics?.byTopic.map { topic, indexes in
                    DescribeLogDirsRequest.DescribableLogDirTopic {
                        $0.topic = topic
                        $0.partitions = indexes
                    }
                }
            }, brokers: brokers)
    }
}
