// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import NIOCore

/// Fetches the same partitions from all brokers that have them, compares the batches, and goes on behind them.
struct ReplicaVerification {
    /// Replicas that are not the same.
    struct Difference: Error { var message: String }

    private let options: ReplicaVerificationCommand
    private let context: Context
    private let times = DateFormat("yyyy-MM-dd HH:mm:ss,SSS")!
    private var offsets: [TopicPartition: Int64] = [:]
    private var differences = 0

    init(_ options: ReplicaVerificationCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    func run(_ cluster: Cluster) async throws {
        var copy = self
        try await copy.verify(cluster)
    }

    private mutating func verify(_ cluster: Cluster) async throws {
        let topics = try await cluster.describeTopics(nil).filter { topic in
            options.topics.allows(topic.name, excludeInternal: options.topics.literal == nil)
        }
        guard !topics.isEmpty else {
            throw CommandError("There is no topic that --topics-include '\(options.topics.text)' lets through.")
        }
        let replicas = Self.replicas(topics)
        offsets = try await startOffsets(topics, cluster)
        line("verification process is started")
        var lastReport = ContinuousClock.now
        while !Task.isCancelled {
            let answers: [Int32: [TopicPartition: FetchResponse.Partition]]
            let (asked, before) = (ContinuousClock.now, offsets)
            do {
                answers = try await fetch(topics, replicas, cluster)
            } catch {
                if Task.isCancelled { break }
                throw error
            }
            let lag = try compare(answers, replicas)
            if ContinuousClock.now - lastReport > options.interval, let lag {
                line(
                    "max lag is \(lag.lag) for partition \(lag.partition) at offset \(lag.offset) among "
                        + "\(offsets.count) partitions")
                lastReport = .now
            }
            // A broker with nothing to tell waits before it says so. One that doesn't is not asked without end.
            if offsets == before, asked.duration(to: .now) < .milliseconds(options.maxWaitMs) / 2 {
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        if differences > 0 {
            throw Difference(message: "The replicas differ in \(differences) batches, printed above.")
        }
    }

    private func line(_ text: String) {
        context.out.line("\(times.text(Timestamps.now())): \(text)")
        context.out.flush()
    }

    /// The brokers that have a partition.
    private static func replicas(_ topics: [TopicMetadata]) -> [TopicPartition: [Int32]] {
        var replicas: [TopicPartition: [Int32]] = [:]
        for topic in topics {
            for partition in topic.partitions {
                replicas[TopicPartition(topic.name, partition.partition)] = partition.replicas.sorted()
            }
        }
        return replicas
    }

    private func startOffsets(_ topics: [TopicMetadata], _ cluster: Cluster) async throws -> [TopicPartition: Int64] {
        let admin = Admin(cluster)
        let all = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.partition) } }
        func list(_ partitions: [TopicPartition], _ spec: OffsetSpec) async throws -> [TopicPartition: Int64] {
            guard !partitions.isEmpty else { return [:] }
            return try await admin.listOffsets(partitions.each(spec)).mapValues { try $0.get().offset }
        }
        var offsets = try await list(all, options.start)
        // No record of that time or later: from the end on.
        offsets.merge(try await list(offsets.filter { $0.value < 0 }.map(\.key), .latest)) { $1 }
        return offsets
    }

    // MARK: Fetching

    private func fetch(
        _ topics: [TopicMetadata], _ replicas: [TopicPartition: [Int32]], _ cluster: Cluster
    ) async throws -> [Int32: [TopicPartition: FetchResponse.Partition]] {
        let brokers = Set(replicas.values.joined())
        let offsets = offsets
        let options = options
        return try await withThrowingTaskGroup(of: (Int32, [TopicPartition: FetchResponse.Partition]).self) { group in
            for broker in brokers {
                group.addTask {
                    let mine = topics.compactMap { topic -> FetchRequest.Topic? in
                        let partitions = topic.partitions.filter { $0.replicas.contains(broker) }
                        guard !partitions.isEmpty else { return nil }
                        return FetchRequest.Topic {
                            $0.topic = topic.name
                            $0.topicID = topic.topicID
                            $0.partitions = partitions.map { partition in
                                FetchRequest.Partition {
                                    $0.partition = partition.partition
                                    $0.fetchOffset = offsets[TopicPartition(topic.name, partition.partition)] ?? 0
                                    $0.logStartOffset = 0
                                    $0.partitionMaxBytes = options.fetchSize
                                }
                            }
                        }
                    }
                    return (broker, try await Self.fetch(mine, from: broker, options, cluster))
                }
            }
            var answers: [Int32: [TopicPartition: FetchResponse.Partition]] = [:]
            for try await (broker, answer) in group { answers[broker] = answer }
            return answers
        }
    }

