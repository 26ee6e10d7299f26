// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct ConcurrencyTests {
    private let temporary = TemporaryDirectory()

    @Test("Writers, readers, flushes and the periodic step get along; readers see every record once, in order")
    func everythingAtOnce() async throws {
        var config = LogConfig()
        config.segmentBytes = 20_000
        config.indexIntervalBytes = 200
        config.retentionMs = -1
        let directory = "\(temporary.path)/t-0"
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        let perWriter: Int32 = 300
        let writers: Int64 = 3
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for sequence in 0..<perWriter {
                        let bytes = idempotentBatch(producerID: writer, sequence: sequence)
                        let result = try log.append(bytes, leaderEpoch: 0, now: 2000)
                        #expect(log.highWatermark > result.lastOffset)
                        if result.rolled { try log.flushRolledSegments() }
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var next: Int64 = 0
                    while next < writers * Int64(perWriter) {
                        let slice = try log.read(from: next, maxBytes: 4000).slice
                        if slice.isEmpty {
                            await Task.yield()
                            continue
                        }
                        try slice.read().withUnsafeReadableBytes { bytes in
                            var batches = RecordBatchSequence(bytes)
                            while let (header, batch) = try batches.next() {
                                _ = try RecordBatchReader.validate(batch)
                                #expect(header.baseOffset == next)
                                next = header.nextOffset
                            }
                        }
                    }
                }
            }
            group.addTask {
                while log.logEndOffset < writers * Int64(perWriter) {
                    try log.maintain(now: 2000)
                    try log.flush()
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(log.logEndOffset == writers * Int64(perWriter))
        try log.close()
        let reopened = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        #expect(reopened.activeProducers.map(\.lastSequence) == Array(repeating: perWriter - 1, count: Int(writers)))
    }

    @Test("Logs closed together are brought to disk by one call, and open cleanly")
    func closedTogether() throws {
        let directory = try LogDirectory.open("\(temporary.path)/data")
        for index in 0..<20 {
            let log = try PartitionLog.open("\(directory.path)/t-\(index)", options: .init(), now: 0)
            for _ in 0..<20 { _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 3, now: 2000) }
            try log.closeWithoutFlush()
            #expect(log.recoveryPoint == 20)
        }
        try directory.synchronize()
        for partition in try directory.partitions() {
            let log = try PartitionLog.open(partition.path, options: .init(), now: 0)
            #expect(log.logEndOffset == 20)
            #expect(log.recovery.scannedSegments == 0)
            #expect(log.latestEpoch == 3)
        }
    }
}
