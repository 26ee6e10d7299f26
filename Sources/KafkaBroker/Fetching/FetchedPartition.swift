// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a fetch wants of one partition, and what its session last told of it (KIP-227).
struct FetchedPartition: Sendable {
    /// The topic as the client names it: by name up to version 12, by id from 13 on.
    struct Key: Hashable, Sendable {
        var topic: String
        var topicID: KafkaUUID
        var partition: Int32
    }

    var key: Key
    var fetchOffset: Int64
    var maxBytes: Int32
    var currentLeaderEpoch: Int32
    var lastFetchedEpoch: Int32

    /// What the last response said; -1 before the first.
    var toldHighWatermark: Int64 = -1
    var toldLogStartOffset: Int64 = -1

    init(_ topic: FetchRequest.Topic, _ partition: FetchRequest.Partition) {
        key = Key(topic: topic.topic, topicID: topic.topicID, partition: partition.partition)
        fetchOffset = partition.fetchOffset
        maxBytes = partition.partitionMaxBytes
        currentLeaderEpoch = partition.currentLeaderEpoch
        lastFetchedEpoch = partition.lastFetchedEpoch
    }

    /// Takes over what a later request of the session says, and keeps what was told.
    mutating func update(_ newer: FetchedPartition) {
        fetchOffset = newer.fetchOffset
        maxBytes = newer.maxBytes
        currentLeaderEpoch = newer.currentLeaderEpoch
        lastFetchedEpoch = newer.lastFetchedEpoch
    }

    /// Whether an incremental response must hold `answer`, and notes what it tells.
    mutating func mustTell(_ answer: FetchResponse.Partition) -> Bool {
        var must = answer.records.byteCount > 0
        if toldHighWatermark != answer.highWatermark {
            must = true
            toldHighWatermark = answer.highWatermark
        }
        if toldLogStartOffset != answer.logStartOffset {
            must = true
            toldLogStartOffset = answer.logStartOffset
        }
        if answer.divergingEpoch != .init() { must = true }
        if answer.errorCode != .none {
            // Told again until it is over, and its end is told as well.
            toldHighWatermark = -1
            must = true
        }
        return must
    }
}
