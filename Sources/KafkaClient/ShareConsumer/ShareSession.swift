// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Where a broker's share session stands; each request has the next epoch (KIP-932).
struct ShareSession: Sendable {
    var epoch: Int32 = 0
    var partitions: Set<TopicPartition> = []

    /// The first request opens the session.
    var isNew: Bool { epoch == 0 }

    /// 0 opens a session, so it goes on with 1.
    mutating func advance() { epoch = epoch == .max ? 1 : epoch + 1 }
}
