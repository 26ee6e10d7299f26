// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/topics/NAME/config`
enum TopicConfig {
    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let response = try await describe([request.topicName], nil, documentation: true, data)
        guard let resource = response.results.first else {
            throw ClientError(.invalidResponse, "the broker's answer lacks the topic that was asked for")
        }
        guard resource.errorCode == .none else {
            throw ClientError(resource.errorCode, "topic \(request.topicName)", resource.errorMessage)
        }
        return .members([
            "configs": .array(
                resource.configs.sorted { $0.name < $1.name }.map { config in
                    .members([
                        "name": .string(config.name),
                        "value": config.isSensitive ? .null : .optional(config.value),
                        "sensitive": .bool(config.isSensitive),
                        "readOnly": .bool(config.readOnly),
                        "source": .string(source(config.configSource)),
                        "documentation": .optional(config.documentation),
                    ])
                })
        ])
    }

    /// Some configurations of topics; of those that may not be seen nothing.
    static func values(_ topics: [String], _ names: [String], _ data: ClusterData) async -> [String: JSON] {
        if topics.isEmpty { return [:] }
        guard let response = try? await describe(topics, names, documentation: false, data) else { return [:] }
        var values: [String: JSON] = [:]
        for resource in response.results where resource.errorCode == .none {
            values[resource.resourceName] = .object(
                resource.configs.map { .init(name: $0.name, value: .optional($0.value)) })
        }
        return values
    }

    private static func describe(
        _ topics: [String], _ names: [String]?, documentation: Bool, _ data: ClusterData
    ) async throws(ClientError) -> DescribeConfigsResponse {
        try await data.calls.send(to: .any, versions: DescribeConfigsRequest.versions) { version in
            DescribeConfigsRequest {
                $0.resources = topics.map { topic in
                    DescribeConfigsRequest.Resource {
                        $0.resourceType = ConfigResource.Kind.topic.rawValue
                        $0.resourceName = topic
                        $0.configurationKeys = names
                    }
                }
                $0.includeDocumentation = documentation && version >= 3
            }
        }
    }

    /// Where a value comes from.
    private static func source(_ number: Int8) -> String {
        switch number {
        case 1: "topic"
        case 2: "broker"
        case 3: "brokers"
        case 4: "server.properties"
        case 5: "default"
        case 8: "group"
        default: ""
        }
    }
}
