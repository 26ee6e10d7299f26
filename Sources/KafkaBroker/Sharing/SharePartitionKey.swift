// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A partition as one share group reads it (KIP-932).
struct SharePartitionKey: Hashable, Sendable, Comparable {
    var groupID: String
    var topicID: KafkaUUID
    var partition: Int32

    /// As FindCoordinator names it, and as its place in `__share_group_state` is computed.
    var coordinatorKey: String { "\(groupID):\(topicID):\(partition)" }

    init(_ groupID: String, _ topicID: KafkaUUID, _ partition: Int32) {
        self.groupID = groupID
        self.topicID = topicID
        self.partition = partition
    }

    /// Reads `group:topic id:partition`; a group's name may have colons too.
    init?(coordinatorKey: String) {
        let parts = coordinatorKey.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let partition = Int32(parts[parts.count - 1]), partition >= 0,
            let topicID = KafkaUUID(String(parts[parts.count - 2]))
        else { return nil }
        let groupID = parts.dropLast(2).joined(separator: ":")
        guard !groupID.isEmpty else { return nil }
        self.init(groupID, topicID, partition)
    }

    static func < (left: SharePartitionKey, right: SharePartitionKey) -> Bool {
        (left.groupID, left.topicID, left.partition) < (right.groupID, right.topicID, right.partition)
    }
}

/// What has become of a record for a share group, with Kafka's numbers.
enum ShareRecordState: Int8, Sendable {
    case available = 0
    /// A member has it, for as long as its lock lasts.
    case acquired = 1
    /// It was processed.
    case acknowledged = 2
    /// It is not to be delivered again: rejected, delivered too often, or no record at all.
    case archived = 4

    var isTerminal: Bool { self == .acknowledged || self == .archived }
}

/// Why a request about share partitions is refused.
struct ShareError: Error, Equatable {
    var code: ErrorCode
    var message: String?

    init(_ code: ErrorCode, _ message: String? = nil) {
        self.code = code
        self.message = message
    }

    static let groupRefused = ShareError(.groupAuthorizationFailed, "Group authorization failed.")
    static let topicRefused = ShareError(.topicAuthorizationFailed, "Topic authorization failed.")
    static let clusterRefused = ShareError(.clusterAuthorizationFailed, "Cluster authorization failed.")
}
