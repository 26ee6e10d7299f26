// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension Admin {
    /// What became of each topic.
    public typealias TopicResults<Value> = [(topic: String, result: Result<Value, ClientError>)]

    /// Creates topics, or with `validateOnly` says whether it would; what comes back describes them (KIP-525).
    public func createTopics(
        _ topics: [CreateTopicsRequest.Topic], validateOnly: Bool = false
    ) async throws(ClientError) -> TopicResults<CreateTopicsResponse.Topic> {
        let response = try await send(
            CreateTopicsRequest {
                $0.topics = topics
                $0.timeoutMs = timeoutMs
                $0.validateOnly = validateOnly
            }, to: .controller)
        for topic in response.topics { await cluster.forget(topic.name) }
        return response.topics.map { topic in
            let result = Result<Void, ClientError>(topic.errorCode, "", topic.errorMessage)
            return (topic.name, result.map { topic })
        }
    }

    /// Deletes topics by name, with all that is in them.
    public func deleteTopics(_ names: [String]) async throws(ClientError) -> TopicResults<Void> {
        let timeoutMs = timeoutMs
        let response: DeleteTopicsResponse = try await send(to: .controller) { (version) -> DeleteTopicsRequest in
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
        return response.responses.map { topic in
            (topic.name ?? "", Result(topic.errorCode, "topic \(topic.name ?? "")", topic.errorMessage))
        }
    }

    /// Gives topics more partitions; `count` is the number that they have then.
    public func createPartitions(
        _ topics: [CreatePartitionsRequest.Topic], validateOnly: Bool = false
    ) async throws(ClientError) -> TopicResults<Void> {
        let response = try await send(
            CreatePartitionsRequest {
                $0.topics = topics
                $0.timeoutMs = timeoutMs
                $0.validateOnly = validateOnly
            }, to: .controller)
        for topic in topics { await cluster.forget(topic.name) }
        return response.results.map { ($0.name, Result($0.errorCode, "", $0.errorMessage)) }
    }
}
