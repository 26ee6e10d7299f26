// SPDX-License-Identifier: Apache-2.0

/// What a broker has, and has done, at a moment.
package struct BrokerObservation: Sendable {
    package var clusterID: String
    package var nodeID: Int32
    /// Host and port of the first listener, as clients are told.
    package var address: String
    /// Brokers that are registered, and those of them that lead nothing.
    package var brokerCount: Int
    package var fencedBrokerCount: Int
    /// By name.
    package var topics: [Topic] = []
    /// By name of the topic, where there was any.
    package var traffic: [String: TrafficStatistics] = [:]
    /// Of all topics, those that were deleted too.
    package var totalTraffic = TrafficStatistics()
    /// By group id.
    package var groups: [Group] = []
    package var requests: [RequestStatistics] = []
    package var loops: [LoopStatistics] = []
    /// By name.
    package var listeners: [Listener] = []
    package var quotas: [QuotaUse] = []
    /// Uses of quotas that are left out, because there are too many.
    package var omittedQuotas = 0
    /// Requests that wait: fetches for records, members for others of their group.
    package var waitingFetches: Int
    package var waitingMembers: Int
    package var fetchSessions: Int
    package var quorum: Quorum

    package struct Topic: Sendable {
        package var name: String
        package var minInsyncReplicas: Int
        /// By index.
        package var partitions: [Partition]
    }

    package struct Partition: Sendable {
        package var leader: Int32
        package var preferredLeader: Int32
        package var replicaCount: Int
        package var insyncCount: Int
        /// Nil where this broker could not open it.
        package var log: Log?
    }

    package struct Log: Sendable {
        package var startOffset: Int64
        package var endOffset: Int64
        package var highWatermark: Int64
        package var byteCount: Int64
        package var segmentCount: Int
    }

    package struct Group: Sendable {
        package var id: String
        /// `classic`, `consumer` or `share`.
        package var type: String
        /// As ListGroups has it: `Stable`.
        package var state: String
        package var memberCount: Int
        /// By topic and partition.
        package var offsets: [Offset]
    }

    package struct Offset: Sendable {
        package var topic: String
        package var partition: Int32
        package var committed: Int64
        /// Records that the group hasn't read; nil where there is no such partition any more.
        package var lag: Int64?
        /// Milliseconds since the first of them was written; 0 if there are none. Nil where that isn't known.
        package var lagMs: Int64?
    }

    package struct Listener: Sendable {
        package var name: String
        package var openCount: Int
        package var admittedCount: UInt64
    }

    package struct Quorum: Sendable {
        package var leader: Int32
        package var epoch: Int32
        package var highWatermark: Int64
    }
}
