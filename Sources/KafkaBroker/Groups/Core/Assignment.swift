// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Partitions by topic.
typealias Assignment = [KafkaUUID: Set<Int32>]
