// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension Admin {
    /// Where a group is in each partition that it has an offset of.
    func positions(of group: String) async throws -> [TopicPartition: Int64] {
        try await committedOffsets(group: group).mapValues { try $0.get().offset }.filter { $0.value >= 0 }
    }
}
