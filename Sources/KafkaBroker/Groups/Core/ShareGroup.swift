// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A group whose members read the same partitions together, as from a queue (KIP-932).
///
/// Members come and go without waiting for one another, so that whoever sends a heartbeat has its target at once.
/// Only partitions whose state the share coordinator keeps are assigned. All of that is in records, and the state is
/// what applying them yields.
struct ShareGroup: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        case empty = "Empty"
        case stable = "Stable"
    }

    struct Member: Sendable, Equatable {
        let memberID: String
        var rackID: String?
        var clientID = ""
        var clientHost = ""
        var topicNames: Set<String> = []
        var epoch: Int32 = 0
        var previousEpoch: Int32 = -1
        var assigned: Assignment = [:]

        init(_ memberID: String) { self.memberID = memberID }
    }

    /// Partitions of a topic, with the name that it had.
    struct NamedPartitions: Sendable, Equatable {
        var name: String
        var partitions: Set<Int32>
    }

    let groupID: String
    var epoch: Int32 = 0
    /// Stands for the subscribed topics as of this epoch.
    var metadataHash: Int64 = 0
    /// The group epoch that the targets are for.
    var targetEpoch: Int32 = 0
    var targets: [String: Assignment] = [:]
    var members: [String: Member] = [:]
    /// The share coordinator is about to keep these.
    var initializing: [KafkaUUID: NamedPartitions] = [:]
    /// The share coordinator keeps these.
    var initialized: [KafkaUUID: NamedPartitions] = [:]
    /// The share coordinator is about to forget these topics; by id, with their names.
    var deleting: [KafkaUUID: String] = [:]
    /// When to look whether the subscribed topics have changed, in milliseconds since 1970; not recorded.
    var refreshDeadline: Int64 = 0

    init(groupID: String) { self.groupID = groupID }
}

extension ShareGroup {
    var state: State { members.isEmpty ? .empty : .stable }

    /// In the order of their ids, so that records and answers don't depend on hashing.
    var sortedMembers: [Member] { members.values.sorted { $0.memberID < $1.memberID } }

    var subscribedNames: Set<String> { members.values.reduce(into: []) { $0.formUnion($1.topicNames) } }

    /// The subscribed topics that exist.
    func subscribedTopics(_ lookup: any TopicLookup) -> [TopicFacts] {
        subscribedNames.sorted().compactMap { lookup.topic(named: $0) }
    }

    /// What the members may be given.
    func assignable(_ lookup: any TopicLookup) -> Assignment {
        var assignment: Assignment = [:]
        for topic in subscribedTopics(lookup) {
            let partitions = Set(0..<topic.partitionCount).intersection(initialized[topic.id]?.partitions ?? [])
            if !partitions.isEmpty { assignment[topic.id] = partitions }
        }
        return assignment
    }

    /// The partitions of subscribed topics that the share coordinator doesn't keep yet.
    func uninitialized(_ lookup: any TopicLookup) -> [KafkaUUID: NamedPartitions] {
        var missing: [KafkaUUID: NamedPartitions] = [:]
        for topic in subscribedTopics(lookup) {
            let rest = Set(0..<topic.partitionCount).subtracting(initialized[topic.id]?.partitions ?? [])
            if !rest.isEmpty { missing[topic.id] = NamedPartitions(name: topic.name, partitions: rest) }
        }
        return missing
    }

    /// A number that changes with the topics that members read (FNV-1a).
    static func hash(of topics: [TopicFacts]) -> Int64 {
        guard !topics.isEmpty else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for topic in topics {
            for byte in "\(topic.name)\u{0}\(topic.id)\u{0}\(topic.partitionCount)\u{0}".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        return Int64(bitPattern: hash)
    }
}
