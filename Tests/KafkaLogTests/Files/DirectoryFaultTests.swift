// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// Each file operation on a data directory fails; what the next start finds there is the old or the new.
@Suite struct DirectoryFaultTests {
    private let temporary = TemporaryDirectory()
    private static let first = TopicPartition("a", 0)
    private static let meta = MetaProperties(clusterID: "c", nodeID: 1, directoryID: KafkaUUID(high: 1, low: 2))

    /// What the steps of a run achieved.
    private struct Done {
        var meta = false
        var checkpoint: Int64?
        /// Checkpoints that were begun to be written.
        var attempted: Set<Int64> = []
        var marked = false
        var renamed = false
        var removed = false
    }

    private func steps(_ path: String, _ done: inout Done) throws {
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        try directory.write(Self.meta)
        done.meta = true
        let log = try PartitionLog.open("\(path)/a-0", options: .init(), now: 0)
        _ = try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 0)
        for offset in [1, 2] as [Int64] {
            done.attempted.insert(offset)
            try directory.writeCheckpoint(.recoveryPoint, [Self.first: offset])
            done.checkpoint = offset
        }
        let doomed = try log.renameForDeletion()
        done.renamed = true
        try LogDirectory.remove(doomed)
        done.removed = true
        try directory.synchronize()
        try directory.writeCleanShutdownMarker(brokerEpoch: 7)
        done.marked = true
        #expect(try directory.takeCleanShutdownMarker()?.brokerEpoch == 7)
        done.marked = false
        try directory.writeCleanShutdownMarker(brokerEpoch: 8)
        done.marked = true
    }

    @Test("Whichever file operation fails, a start finds files that are whole", arguments: [ENOSPC, EMFILE, EIO])
    func everyOperation(error: Int32) throws {
        var number = 0
        var count = Int.max
        while number < count {
            for isLasting in [false, true] {
                let path = "\(temporary.path)/\(error)-\(number)-\(isLasting)"
                let faults = FileFaults(under: path)
                defer { faults.end() }
                faults.set(.init(first: number, isLasting: isLasting, error: error, writesHalf: number % 2 == 0))
                var done = Done()
                let failed = (try? steps(path, &done)) == nil
                if !failed { count = min(count, faults.count) }
                let what: Comment = "\(faults.struck.prefix(2)) after \(done)"
                faults.set(nil)

                let directory = try LogDirectory.open(path)
                defer { directory.close() }
                #expect(!temporary.names(in: path).contains { $0.hasSuffix(".tmp") }, what)
                let meta = try directory.readMetaProperties()
                #expect(meta == Self.meta || (meta == nil && !done.meta), what)
                let checkpoint = try directory.readCheckpoint(.recoveryPoint)[Self.first]
                #expect(checkpoint == done.checkpoint || done.attempted.contains(checkpoint ?? -1), what)
                #expect(checkpoint ?? 0 >= done.checkpoint ?? 0, what)
                if done.marked { #expect(try directory.takeCleanShutdownMarker() != nil, what) }
                let kinds = try directory.partitions().map(\.kind)
                if done.removed {
                    #expect(kinds.isEmpty, what)
                } else if done.renamed {
                    #expect(kinds == [.delete], what)
                }
                for partition in try directory.partitions() where partition.kind == .current {
                    _ = try PartitionLog.open(partition.path, options: .init(), now: 0)
                }
            }
            number += 1
        }
        #expect(count > 40)
    }
}
