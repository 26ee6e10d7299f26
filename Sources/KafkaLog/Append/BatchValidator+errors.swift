// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension BatchValidator {
    func refused(_ error: RecordError) -> LogError {
        let code: ErrorCode =
            switch error {
            case .truncated, .corruptLength, .corruptChecksum: .corruptMessage
            case .unsupportedCompression: .unsupportedCompressionType
            case .tooLarge(let limit): limit == inflationLimit ? .operationNotAttempted : .messageTooLarge
            case .unsupportedMagic, .invalidRecord, .decompressionFailed: .invalidRecord
            case .compressionFailed: .unknownServerError
            }
        return LogError(code, "\(error) in topic partition \(topicPartition)")
    }

    /// For records that only this topic refuses, by record (KIP-467).
    func refused(
        _ inspection: BatchInspection, _ header: RecordBatchHeader, allowed: ClosedRange<Int64>
    ) -> LogError {
        var hasInvalidTimestamp = false
        let issues = inspection.invalidRecords.map { record in
            switch record.reason {
            case .missingKey:
                return RecordIssue(
                    index: Int(record.index),
                    message: "Compacted topic cannot accept message without key in topic partition \(topicPartition).")
            case .timestampOutOfRange(let timestamp):
                hasInvalidTimestamp = true
                return RecordIssue(
                    index: Int(record.index),
                    message: "Timestamp \(timestamp) of message with offset \(record.index) is out of range. The "
                        + "timestamp should be within [\(allowed.lowerBound), \(allowed.upperBound)]")
            }
        }
        if hasInvalidTimestamp {
            return LogError(
                .invalidTimestamp, "One or more records have been rejected due to invalid timestamp",
                recordErrors: issues)
        }
        return LogError(
            .invalidRecord,
            "One or more records have been rejected due to \(inspection.invalidRecordCount) record errors in total: "
                + (issues.first?.message ?? ""),
            recordErrors: issues)
    }
}
