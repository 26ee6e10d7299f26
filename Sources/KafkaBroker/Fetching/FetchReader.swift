// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Reads what a fetch asks for, within its limits.
struct FetchReader: Sendable {
    let registry: PartitionRegistry
    let isolation: Isolation
    let usesTopicIDs: Bool
    /// Bytes of records at most; the first batch found comes whole even if larger (KIP-74).
    let maxBytes: Int
    /// Whether another broker asks, which no partition has for a replica.
    var isReplica = false
    /// The topics that the client may not read, by name.
    var refused: Set<String> = []
    /// Where there are several.
    var node: NodeView?

    struct Outcome {
        var answers: [FetchAnswer] = []
        var byteCount = 0
        /// Something that the client must learn at once: an error or a diverging epoch.
        var isUrgent = false
    }

    func partition(_ key: FetchedPartition.Key) -> Partition? {
        (usesTopicIDs ? registry.topic(key.topicID) : registry.topic(key.topic))?.partitions[key.partition]
    }

    /// Nil for an id that nobody has.
    private func name(of key: FetchedPartition.Key) -> String? {
        usesTopicIDs ? registry.topic(key.topicID)?.name : key.topic
    }

    func read(_ partitions: [FetchedPartition]) -> Outcome {
        var outcome = Outcome()
        outcome.answers.reserveCapacity(partitions.count)
        for requested in partitions {
            let answer = read(requested, remaining: maxBytes - outcome.byteCount, isFirst: outcome.byteCount == 0)
            outcome.byteCount += answer.partition.records.byteCount
            if answer.partition.errorCode != .none || answer.partition.divergingEpoch != .init() {
                outcome.isUrgent = true
            }
            outcome.answers.append(answer)
        }
        return outcome
    }

    private func read(_ requested: FetchedPartition, remaining: Int, isFirst: Bool) -> FetchAnswer {
        var answer = FetchAnswer(key: requested.key, partition: .init(), slice: nil)
        answer.partition.partitionIndex = requested.key.partition
        answer.partition.highWatermark = -1
        answer.partition.abortedTransactions = nil
        // Empty, never null: old clients take null for an error.
        answer.partition.records = .bytes(ByteBuffer())
        if !refused.isEmpty, let name = name(of: requested.key), refused.contains(name) {
            answer.partition.errorCode = .topicAuthorizationFailed
            answer.partition.abortedTransactions = []
            return answer
        }
        guard let partition = partition(requested.key) else {
            answer.partition.errorCode =
                usesTopicIDs && name(of: requested.key) == nil ? .unknownTopicID : .unknownTopicOrPartition
            answer.partition.abortedTransactions = []
            return answer
        }
        guard !isReplica else {
            answer.partition.errorCode = .notLeaderOrFollower
            return answer
        }
        if let node, !node.leads(partition) {
            answer.partition.errorCode = .notLeaderOrFollower
            let leader = node.leader(of: partition)
            (answer.partition.currentLeader.leaderID, answer.partition.currentLeader.leaderEpoch) = leader
            return answer
        }
        let epochError = partition.checkLeaderEpoch(requested.currentLeaderEpoch)
        guard epochError == .none else {
            answer.partition.errorCode = epochError
            return answer
        }
        do throws(LogError) {
            if let diverging = diverging(requested, partition) {
                answer.partition.divergingEpoch = diverging
                answer.partition.highWatermark = partition.log.highWatermark
                answer.partition.lastStableOffset = partition.log.lastStableOffset
                answer.partition.logStartOffset = partition.log.logStartOffset
                return answer
            }
            let limit = min(Int(requested.maxBytes), max(remaining, 0))
            let result = try partition.log.read(
                from: requested.fetchOffset, maxBytes: limit, minOneBatch: isFirst, isolation: isolation)
            answer.partition.highWatermark = result.highWatermark
            answer.partition.lastStableOffset = result.lastStableOffset
            answer.partition.logStartOffset = result.logStartOffset
            if isolation == .readCommitted {
                answer.partition.abortedTransactions = (result.abortedTransactions ?? []).map { aborted in
                    .init {
                        $0.producerID = aborted.producerID
                        $0.firstOffset = aborted.firstOffset
                    }
                }
            }
            // Only the first partition with data may go beyond the limit; a later one whose batch doesn't fit has none.
            let mayBeCut = !isFirst && result.slice.byteCount >= limit
            let isWhole = mayBeCut ? try result.slice.beginsWithWholeBatch() : true
            if !result.slice.isEmpty, isWhole {
                answer.partition.records = .deferred(byteCount: result.slice.byteCount)
                answer.slice = result.slice
            }
        } catch {
            answer.partition.errorCode = error.code
        }
        return answer
    }

    /// Where the log of the client's last epoch ended, if the client read beyond it (KIP-320).
    private func diverging(
        _ requested: FetchedPartition, _ partition: Partition
    ) -> FetchResponse.EpochEndOffset? {
        guard requested.lastFetchedEpoch >= 0 else { return nil }
        guard let end = partition.log.endOffset(forEpoch: requested.lastFetchedEpoch) else {
            return nil
        }
        guard end.epoch < requested.lastFetchedEpoch || end.endOffset < requested.fetchOffset else { return nil }
        return .init {
            $0.epoch = end.epoch
            $0.endOffset = end.endOffset
        }
    }
}

extension LogSlice {
    /// Whether the slice holds all of its first batch, which a limit may have cut.
    func beginsWithWholeBatch() throws(LogError) -> Bool {
        guard byteCount >= 12 else { return false }
        var start = self
        start.byteCount = 12
        let head = try start.read()
        guard let length = head.getInteger(at: head.readerIndex + 8, as: Int32.self) else { return false }
        return Int(length) + 12 <= byteCount
    }
}
