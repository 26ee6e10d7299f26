// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Changes of topics. What the controller's quota refuses for now is tried again until the call's time is up (KIP-599).
extension Admin {
    /// What became of each topic.
    public typealias TopicResults<Value> = [(topic: String, result: Result<Value, ClientError>)]

    /// Creates topics, or with `validateOnly` says whether it would; what comes back describes them (KIP-525).
    public func createTopics(
        _ topics: [CreateTopicsRequest.Topic], validateOnly: Bool = false
    ) async throws(ClientError) -> TopicResults<CreateTopicsResponse.Topic> {
        try await withinQuota(topics, named: \.name) { (topics, deadline) throws(ClientError) in
            let timeoutMs = timeoutMs
            let response: CreateTopicsResponse = try await send(to: .controller, until: deadline) { _ in
                CreateTopicsRequest {
                    $0.topics = topics
                    $0.timeoutMs = timeoutMs
                    $0.validateOnly = validateOnly
                }
            }
            for topic in response.topics { await cluster.forget(topic.name) }
            let results = response.topics.map { topic in
                let result = Result<Void, ClientError>(topic.errorCode, "", topic.errorMessage)
                return (topic.name, result.map { topic })
            }
            return TopicAnswers(throttleTimeMs: response.throttleTimeMs, results: results)
        }
    }

    /// Deletes topics by name, with all that is in them.
    public func deleteTopics(_ names: [String]) async throws(ClientError) -> TopicResults<Void> {
        try await withinQuota(names, named: \.self) { (names, deadline) throws(ClientError) in
            let timeoutMs = timeoutMs
            let response: DeleteTopicsResponse = try await send(to: .controller, until: deadline) { version in
                DeleteTopicsRequest {
                    if version >= 6 {
                        $0.topics = names.map { name in DeleteTopicsRequest.Topic { $0.name = name } }
                    } else {
                        $0.topicNames = names
                    }
                    $0.timeoutMs = timeoutMs
                }
            }
            for name in names { await cluster.forget(name) }
            let results = response.responses.map { topic in
                (topic.name ?? "", Result(topic.errorCode, "topic \(topic.name ?? "")", topic.errorMessage))
            }
            return TopicAnswers(throttleTimeMs: response.throttleTimeMs, results: results)
        }
    }

    /// Gives topics more partitions; `count` is the number that they have then.
    public func createPartitions(
        _ topics: [CreatePartitionsRequest.Topic], validateOnly: Bool = false
    ) async throws(ClientError) -> TopicResults<Void> {
        try await withinQuota(topics, named: \.name) { (topics, deadline) throws(ClientError) in
            let timeoutMs = timeoutMs
            let response: CreatePartitionsResponse = try await send(to: .controller, until: deadline) { _ in
                CreatePartitionsRequest {
                    $0.topics = topics
                    $0.timeoutMs = timeoutMs
                    $0.validateOnly = validateOnly
                }
            }
            for topic in topics { await cluster.forget(topic.name) }
            let results = response.results.map { ($0.name, Result($0.errorCode, "", $0.errorMessage)) }
            return TopicAnswers(throttleTimeMs: response.throttleTimeMs, results: results)
        }
    }
}
