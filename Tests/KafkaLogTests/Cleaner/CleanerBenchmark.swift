// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

/// How fast logs are cleaned; with CLEANER_BENCHMARK set, in a release build.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["CLEANER_BENCHMARK"] != nil)) struct CleanerBenchmark {
    @Test("Cleaning speed", arguments: [Compression.none, .lz4, .zstd], [1, 20])
    func speed(_ codec: Compression, copies: Int) throws {
        let temporary = TemporaryDirectory()
        var config = LogConfig()
        config.cleanupPolicy = .compact
        config.segmentBytes = 64 << 20
        let log = try PartitionLog.open("\(temporary.path)/b-0", options: .init(config: config), now: 0)
        let records = 4_000_000
        let keys = records / copies
        var compressor = Compressor()
        var random = SeededGenerator(seed: 1)
        let value = [UInt8]((0..<100).map { UInt8(truncatingIfNeeded: 97 + $0 % 23) })
        for _ in 0..<records / 1000 {
            var builder = RecordBatchBuilder(capacity: 1 << 18)
            for _ in 0..<1000 {
                let key = Array("key-\(1_000_000_000 + Int.random(in: 0..<keys, using: &random))".utf8)
                let isAppended = key.withUnsafeBytes { key in
                    value.withUnsafeBytes { builder.append(timestamp: 1_000, key: key, value: $0) }
                }
                precondition(isAppended)
            }
            let bytes = try builder.finish(.init(), compression: .init(codec), with: &compressor)
            _ = try log.append(bytes, leaderEpoch: 0, now: 1_000)
        }
        try log.roll(now: 1_000)
        let cleaner = LogCleaner()
        for round in 0..<2 {
            let begin = ContinuousClock.now
            let range = try #require(try cleaner.cleanable(log, checkpoint: 0, now: 2_000))
            let report = try #require(try cleaner.clean(log, range, now: 2_000))
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            print(
                codec, "\(keys) keys, round \(round):", report.bytesBefore >> 20, "MiB to", report.bytesAfter >> 20,
                "MiB,", report.recordsBefore, "records in \(seconds) s:",
                Double(report.bytesBefore) / seconds / 1e9, "GB/s,", Double(report.recordsBefore) / seconds / 1e6,
                "M records/s")
        }
    }
}
