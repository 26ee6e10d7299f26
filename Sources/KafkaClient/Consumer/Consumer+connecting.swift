// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension Consumer {
    /// A consumer with a connection to the cluster of its own, which `close` ends; made for a `for` loop.
    ///
    /// ```swift
    /// let consumer = try await Consumer(
    ///     bootstrapServers: "localhost:9092", topics: ["orders"], group: "billing",
    ///     properties: ["auto.offset.reset": "earliest"])
    /// ```
    /// - Parameters:
    ///   - bootstrapServers: `HOST:PORT` of some of the brokers, with commas between.
    ///   - topics: what to read.
    ///   - group: the group to be a member of, which shares out the partitions and remembers how far they were read. Nil
    ///     reads all partitions that the topics have now, and remembers nothing.
    ///   - properties: by Kafka's names. Where nothing is remembered, reading begins at the end of the partitions unless
    ///     `auto.offset.reset` says `earliest`.
    /// - Throws: `.configuration` for a bad property, `.invalidArgument` without a topic; what `Cluster.connect` throws;
    ///   without a group, the broker's refusal of a topic.
    public init(
        bootstrapServers: String, topics: [String], group: String? = nil, properties: [String: String] = [:]
    ) async throws(ClientError) {
        guard !topics.isEmpty else { throw ClientError(.invalidArgument, "no topic is given to read") }
        var configuration = try ClientConfiguration(bootstrapServers: bootstrapServers, properties: properties)
        if let group { configuration.consumer.groupID = group }
        try configuration.consumer.validate()
        let cluster = try await Cluster.connect(configuration)
        try self.init(cluster, settlement: .byCaller)
        ownsCluster = true
        do throws(ClientError) {
            try await read(topics)
        } catch {
            await close()
            throw error
        }
    }

    private func read(_ topics: [String]) async throws(ClientError) {
        if configuration.groupID != nil { return try subscribe(topics) }
        var starts: [TopicPartition: StartPosition] = [:]
        for name in topics {
            let topic = try await cluster.topic(name, allowAutoCreation: configuration.allowAutoCreateTopics)
            for partition in topic.partitions { starts[TopicPartition(name, partition.partition)] = .committed }
        }
        assign(starts)
    }

    /// Calls `body` with a consumer, made as by `init(bootstrapServers:topics:group:properties:)`, and closes it
    /// afterwards, also if `body` throws: what is finished is committed, and the group is left.
    public static func with<Result>(
        bootstrapServers: String, topics: [String], group: String? = nil, properties: [String: String] = [:],
        _ body: (Consumer) async throws -> Result
    ) async throws -> Result {
        let consumer = try await Consumer(
            bootstrapServers: bootstrapServers, topics: topics, group: group, properties: properties)
        do {
            let result = try await body(consumer)
            await consumer.close()
            return result
        } catch {
            await consumer.close()
            throw error
        }
    }
}
