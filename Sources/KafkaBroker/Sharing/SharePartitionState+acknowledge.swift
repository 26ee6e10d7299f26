// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a member says of records that it has, with Kafka's numbers.
enum AcknowledgeType: Int8, Sendable {
    /// There is no record at the offset.
    case gap = 0
    /// It was processed.
    case accept = 1
    /// It is for somebody else to try.
    case release = 2
    /// It can't be processed by anybody.
    case reject = 3
    /// It takes longer (KIP-1222).
    case renew = 4
}

/// Consecutive offsets that a member acknowledges: all in the same way, or one type for each.
struct AcknowledgementBatch: Sendable, Equatable {
    var first: Int64
    var last: Int64
    var types: [AcknowledgeType]

    func type(at offset: Int64) -> AcknowledgeType { types.count == 1 ? types[0] : types[Int(offset - first)] }
}

extension SharePartitionState {
    /// Takes acknowledgements over; when it throws, the state is spoilt and to be dropped.
    ///
    /// - Parameter deadline: of locks that are renewed, in milliseconds of the uptime.
    mutating func acknowledge(
        _ batches: [AcknowledgementBatch], by memberID: String, deadline: Int64, _ limits: Limits
    ) throws(ShareError) {
        for batch in batches where batch.last >= records.startOffset {
            try check(batch)
            let first = max(batch.first, records.startOffset)
            if batch.types.count == 1 {
                try acknowledge(first...batch.last, batch.types[0], memberID, deadline, limits)
            } else {
                var lower = first
                while lower <= batch.last {
                    let type = batch.type(at: lower)
                    var upper = lower
                    while upper < batch.last, batch.type(at: upper + 1) == type { upper += 1 }
                    try acknowledge(lower...upper, type, memberID, deadline, limits)
                    lower = upper + 1
                }
            }
        }
        records.advance()
    }

    private func check(_ batch: AcknowledgementBatch) throws(ShareError) {
        guard records.count > 0 else {
            throw ShareError(
                .invalidRecordState, "Batch record not found. The request batch offsets are not found in the cache.")
        }
        guard batch.first < records.endOffset else {
            throw ShareError(
                .invalidRequest, "Batch record not found. The first offset in request is past acquired records.")
        }
        guard batch.last < records.endOffset else {
            throw ShareError(
                .invalidRequest, "Batch record not found. The last offset in request is past acquired records.")
        }
    }

    private mutating func acknowledge(
        _ range: ClosedRange<Int64>, _ type: AcknowledgeType, _ memberID: String, _ deadline: Int64, _ limits: Limits
    ) throws(ShareError) {
        var changed: [InFlightRecords.Run] = []
        try records.update(range) { (run) throws(ShareError) in
            guard run.state == .acquired else {
                throw ShareError(
                    .invalidRecordState,
                    "The batch cannot be acknowledged. The batch is not in the acquired state.")
            }
            guard run.memberID == memberID else {
                throw ShareError(.invalidRecordState, "Member is not the owner of batch record")
            }
            switch type {
            case .renew:
                run.deadline = deadline
                return
            case .accept: run.end(in: .acknowledged)
            case .release: run.end(in: run.deliveryCount >= limits.deliveryCount ? .archived : .available)
            case .reject, .gap: run.end(in: .archived)
            }
            changed.append(run)
        }
        for run in changed { note(run) }
    }
}
