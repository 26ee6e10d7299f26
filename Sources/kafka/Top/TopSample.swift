// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What was asked of a cluster at one moment.
struct TopSample: Sendable {
    struct Group: Sendable {
        var listed: ListedGroup
        /// When its offsets were asked for; groups take turns where there are many.
        var time: ContinuousClock.Instant
        var description: GroupDescription?
        var committed: [TopicPartition: Int64] = [:]
    }

    struct Disk: Sendable {
        /// Bytes of partitions.
        var used: Int64 = 0
        /// Bytes that are free; nil where the broker doesn't tell (KIP-827).
        var free: Int64?
    }

    var time: ContinuousClock.Instant
    var clusterID: String?
    var controller: Int32?
    var brokers: [Broker] = []
    var topics: [TopicMetadata] = []
    var ends: [TopicPartition: Int64] = [:]
    /// Of the last time that it was asked for, as are sizes and disks.
    var starts: [TopicPartition: Int64] = [:]
    /// Bytes of all replicas.
    var sizes: [TopicPartition: Int64] = [:]
    var disks: [Int32: Disk] = [:]
    var groups: [Group] = []
    /// What could not be had, a line each.
    var problems: [String] = []
}
