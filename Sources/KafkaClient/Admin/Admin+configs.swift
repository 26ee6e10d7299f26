// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What has a configuration.
public struct ConfigResource: Sendable, Hashable {
    public enum Kind: Int8, Sendable, CaseIterable {
        case topic = 2
        case broker = 4
        case brokerLogger = 8
        case clientMetrics = 16
        case group = 32
    }

    public var kind: Kind
    /// The topic's or group's name, or the broker's id; empty for the default of all brokers.
    public var name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// The broker that alone can answer; nil if any can.
    var broker: Int32? { kind == .broker || kind == .brokerLogger ? Int32(name) : nil }
}

extension Admin {
    public typealias ConfigResults<Value> = [(resource: ConfigResource, result: Result<Value, ClientError>)]

    /// Configurations, each from a broker that has it; in the order asked for.
    /// - Parameter keys: which properties; nil for all.
    public func describeConfigs(
        _ resources: [ConfigResource], keys: [String]? = nil, includeSynonyms: Bool = false,
        includeDocumentation: Bool = false
    ) async throws(ClientError) -> ConfigResults<[DescribeConfigsResponse.Config]> {
        var found: [ConfigResource: Result<[DescribeConfigsResponse.Config], ClientError>] = [:]
        for (broker, group) in Dictionary(grouping: resources, by: \.broker) {
            let request = DescribeConfigsRequest {
                $0.includeSynonyms = includeSynonyms
                $0.includeDocumentation = includeDocumentation
                $0.resources = group.map { resource in
                    DescribeConfigsRequest.Resource {
                        $0.resourceType = resource.kind.rawValue
                        $0.resourceName = resource.name
                        $0.configurationKeys = keys
                    }
                }
            }
            do throws(ClientError) {
                let response = try await send(request, to: broker.map { .broker($0) } ?? .any)
                for result in response.results {
                    guard let kind = ConfigResource.Kind(rawValue: result.resourceType) else { continue }
                    found[ConfigResource(kind, result.resourceName)] =
                        Result<Void, ClientError>(result.errorCode, "", result.errorMessage).map { result.configs }
                }
            } catch {
                if resources.count == group.count { throw error }
                for resource in group { found[resource] = .failure(error) }
            }
        }
        return resources.map { resource in
            let missing = ClientError(.invalidResponse, "the broker did not describe \(resource.kind) \(resource.name)")
            return (resource, found[resource] ?? .failure(missing))
        }
    }

    public func incrementalAlterConfigs(
        _ resources: [IncrementalAlterConfigsRequest.AlterConfigsResource], validateOnly: Bool = false
    ) async throws(ClientError) -> ConfigResults<Void> {
        var results: ConfigResults<Void> = []
        let groups = Dictionary(grouping: resources) { resource in
            // A logger's level lives in its broker; the rest belongs to the controller, whom any broker passes it to.
            ConfigResource.Kind(rawValue: resource.resourceType) == .brokerLogger ? Int32(resource.resourceName) : nil
        }
        for (broker, group) in groups {
            let response = try await send(
                IncrementalAlterConfigsRequest {
                    $0.resources = group
                    $0.validateOnly = validateOnly
                }, to: broker.map { .broker($0) } ?? .any)
            for result in response.responses {
                guard let kind = ConfigResource.Kind(rawValue: result.resourceType) else { continue }
                results.append(
                    (ConfigResource(kind, result.resourceName), Result(result.errorCode, "", result.errorMessage)))
            }
        }
        return results
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
