// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

enum CommittedOffsets {
    /// Where a group is in each partition that it has an offset of.
    static func of(_ group: String, _ admin: Admin) async throws -> [TopicPartition: Int64] {
        try await admin.committedOffsets(group: group).mapValues { try $0.get().offset }.filter { $0.value >= 0 }
    }
}