    /// The id by which a replica fetches for debugging: the broker answers as it is, also a follower, and takes no note.
    private static let debuggingConsumer: Int32 = -2

    private static func fetch(
        _ topics: [FetchRequest.Topic], from broker: Int32, _ options: ReplicaVerificationCommand, _ cluster: Cluster
    ) async throws -> [TopicPartition: FetchResponse.Partition] {
        let haveIDs = topics.allSatisfy { $0.topicID != .zero }
        let response: FetchResponse = try await cluster.send(
            to: .broker(broker), versions: 4...(haveIDs ? 17 : 12)
        ) { (version) throws(ClientError) in
            FetchRequest {
                if version >= 15 {
                    $0.replicaState.replicaID = debuggingConsumer
                } else {
                    $0.replicaID = debuggingConsumer
                }
                $0.maxWaitMs = options.maxWaitMs
                $0.minBytes = 1
                $0.topics = topics
            }
        }
        if response.errorCode != .none {
            throw ClientError(
                .broker(response.errorCode), "Fetching from broker \(broker): \(response.errorCode.clientMessage)")
        }
        var answers: [TopicPartition: FetchResponse.Partition] = [:]
        for topic in response.responses {
            let name = topics.first { $0.topicID == topic.topicID && $0.topicID != .zero }?.topic ?? topic.topic
            for partition in topic.partitions {
                let place = TopicPartition(name, partition.partitionIndex)
                if partition.errorCode != .none {
                    throw ClientError(
                        .broker(partition.errorCode),
                        "Fetching \(place) from broker \(broker): \(partition.errorCode.clientMessage)")
                }
                answers[place] = partition
            }
        }
        return answers
    }

    // MARK: Comparing

    private typealias Lag = (partition: TopicPartition, offset: Int64, lag: Int64)

    /// What all replicas of a partition have below the high watermark is compared, and is done with; the largest lag.
    private mutating func compare(
        _ answers: [Int32: [TopicPartition: FetchResponse.Partition]], _ replicas: [TopicPartition: [Int32]]
    ) throws -> Lag? {
        var largest: Lag?
        for (partition, brokers) in replicas.sorted(by: { $0.key < $1.key }) {
            let parts = brokers.compactMap { broker in answers[broker]?[partition].map { (broker, $0) } }
            guard parts.count == brokers.count, !parts.isEmpty else { continue }
            let lists = try parts.map { broker, part in
                (broker: broker, watermark: part.highWatermark, headers: try Self.headers(part, partition, broker))
            }
            let common = lists.map(\.headers.count).min() ?? 0
            for index in 0..<common {
                guard lists.allSatisfy({ $0.headers[index].lastOffset < $0.watermark }) else { break }
                let first = lists[0]
                for other in lists.dropFirst() {
                    try check(first.headers[index], first.broker, other.headers[index], other.broker, partition)
                }
                offsets[partition] = first.headers[index].lastOffset.addingSaturating(1)
            }
            let offset = offsets[partition] ?? 0
            let lag = (lists.map(\.watermark).max() ?? 0).subtractingSaturating(offset)
            if lag > largest?.lag ?? -1 { largest = (partition, offset, lag) }
        }
        return largest
    }

    private mutating func check(
        _ left: RecordBatchHeader, _ leftBroker: Int32, _ right: RecordBatchHeader, _ rightBroker: Int32,
        _ partition: TopicPartition
    ) throws {
        if left.lastOffset != right.lastOffset {
            line(
                "partition \(partition): replica \(leftBroker)'s offset \(left.lastOffset) doesn't match replica "
                    + "\(rightBroker)'s offset \(right.lastOffset)")
            // What follows can't be laid side by side any more.
            throw Difference(
                message:
                    "The replicas \(leftBroker) and \(rightBroker) of \(partition) differ at offset \(left.lastOffset)."
            )
        }
        if left.crc != right.crc {
            differences += 1
            line(
                "partition \(partition) has unmatched checksum at offset \(left.lastOffset); replica \(leftBroker)'s "
                    + "checksum \(left.crc); replica \(rightBroker)'s checksum \(right.crc)")
        }
    }

    private static func headers(
        _ part: FetchResponse.Partition, _ partition: TopicPartition, _ broker: Int32
    ) throws -> [RecordBatchHeader] {
        guard case .bytes(let buffer) = part.records else { return [] }
        return try buffer.withUnsafeReadableBytes { bytes in
            var batches = RecordBatchSequence(bytes)
            var headers: [RecordBatchHeader] = []
            do throws(RecordError) {
                while let batch = try batches.next() { headers.append(batch.header) }
            } catch {
                throw CommandError("Replica \(broker) of \(partition) holds what can't be read: \(error)")
            }
            return headers
        }
    }
}
