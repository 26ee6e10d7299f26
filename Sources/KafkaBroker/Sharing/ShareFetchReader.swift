// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Acquires what a ShareFetch asks for, within its limits.
struct ShareFetchReader: Sendable {
    let shares: SharePartitions
    let member: ShareSession.Key
    let settings: ShareGroupSettings
    let partitions: [ShareSessionPartition]
    /// Topics that the client may not read.
    var refused: Set<KafkaUUID> = []
    let maxBytes: Int
    let minBytes: Int
    let maxRecords: Int64
    let batchSize: Int64
    let mode: ShareAcquisition.Mode

    struct Answer: Sendable {
        var place: ShareSessionPartition
        var partition: ShareFetchResponse.PartitionData
        var slice: LogSlice?
    }

    struct Outcome: Sendable {
        var answers: [Answer] = []
        /// There are records, or something else that the client must learn at once.
        var isReady = false
    }

    /// The partitions to wait on.
    var logs: [Partition] {
        partitions.compactMap { shares.registry.topic($0.topicID)?.partitions[$0.partition] }
    }

    /// - Parameter isLast: acquires what there is, even if it is less than the client would like.
    func read(isLast: Bool) -> Outcome {
        var outcome = Outcome()
        guard isLast || hasEnough else { return outcome }
        var (bytesLeft, recordsLeft) = (maxBytes, maxRecords)
        for (position, place) in partitions.enumerated() {
            var answer = Answer(place: place, partition: .empty(place.partition))
            do throws(ShareError) {
                if refused.contains(place.topicID) { throw ShareError.topicRefused }
                let share = bytesLeft / (partitions.count - position)
                if recordsLeft > 0, share > 0,
                    let fetched = try partition(place).acquire(acquisition(recordsLeft), maxBytes: share, settings)
                {
                    bytesLeft -= min(fetched.slice.byteCount, bytesLeft)
                    recordsLeft -= fetched.ranges.acquiredCount
                    answer.partition.records = .deferred(byteCount: fetched.slice.byteCount)
                    answer.partition.acquiredRecords = fetched.ranges.map { range in
                        .init {
                            ($0.firstOffset, $0.lastOffset) = (range.first, range.last)
                            $0.deliveryCount = range.deliveryCount
                        }
                    }
                    answer.slice = fetched.slice
                    outcome.isReady = true
                }
            } catch {
                answer.partition.errorCode = error.code
                answer.partition.errorMessage = error.message
                outcome.isReady = true
            }
            outcome.answers.append(answer)
        }
        return outcome
    }

    /// Whether there are so many bytes as the client wants to wait for.
    private var hasEnough: Bool {
        guard minBytes > 1 else { return true }
        var found = 0
        for place in partitions {
            do throws(ShareError) {
                let available = try partition(place).availableBytes(maxBytes, settings)
                found = found.addingReportingOverflow(available).overflow ? .max : found + available
            } catch { return true }
            if found >= minBytes { return true }
        }
        return false
    }

    private func partition(_ place: ShareSessionPartition) throws(ShareError) -> SharePartition {
        if refused.contains(place.topicID) { throw .topicRefused }
        guard let partition = shares[SharePartitionKey(member.groupID, place.topicID, place.partition)] else {
            let isKnown = shares.registry.topic(place.topicID) != nil
            throw ShareError(isKnown ? .unknownTopicOrPartition : .unknownTopicID)
        }
        return partition
    }

    private func acquisition(_ count: Int64) -> ShareAcquisition {
        ShareAcquisition(
            memberID: member.memberID, maxRecords: count, batchSize: max(batchSize, 1), mode: mode,
            deadline: shares.coordinator.clock.uptime() + Int64(settings.lockDurationMs))
    }
}

extension ShareFetchResponse.PartitionData {
    static func empty(_ partition: Int32) -> Self {
        .init {
            $0.partitionIndex = partition
            // Empty, never null, as Kafka has it.
            $0.records = .bytes(ByteBuffer())
        }
    }
}
