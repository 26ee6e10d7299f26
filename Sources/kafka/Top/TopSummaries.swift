// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A topic's partitions taken together.
struct TopicSummary: Sendable {
    /// Of the partition that has most.
    var replicas: Int
    /// Records written a second; nil while it is not known of any partition.
    var rate: Double?
    /// Offsets between start and end, which compaction and transactions make more than there are records.
    var records: Int64?
    var size: Int64?
    var offline = 0
    var underReplicated = 0

    init(_ topic: TopicMetadata, _ sample: TopSample, _ history: TopHistory) {
        replicas = topic.partitions.map(\.replicas.count).max() ?? 0
        for partition in topic.partitions {
            let key = TopicPartition(topic.name, partition.partition)
            if let rate = history.rate(key) { self.rate = (self.rate ?? 0) + rate }
            if let start = sample.starts[key], let end = sample.ends[key] {
                records = (records ?? 0).addingSaturating(max(0, end.subtractingSaturating(start)))
            }
            if let size = sample.sizes[key] { self.size = (self.size ?? 0).addingSaturating(size) }
            if partition.leader == nil {
                offline += 1
            } else if partition.isr.count < partition.replicas.count {
                underReplicated += 1
            }
        }
    }

    var trouble: String {
        var words: [String] = []
        if offline > 0 { words.append("\(offline) without leader") }
        if underReplicated > 0 { words.append("\(underReplicated) under-replicated") }
        return words.joined(separator: ", ")
    }
}

/// A group's partitions taken together.
struct GroupSummary: Sendable {
    var state: String
    var members: Int?
    var topics: Int
    var lag: Int64?
    var motion: TopHistory.Motion?

    init(_ group: TopSample.Group, _ sample: TopSample, _ history: TopHistory) {
        state = group.description?.state ?? group.listed.state
        members = group.description?.members.count
        topics = Set(group.committed.keys.map(\.topic)).count
        lag = TopHistory.lag(group, sample.ends)
        motion = history.motion(group.listed.groupID)
    }

    /// Until there is no lag, if all goes on as it does; infinite while the lag doesn't shrink.
    var secondsLeft: Double? {
        guard let lag, lag > 0 else { return lag == nil ? nil : 0 }
        guard let motion else { return nil }
        return motion.growth < 0 ? Double(lag) / -motion.growth : .infinity
    }
}
