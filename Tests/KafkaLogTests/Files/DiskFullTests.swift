// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// In a process of its own: the limit on the size of files holds for a whole process.
@Suite struct DiskFullTests {
    @Test("A write that fails halfway leaves the log as it was, and a later one succeeds")
    func failedWrite() async {
        await #expect(processExitsWith: .success) {
            // A limit on the size of files fails a write halfway as a full disk does.
            let size = 16 << 20
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = rlim_t(size)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            try Self.failWrite(fileSize: size)
        }
    }

    private static func failWrite(fileSize limit: Int) throws {
        let temporary = TemporaryDirectory()
        let directory = "\(temporary.path)/t-0"
        let log = try PartitionLog.open(directory, options: .init(), now: 0)
        var sequence: Int32 = 0
        func send(_ byteCount: Int) throws -> AppendResult {
            let record = TestRecord(value: String(repeating: "x", count: byteCount))
            let bytes = batch([record]) {
                $0.producerID = 1
                $0.producerEpoch = 0
                $0.baseSequence = sequence
            }
            let result = try log.append(bytes, leaderEpoch: 0, now: 2000)
            sequence += 1
            return result
        }
        var error: LogError?
        while error == nil {
            do { _ = try send(900_000) } catch let failure as LogError { error = failure }
        }
        #expect(error?.code == .kafkaStorageError)
        #expect(error?.message.contains("00000000000000000000.log at byte") == true)
        let end = log.logEndOffset
        let size = log.byteCount
        #expect(end == Int64(limit / 900_000))
        let path = "\(directory)/00000000000000000000.log"
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 == size)
        #expect(throws: LogError.self) { _ = try send(900_000) }
        // A smaller one still fits, with the same sequence number.
        #expect(try send(100).baseOffset == end)
        #expect(try log.records().map(\.offset) == Array(0...end))
        try log.close()
        let reopened = try PartitionLog.open(directory, options: .init(), now: 0)
        #expect(reopened.logEndOffset == end + 1)
        #expect(reopened.activeProducers.first?.lastSequence == sequence - 1)
    }
}
