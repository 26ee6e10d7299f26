// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
import NIOCore
import Synchronization

/// Writes records to a cluster, in batches, in order for each partition, each record once (KIP-98).
///
/// ```swift
/// let producer = try await Producer(bootstrapServers: "localhost:9092")
/// try await producer.send("orders", key: "alice", value: "2 pizzas")
/// await producer.close()
/// ```
///
/// `send` is for whoever wants to know what became of each record. For millions of records there are handles and
/// pointers: `topic`, `withAppender` and `append` take a record synchronously, copy it once and allocate nothing, and
/// `onDelivery` reports batch by batch. Either way a sender on the cluster's event loop does the rest. At most
/// `buffer.memory` bytes wait; who appends more is told to wait.
public final class Producer: Sendable {
    /// The cluster that it writes to.
    public let cluster: Cluster
    let configuration: ProducerConfiguration
    let sender: ProducerSender
    /// For `send`.
    let handles = TopicHandles()
    let awaited = AwaitedRecords()
    private let state: ProducerState
    private let ownsCluster: Bool

    /// A producer for a cluster that the caller closes. Idempotent unless the configuration rules it out.
    /// - Parameters:
    ///   - cluster: whose topics are written to.
    ///   - onDelivery: called once for each batch, on the cluster's event loop, where it must not block.
    /// - Throws: `.configuration` for settings that contradict each other.
    public convenience init(
        _ cluster: Cluster, onDelivery: (@Sendable (DeliveryReport) -> Void)? = nil
    ) async throws(ClientError) {
        try cluster.configuration.producer.validate()
        self.init(cluster, ownsCluster: false, onDelivery)
    }

    /// A producer with a connection to the cluster of its own, which `close` ends.
    /// - Parameters:
    ///   - bootstrapServers: `HOST:PORT` of some of the brokers, with commas between.
    ///   - properties: by Kafka's names, such as `["compression.type": "zstd"]`.
    /// - Throws: `.configuration` for a bad property; what `Cluster.connect` throws.
    public convenience init(
        bootstrapServers: String, properties: [String: String] = [:]
    ) async throws(ClientError) {
        let configuration = try ClientConfiguration(bootstrapServers: bootstrapServers, properties: properties)
        self.init(try await Cluster.connect(configuration), ownsCluster: true, nil)
    }

    private init(_ cluster: Cluster, ownsCluster: Bool, _ onDelivery: (@Sendable (DeliveryReport) -> Void)?) {
        self.cluster = cluster
        self.ownsCluster = ownsCluster
        configuration = cluster.configuration.producer
        state = ProducerState(configuration)
        sender = ProducerSender(cluster, state) { [awaited] report in
            awaited.complete(report)
            onDelivery?(report)
        }
    }

    /// A handle to write to a topic by; creates the topic where the broker does so.
    /// - Throws: the broker's error if the topic does not appear within `max.block.ms`.
    public func topic(_ name: String) async throws(ClientError) -> ProducerTopic {
        if let known = state.topic(name) { return known }
        let metadata = try await cluster.topic(name, allowAutoCreation: true, timeout: configuration.maxBlock)
        guard !metadata.partitions.isEmpty else {
            throw ClientError(.invalidResponse, "the broker's metadata has no partitions for topic \(name)")
        }
        return state.addTopic(metadata)
    }

    /// Calls `body` with the open batches, under the producer's lock: as many appends as there are at hand.
    public func withAppender<Result: Sendable>(
        _ body: (inout ProducerAppender) throws -> Result
    ) rethrows -> Result {
        try state.withAppender(wake: sender, body)
    }

    /// Appends one record; see `ProducerAppender.append`.
    public func append(
        _ topic: ProducerTopic, value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil,
        partition: Int32? = nil, timestamp: Int64? = nil, headers: RecordHeaders = .none
    ) throws(ClientError) -> AppendResult {
        let result: Swift.Result<AppendResult, ClientError> = withAppender { appender in
            do throws(ClientError) {
                return .success(
                    try appender.append(
                        topic, value: value, key: key, partition: partition, timestamp: timestamp, headers: headers))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Returns once there is room again; batches that can't be delivered make room when their time is over.
    public func waitForSpace() async throws(ClientError) {
        let once = OnceContinuation<Void>()
        state.addSpaceWaiter(once)
        sender.wake()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { once.set($0) }
        } onCancel: {
            once.resume(.failure(.cancelled("waiting for room in buffer.memory")))
        }
        try result.get()
    }

    /// Returns once everything appended so far has been delivered, or reported as failed.
    /// - Throws: the producer's fatal error, or `.cancelled`.
    public func flush() async throws(ClientError) {
        let once = OnceContinuation<Void>()
        let target = state.beginFlush()
        let sender = sender
        Task { await sender.whenComplete(below: target) { once.resume($0) } }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { once.set($0) }
        } onCancel: {
            once.resume(.failure(.cancelled("flushing")))
        }
        state.endFlush()
        try result.get()
    }

    /// Delivers what was appended, which takes `delivery.timeout.ms` at most, or aborts the transaction that is open, and
    /// stops.
    public func close() async {
        if await sender.hasOpenTransaction { try? await abortTransaction() }
        // What failed has been reported by then.
        _ = try? await flush()
        await sender.stop()
        if ownsCluster { await cluster.close() }
    }

    /// Drops what has not been delivered, and stops.
    /// - Parameter reason: why, for the reports of what is dropped.
    public func abandon(_ reason: String = "the producer has been closed") async {
        await sender.stop(ClientError(.closed, reason))
        if ownsCluster { await cluster.close() }
    }

    /// What it has done so far.
    public var statistics: ProducerStatistics { state.statistics }
}
