// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// How far a group has read a partition.
struct CommittedOffset: Sendable, Equatable {
    var offset: Int64
    /// -1 if it was not given.
    var leaderEpoch: Int32
    var metadata: String
    /// Milliseconds since 1970.
    var commitTimestamp: Int64
    /// Milliseconds since 1970, from old clients that set a retention of their own.
    var expireTimestamp: Int64?
    /// Where the record is, so that of a transactional commit and another the later one wins.
    var recordOffset: Int64

    init(_ value: OffsetCommitValue, recordOffset: Int64) {
        offset = value.offset
        leaderEpoch = value.leaderEpoch
        metadata = value.metadata
        commitTimestamp = value.commitTimestamp
        expireTimestamp = value.expireTimestamp == -1 ? nil : value.expireTimestamp
        self.recordOffset = recordOffset
    }

    func isExpired(_ expiry: OffsetExpiry, now: Int64, retentionMs: Int64) -> Bool {
        if let expireTimestamp { return now >= expireTimestamp }
        let start =
            switch expiry {
            case .sinceCommit: commitTimestamp
            case .since(let timestamp): timestamp
            }
        return now.subtractingSaturating(start) >= retentionMs
    }
}

/// The offsets of the groups of one partition of `__consumer_offsets`, and those of open transactions.
struct CommittedOffsets: Sendable {
    typealias ByTopic = [String: [Int32: CommittedOffset]]

    private var groups: [String: ByTopic] = [:]
    /// By producer id; they count when the transaction is committed.
    private var pending: [Int64: [String: ByTopic]] = [:]
    /// Which producers have pending offsets of a group.
    private var openTransactions: [String: Set<Int64>] = [:]

    subscript(groupID: String) -> ByTopic { groups[groupID] ?? [:] }

    var groupIDs: some Collection<String> { groups.keys }

    func hasOpenTransaction(_ groupID: String) -> Bool { openTransactions[groupID] != nil }

    func isPending(_ groupID: String, _ topic: String, _ partition: Int32) -> Bool {
        guard let producers = openTransactions[groupID] else { return false }
        return producers.contains { pending[$0]?[groupID]?[topic]?[partition] != nil }
    }

    /// The partitions of a group with an offset, committed or pending, by topic and partition.
    func partitions(of groupID: String) -> [(topic: String, partition: Int32)] {
        var all: [String: Set<Int32>] = groups[groupID, default: [:]].mapValues { Set($0.keys) }
        for producerID in openTransactions[groupID] ?? [] {
            for (topic, offsets) in pending[producerID]?[groupID] ?? [:] {
                all[topic, default: []].formUnion(offsets.keys)
            }
        }
        return all.sorted { $0.key < $1.key }.flatMap { topic, partitions in
            partitions.sorted().map { (topic, $0) }
        }
    }

    /// The groups that have offsets of a topic, committed or pending.
    func groups(with topic: String) -> Set<String> {
        var found = Set(groups.filter { $0.value[topic] != nil }.keys)
        for offsets in pending.values { found.formUnion(offsets.filter { $0.value[topic] != nil }.keys) }
        return found
    }
}

// MARK: Replay

extension CommittedOffsets {
    /// - Parameter producerID: of the transaction that the offset is part of, or -1.
    mutating func put(_ key: OffsetCommitKey, _ offset: CommittedOffset, producerID: Int64) {
        if producerID < 0 {
            groups[key.group, default: [:]][key.topic, default: [:]][key.partition] = offset
        } else {
            pending[producerID, default: [:]][key.group, default: [:]][key.topic, default: [:]][key.partition] = offset
            openTransactions[key.group, default: []].insert(producerID)
        }
    }

    mutating func remove(_ key: OffsetCommitKey) {
        Self.remove(key, from: &groups)
        for producerID in openTransactions[key.group] ?? [] {
            guard pending[producerID] != nil else { continue }
            Self.remove(key, from: &pending[producerID]!)
        }
    }

    private static func remove(_ key: OffsetCommitKey, from groups: inout [String: ByTopic]) {
        guard groups[key.group]?[key.topic]?[key.partition] != nil else { return }
        groups[key.group]![key.topic]![key.partition] = nil
        if groups[key.group]![key.topic]!.isEmpty { groups[key.group]![key.topic] = nil }
        if groups[key.group]!.isEmpty { groups[key.group] = nil }
    }

    /// Applies or drops what a transaction committed.
    mutating func endTransaction(producerID: Int64, commit: Bool) {
        guard let ended = pending.removeValue(forKey: producerID) else { return }
        // The sets may name groups whose pending offsets were deleted meanwhile.
        for groupID in openTransactions.keys where openTransactions[groupID]!.contains(producerID) {
            openTransactions[groupID]!.remove(producerID)
            if openTransactions[groupID]!.isEmpty { openTransactions[groupID] = nil }
        }
        guard commit else { return }
        for (groupID, topics) in ended {
            for (topic, partitions) in topics {
                for (partition, offset) in partitions {
                    let current = groups[groupID]?[topic]?[partition]
                    guard offset.recordOffset > current?.recordOffset ?? -1 else { continue }
                    groups[groupID, default: [:]][topic, default: [:]][partition] = offset
                }
            }
        }
    }
}

/// From which moment the retention of an offset counts.
enum OffsetExpiry: Equatable {
    case sinceCommit
    /// Milliseconds since 1970, when the group lost its last member.
    case since(Int64)
}
