// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The newest records of a topic, as they come. Of a topic that has more than anybody can read, a part is shown.
struct TopRecords: Sendable {
    struct Shown: Sendable {
        /// Made visible; the oldest first.
        var lines: [String] = []
        var failure: String?
    }

    /// Records that are there from the start, of each partition.
    private static let past: Int64 = 20
    private static let kept = 500
    /// What is read at once; whoever is farther behind goes on at the end.
    private static let bytes = 1 << 18
    private static let behind: Int64 = 5000
    private static let longest = 400

    let topic: String
    let configuration: ClientConfiguration

    /// Reads until the task is cancelled.
    func run(_ show: @Sendable (Shown) -> Void) async {
        var shown = Shown()
        do {
            try await Cluster.with(configuration) { cluster in
                var settings = ConsumerConfiguration()
                settings.enableAutoCommit = false
                settings.maxPartitionFetchBytes = Int32(Self.bytes)
                settings.prefetchBytes = Self.bytes
                let consumer = try Consumer(cluster, configuration: settings)
                let partitions = try await cluster.topic(topic).partitions.map { TopicPartition(topic, $0.partition) }
                await consumer.assign(partitions.each(.fromEnd(Self.past)))
                var reader = RecordBatchReader()
                while !Task.isCancelled {
                    let fetched = try await consumer.poll(timeout: .milliseconds(500), maxBytes: Self.bytes)
                    guard !fetched.isEmpty else { continue }
                    for records in fetched {
                        try records.forEachRecord(&reader) { record in
                            shown.lines.append(Self.line(records.partition.partition, record))
                        }
                        if shown.lines.count > Self.kept { shown.lines.removeFirst(shown.lines.count - Self.kept) }
                        if records.highWatermark.subtractingSaturating(records.nextOffset) > Self.behind {
                            await consumer.seek(records.partition, to: .fromEnd(Self.past))
                        }
                    }
                    show(shown)
                    try await Task.sleep(for: .milliseconds(200))
                }
                _ = await consumer.close()
            }
        } catch {
            guard !Task.isCancelled else { return }
            shown.failure = (error as? ClientError)?.message ?? "\(error)"
            show(shown)
        }
    }

    private static func line(_ partition: Int32, _ record: RecordView) -> String {
        "\(partition):\(record.offset)  \(text(record.key))  \(text(record.value))"
    }

    private static func text(_ bytes: UnsafeRawBufferPointer?) -> String {
        guard let bytes else { return "null" }
        return VisibleText.of(String(decoding: bytes.prefix(longest), as: UTF8.self))
    }
}
