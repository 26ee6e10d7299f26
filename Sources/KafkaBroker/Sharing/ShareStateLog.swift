// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// `__share_group_state`: a coordinator's topic whose superseded records its coordinator removes itself.
protocol ShareStateLog: CoordinatorLog {
    /// Gives up the records before an offset; those of its segment may stay on disk.
    func deleteRecords(before offset: Int64, in partition: Int32) async throws
}

extension InternalTopicLog: ShareStateLog {
    func deleteRecords(before offset: Int64, in partition: Int32) async throws {
        guard let open = registry.partition(topic, partition), offset > open.log.logStartOffset else { return }
        try await background.run { try open.log.advanceLogStart(to: min(offset, open.log.highWatermark)) }
    }
}
