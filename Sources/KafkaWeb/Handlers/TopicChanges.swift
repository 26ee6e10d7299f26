// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// Topics made, configured and deleted.
enum TopicChanges {
    private static let timeoutMs: Int32 = 30_000

    /// `POST /topics` with `{"name":"orders","partitions":3,"replication":1,"configs":{"retention.ms":"1000"}}`; what is
    /// left out is as the broker has it.
    static func create(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let body = try request.object()
        guard let name = try body.text("name"), !name.isEmpty else { throw HTTPProblem.badRequest("name is missing") }
        let partitions: Int32 = try body.number("partitions", in: 1...100_000) ?? -1
        let replication: Int16 = try body.number("replication", in: 1...1000) ?? -1
        let configs = try entries(body, "configs")
        let response = try await data.calls.send(
            CreateTopicsRequest {
                $0.timeoutMs = timeoutMs
                $0.topics = [
                    CreateTopicsRequest.Topic {
                        $0.name = name
                        $0.numPartitions = partitions
                        $0.replicationFactor = replication
                        $0.configs = configs.map { name, value in
                            CreateTopicsRequest.Config {
                                $0.name = name
                                $0.value = value
                            }
                        }
                    }
                ]
            }, to: .controller)
        let topic = response.topics.first
        try check(topic.map { ($0.errorCode, $0.errorMessage) }, "topic \(name)")
        return .members(["name": .string(name)])
    }

    /// `DELETE /topics/NAME`
    static func delete(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let name = request.topicName
        let response: DeleteTopicsResponse = try await data.calls.send(
            to: .controller, versions: DeleteTopicsRequest.versions
        ) { version in
            DeleteTopicsRequest {
                $0.timeoutMs = timeoutMs
                if version >= 6 {
                    $0.topics = [DeleteTopicsRequest.Topic { $0.name = name }]
                } else {
                    $0.topicNames = [name]
                }
            }
        }
        try check(response.responses.first.map { ($0.errorCode, $0.errorMessage) }, "topic \(name)")
        return .members(["name": .string(name)])
    }

    /// `POST /topics/NAME/config` with `{"set":{"retention.ms":"1000"},"unset":["cleanup.policy"]}`
    static func configure(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let name = request.topicName
        let body = try request.object()
        var changes = try entries(body, "set").map { (name: $0.name, value: Optional($0.value)) }
        for name in body["unset"]?.elements ?? [] {
            guard let name = name.text else { throw HTTPProblem.badRequest("unset must be a list of names") }
            changes.append((name, nil))
        }
        guard !changes.isEmpty else { throw HTTPProblem.badRequest("nothing is to be set or unset") }
        let wanted = changes
        let response = try await data.calls.send(
            IncrementalAlterConfigsRequest {
                $0.resources = [
                    IncrementalAlterConfigsRequest.AlterConfigsResource {
                        $0.resourceType = ConfigResource.Kind.topic.rawValue
                        $0.resourceName = name
                        $0.configs = wanted.map { name, value in
                            IncrementalAlterConfigsRequest.AlterableConfig {
                                $0.name = name
                                $0.configOperation = value == nil ? 1 : 0
                                $0.value = value
                            }
                        }
                    }
                ]
            }, to: .controller)
        try check(response.responses.first.map { ($0.errorCode, $0.errorMessage) }, "topic \(name)")
        return .members(["name": .string(name)])
    }

    private static func entries(_ body: JSON, _ name: String) throws(HTTPProblem) -> [(name: String, value: String)] {
        guard let object = body[name] else { return [] }
        guard case .object(let members) = object else { throw .badRequest("\(name) must be an object") }
        var entries: [(name: String, value: String)] = []
        for member in members {
            guard let text = member.value.text else { throw .badRequest("the value of \(member.name) must be a text") }
            entries.append((member.name, text))
        }
        return entries
    }

    /// - Parameter answer: nil where the broker left out what was asked for.
    static func check(_ answer: (ErrorCode, String?)?, _ subject: String) throws(ClientError) {
        guard let (code, message) = answer else {
            throw ClientError(.invalidResponse, "the broker's answer lacks \(subject)")
        }
        guard code == .none else { throw ClientError(code, subject, message) }
    }
}
