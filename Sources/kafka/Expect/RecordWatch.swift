// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaQuery
import KafkaText

/// Reads and counts until it is clear whether what is expected is there.
struct RecordWatch {
    private let options: ExpectCommand
    private let context: Context
    private let deadline: ContinuousClock.Instant
    private var seen = 0
    private var counted = 0
    private var lastCounted: ContinuousClock.Instant
    private var missing: [String] = []
    /// Whether the partitions that there were are known.
    private var hasLooked = false
    /// What was read last; of these the last records are shown.
    private var recent: [FetchedRecords] = []

    private static let shownRecords = 3
    private static let lookInterval = Duration.seconds(1)
    private static let grace = Duration.seconds(1)

    /// What came of it.
    struct Outcome: Sendable {
        var isFulfilled: Bool
        var seen: Int
        var counted: Int
        /// Topics that don't exist.
        var missing: [String]
        /// Why no records come, if there is a reason.
        var obstacle: String?
        var lastRecords: [String]

        func text(_ options: ExpectCommand) -> String {
            let names = options.topics.map { "'\($0)'" }.joined(separator: ", ")
            let selection = options.isSelective ? " of \(RecordExpectation.records(seen)) read" : ""
            var text =
                "expected \(options.expectation.words) in \(names) within \(HealthCommand.words(options.within)), found "
                + "\(counted)\(selection)"
            if !missing.isEmpty {
                let verb = missing.count == 1 ? "does" : "do"
                text += "; \(missing.map { "'\($0)'" }.joined(separator: ", ")) \(verb) not exist"
            }
            return text + (obstacle.map { "; \($0)" } ?? "")
        }
    }

    init(_ options: ExpectCommand, _ context: Context, _ deadline: ContinuousClock.Instant) {
        self.options = options
        self.context = context
        self.deadline = deadline
        lastCounted = .now
    }

    mutating func run(_ cluster: Cluster) async throws -> Outcome {
        var configuration = cluster.configuration.consumer
        configuration.groupID = nil
        // Whether all has been read is known only when a broker says that there is nothing.
        configuration.fetchMaxWait = min(configuration.fetchMaxWait, .milliseconds(100))
        let consumer = try Consumer(cluster, configuration: configuration)
        var nextLook = ContinuousClock.now
        while true {
            if nextLook <= .now {
                try await look(cluster, consumer, hasLooked ? .earliest : options.start)
                // A topic that is not there yet may be soon.
                nextLook = .now + (missing.isEmpty && hasLooked ? Self.lookInterval : .milliseconds(100))
            }
            let pause = ContinuousClock.now.duration(to: min(nextLook, .now + .milliseconds(50)))
            for records in try await consumer.poll(timeout: max(.zero, pause)) { try count(records) }
            if options.prints { context.out.flush() }
            let isAtEnd = await isAtEnd(consumer)
            let late = deadline.duration(to: .now)
            // What was there in time is still read.
            let isLate = late >= .zero && (isAtEnd || late >= Self.grace)
            let verdict = options.expectation.verdict(counted, isOver: isLate || isAtEnd && isSettled)
            if verdict == .undecided { continue }
            let obstacle = verdict == .missed || !isAtEnd ? await consumer.obstacle?.message : nil
            await consumer.close()
            // What has not been read can't be told to be absent.
            if verdict == .fulfilled, options.expectation.most != nil, !isAtEnd {
                return try outcome(.missed, obstacle ?? "not everything could be read in time")
            }
            return try outcome(verdict, obstacle)
        }
    }

    /// Reads partitions that are new.
    private mutating func look(_ cluster: Cluster, _ consumer: Consumer, _ start: StartPosition) async throws {
        let topics: [TopicMetadata]
        do throws(ClientError) {
            topics = try await cluster.describeTopics(options.topics)
        } catch {
            // The consumer knows the cause as well, and the next look may tell.
            if error.isRetriable { return }
            throw error
        }
        missing = options.topics.filter { name in
            !topics.contains { $0.name == name && $0.error != .unknownTopicOrPartition }
        }
        for topic in topics where topic.error != .none && topic.error != .unknownTopicOrPartition {
            guard !topic.error.isRetriable else { continue }
            throw ClientError(.broker(topic.error), "Topic '\(topic.name)': \(topic.error.clientMessage)")
        }
        let partitions = topics.filter { $0.error == .none }.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.name, $0.partition) }
        }
        await consumer.add(partitions.each(start))
        hasLooked = true
    }

    /// Whether nothing more is waited for before time is over, once all has been read.
    private var isSettled: Bool {
        guard let settle = options.settle, counted >= options.expectation.least else { return false }
        return lastCounted.duration(to: .now) >= settle
    }

    /// Whether all that brokers have told of has been read.
    private func isAtEnd(_ consumer: Consumer) async -> Bool {
        guard hasLooked else { return false }
        let positions = await consumer.positions()
        let ends = await consumer.endOffsets()
        return await consumer.assignment().allSatisfy { partition in
            guard let position = positions[partition], let end = ends[partition] else { return false }
            return position >= end
        }
    }

    private mutating func count(_ records: FetchedRecords) throws {
        let isOpen = options.expectation.most == nil
        var (seen, counted) = (0, 0)
        try forEach(records) { record, isCounted, source in
            seen += 1  // bounded: records in memory
            guard isCounted else { return true }
            counted += 1  // bounded: records in memory
            if options.prints { context.out.batch { EnvelopeFormatter().write(record, source, to: &$0) } }
            return !isOpen || self.counted + counted < options.expectation.least
        }
        if seen > 0 { recent = (recent + [records]).suffix(Self.shownRecords) }
        if counted > 0 { lastCounted = .now }
        self.seen = self.seen.addingSaturating(seen)
        self.counted = self.counted.addingSaturating(counted)
    }

    /// Visits records until `body` returns false.
    private func forEach(
        _ records: FetchedRecords, _ body: (RecordView, Bool, RecordSource) throws -> Bool
    ) throws {
        let source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        var runner = QueryRunner(options.query)
        runner.begin(topic: source.topic)
        var reader = RecordBatchReader()
        try records.forEachRecord(
            &reader,
            while: { record in
                let isCounted =
                    Self.matches(record.key, options.key) && Self.matches(record.value, options.value)
                    && runner.matches(record, partition: source.partition)
                return try body(record, isCounted, source)
            })
    }

    private static func matches(_ bytes: UnsafeRawBufferPointer?, _ wanted: [UInt8]?) -> Bool {
        guard let wanted else { return true }
        return bytes.map { $0.elementsEqual(wanted) } ?? false
    }

    private func outcome(_ verdict: RecordExpectation.Verdict, _ obstacle: String?) throws -> Outcome {
        var outcome = Outcome(
            isFulfilled: verdict == .fulfilled, seen: seen, counted: counted, missing: missing, obstacle: obstacle,
            lastRecords: [])
        guard verdict == .missed else { return outcome }
        // Too many of those that count are to be seen; else what came instead.
        let onlyCounted = counted > options.expectation.least
        for records in recent {
            try forEach(records) { record, isCounted, source in
                guard isCounted || !onlyCounted else { return true }
                var text = TextBuffer()
                EnvelopeFormatter().write(record, source, to: &text)
                outcome.lastRecords.append(Self.shortened(text.text))
                if outcome.lastRecords.count > Self.shownRecords { outcome.lastRecords.removeFirst() }
                return true
            }
        }
        return outcome
    }

    private static func shortened(_ line: String) -> String {
        let line = line.hasSuffix("\n") ? String(line.dropLast()) : line
        return line.count > 1000 ? line.prefix(1000) + "…" : line
    }
}
