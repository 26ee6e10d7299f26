// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// Who waits until a record is stored, by the number that the producer has given the record.
final class AwaitedRecords: Sendable {
    private let waiters = Mutex<[UInt64: OnceContinuation<RecordMetadata>]>([:])

    func add(_ number: UInt64, _ waiter: OnceContinuation<RecordMetadata>) {
        waiters.withLock { $0[number] = waiter }
    }

    /// A batch has been stored, or has failed.
    func complete(_ report: DeliveryReport) {
        let found = waiters.withLock { waiters in
            // Nobody waits where records are appended without `send`.
            if waiters.isEmpty { return [(index: Int, waiter: OnceContinuation<RecordMetadata>)]() }
            return report.records.enumerated().compactMap { index, number in
                waiters.removeValue(forKey: number).map { (index, $0) }
            }
        }
        for (index, waiter) in found { waiter.resume(Self.outcome(report, index)) }
    }

    private static func outcome(_ report: DeliveryReport, _ index: Int) -> Result<RecordMetadata, ClientError> {
        if let error = report.error { return .failure(error) }
        return .success(
            RecordMetadata(
                topic: report.topic, partition: report.partition,
                offset: report.baseOffset < 0 ? nil : report.baseOffset.addingSaturating(Int64(index)),
                logAppendTime: report.logAppendTime < 0 ? nil : report.logAppendTime))
    }
}
