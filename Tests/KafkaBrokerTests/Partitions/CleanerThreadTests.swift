// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite struct CleanerThreadTests {
    @Test("All logs that are due are listed at once, the dirtiest first, and no others")
    func due() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "kafka-cleaner-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        let registry = PartitionRegistry()
        // So many batches, and so many of them cleaned.
        let logs = [("clean", 4, 4), ("half", 4, 2), ("dirty", 4, 0), ("most", 4, 1), ("plain", 4, 0)]
        var checkpoints: [TopicPartition: Int64] = [:]
        for (name, count, cleaned) in logs {
            var config = LogConfig()
            config.cleanupPolicy = name == "plain" ? .delete : .compact
            config.minCleanableDirtyRatio = 0.1
            let log = try PartitionLog.open("\(path)/\(name)-0", options: .init(config: config), now: 0)
            for _ in 0..<count {
                var builder = RecordBatchBuilder(capacity: 200)
                let isAppended = [1, 2, 3].withUnsafeBytes { builder.append(timestamp: 1, key: $0, value: $0) }
                #expect(isAppended)
                _ = try log.append(builder.finish(), leaderEpoch: 0, now: 1)
                try log.roll(now: 1)
            }
            let partition = TopicPartition(name, 0)
            checkpoints[partition] = Int64(cleaned)
            registry.add([Partition(topicPartition: partition, topicID: .random(), leaderEpoch: 0, log: log)])
        }
        try directory.writeCheckpoint(.cleaner, checkpoints)
        var progress = try CleanerProgress(directory)
        let cleaner = CleanerThread(directory: directory, registry: registry, logger: quiet) { .init() }
        #expect(cleaner.due(&progress).map(\.topicPartition.topic) == ["dirty", "most", "half"])
        let skipped: Set = [TopicPartition("most", 0)]
        #expect(cleaner.due(&progress, skipped).map(\.topicPartition.topic) == ["dirty", "half"])
    }
}
