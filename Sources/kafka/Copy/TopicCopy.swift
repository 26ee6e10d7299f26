// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// From the source's consumer into the destination's producer, batch by batch.
struct TopicCopy: Sendable {
    let options: CopyCommand
    let context: Context
    let source: Cluster
    let destination: Cluster
    /// Where checkpoints are.
    let group: String
    /// Whether source and destination are one cluster.
    let isWithin: Bool

    private static let checkpointInterval = Duration.seconds(1)

    func run() async throws {
        let topics = try await CopyTopics(options, from: source, isWithin: isWithin)
        try await topics.prepare(source, destination, creates: options.creates, context)
        let start = try await CopyStart(
            topics, group: group, appends: options.appends, from: source, to: destination)
        let state = CopyState(start.checkpoints, options.names)
        // Before the first record: without it nobody could tell a copy that was killed from foreign records.
        try await checkpoint(state)
        let producer = try await Producer(destination) { state.note($0) }
        let progress = Progress(context, isEnabled: context.environment.showsProgress, unit: "records")
        do {
            try await copy(topics, start, state, producer, progress)
            try await producer.flush()
            try state.check()
            progress.clear()
            await producer.close()
        } catch {
            progress.clear()
            await producer.abandon("the copy has ended")
            // What is stored counts, whatever the cause; what this doesn't tell, the next run finds out.
            _ = await within(.seconds(3)) { try await checkpoint(state) }
            try state.check()
            throw error
        }
        try await checkpoint(state)
        for (topic, count) in state.records.sorted(by: { $0.key < $1.key }) {
            context.out.line("\(topic): \(count) record\(count == 1 ? "" : "s") copied")
        }
        let translation = GroupTranslation(source, destination, state.checkpoints, options.names)
        for name in options.groups { try await translation.run(name, context) }
    }

    private func copy(
        _ topics: CopyTopics, _ start: CopyStart, _ state: CopyState, _ producer: Producer, _ progress: Progress
    ) async throws {
        let unread = start.checkpoints.filter { options.follows || $0.value.source < start.ends[$0.key] ?? 0 }
        var configuration = source.configuration.consumer
        configuration.groupID = nil
        let consumer = try Consumer(source, configuration: configuration)
        await consumer.assign(unread.mapValues { .offset($0.source) })
        var handles: [String: ProducerTopic] = [:]
        for topic in topics.topics { handles[topic.name] = try await producer.topic(options.names.there(topic.name)) }
        let copier = BatchCopier()
        var skips = start.skips
        var nextCheckpoint = ContinuousClock.now + Self.checkpointInterval
        while true {
            try state.check()
            for records in try await consumer.poll(timeout: .milliseconds(100), maxBytes: 1 << 23) {
                guard let topic = handles[records.partition.topic] else { continue }
                try await copy(records, to: topic, copier, &skips, start, state, producer)
                if skips[records.partition] ?? 0 == 0 { state.pass(records.partition, to: records.nextOffset) }
            }
            let (count, bytes) = state.total
            progress.show(lines: count, bytes: bytes)
            let positions = await consumer.positions()
            if !options.follows, unread.keys.allSatisfy({ positions[$0] ?? 0 >= start.ends[$0] ?? 0 }) { break }
            if nextCheckpoint <= .now {
                // Another follows soon.
                do { try await checkpoint(state) } catch let error as ClientError where error.isRetriable {}
                nextCheckpoint = .now + Self.checkpointInterval
            }
        }
        await consumer.close()
        if let (partition, _) = skips.first(where: { $0.value > 0 }) { throw Self.lost(partition) }
    }

    private func copy(
        _ records: FetchedRecords, to topic: ProducerTopic, _ copier: BatchCopier,
        _ skips: inout [TopicPartition: Int64], _ start: CopyStart, _ state: CopyState, _ producer: Producer
    ) async throws {
        let partition = records.partition
        var skip = skips[partition] ?? 0
        let isSkipping = skip > 0
        var skipped: Int64 = 0
        var skippedTo: Int64 = 0
        var last: RecordFingerprint?
        let all = skip
        let copies = try copier.copies(of: records, skipping: &skip) { record in
            skipped += 1  // bounded: records in memory
            skippedTo = record.offset.addingSaturating(1)
            if skipped == all { last = RecordFingerprint(record) }
        }
        if isSkipping {
            skips[partition] = skip
            if let last, let expected = start.fingerprints[partition], last != expected { throw Self.lost(partition) }
            if skipped > 0 {
                state.skip(partition, count: Int(skipped), next: skippedTo)
            }
        }
        for copy in copies {
            state.append(partition, count: copy.count, next: copy.next)
            while case .bufferFull = try producer.withAppender({ appender in
                try appender.appendBatch(topic, partition: partition.partition, copy.bytes)
            }) {
                try await producer.waitForSpace()
                try state.check()
            }
        }
    }

    /// The records at the destination are not those that follow the checkpoint.
    private static func lost(_ partition: TopicPartition) -> CommandError {
        CommandError(
            "\(partition) of the destination does not end with what was copied last, so that where the copy stopped can't "
                + "be told: somebody else has written there, or the source has deleted what was being copied; delete the "
                + "topic at the destination to copy it anew")
    }

    private func checkpoint(_ state: CopyState) async throws {
        let offsets = state.checkpoints.reduce(into: [:]) { $0[options.names.there($1.key)] = $1.value.offset }
        for (_, result) in try await Admin(destination).commitOffsets(group: group, offsets) { try result.get() }
    }
}
