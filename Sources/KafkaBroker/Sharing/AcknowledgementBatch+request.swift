// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Acknowledgements of a partition as a request brings them, whichever request it is.
struct RequestedAcknowledgements: Sendable {
    var place: ShareSessionPartition
    /// Nil if they contradict themselves.
    var batches: [AcknowledgementBatch]?

    /// - Parameter allowsRenewal: whether the request says that it has renewals (KIP-1222).
    init(
        _ place: ShareSessionPartition, _ batches: [(first: Int64, last: Int64, types: [Int8])], allowsRenewal: Bool
    ) {
        self.place = place
        self.batches = Self.checked(batches, allowsRenewal)
    }

    private static func checked(
        _ batches: [(first: Int64, last: Int64, types: [Int8])], _ allowsRenewal: Bool
    ) -> [AcknowledgementBatch]? {
        var checked: [AcknowledgementBatch] = []
        var previousLast: Int64 = -1
        for batch in batches {
            guard batch.first <= batch.last, batch.first > previousLast, !batch.types.isEmpty,
                batch.types.count == 1 || Int64(batch.types.count) - 1 == batch.last - batch.first
            else { return nil }
            previousLast = batch.last
            let types = batch.types.compactMap(AcknowledgeType.init)
            guard types.count == batch.types.count, allowsRenewal || !types.contains(.renew) else { return nil }
            checked.append(AcknowledgementBatch(first: batch.first, last: batch.last, types: types))
        }
        return checked
    }
}

extension ShareFetchRequest {
    /// The partitions that bring acknowledgements.
    var acknowledgements: [RequestedAcknowledgements] {
        topics.flatMap { topic in
            topic.partitions.filter { !$0.acknowledgementBatches.isEmpty }.map { partition in
                RequestedAcknowledgements(
                    ShareSessionPartition(topicID: topic.topicID, partition: partition.partitionIndex),
                    partition.acknowledgementBatches.map { ($0.firstOffset, $0.lastOffset, $0.acknowledgeTypes) },
                    allowsRenewal: isRenewAck)
            }
        }
    }

    var named: [ShareSessionPartition] {
        topics.flatMap { topic in
            topic.partitions.map { ShareSessionPartition(topicID: topic.topicID, partition: $0.partitionIndex) }
        }
    }

    var forgotten: Set<ShareSessionPartition> {
        Set(
            forgottenTopicsData.flatMap { topic in
                topic.partitions.map { ShareSessionPartition(topicID: topic.topicID, partition: $0) }
            })
    }
}

extension ShareAcknowledgeRequest {
    var acknowledgements: [RequestedAcknowledgements] {
        topics.flatMap { topic in
            topic.partitions.map { partition in
                RequestedAcknowledgements(
                    ShareSessionPartition(topicID: topic.topicID, partition: partition.partitionIndex),
                    partition.acknowledgementBatches.map { ($0.firstOffset, $0.lastOffset, $0.acknowledgeTypes) },
                    allowsRenewal: isRenewAck)
            }
        }
    }
}

extension SharePartitions {
    /// The topics of these partitions that the client may not read; what doesn't exist is no secret.
    func refused(_ places: [ShareSessionPartition], _ context: RequestContext) -> Set<KafkaUUID> {
        if context.isOpen { return [] }
        let names = places.map { registry.topic($0.topicID)?.name }
        let refused = context.refused(.read, .topic, names.compactMap { $0 })
        return Set(zip(places, names).filter { $1.map(refused.contains) ?? false }.map(\.0.topicID))
    }

    /// Carries the acknowledgements of a request out.
    /// - Parameter refused: topics that the client may not read.
    /// - Returns: what became of those of each partition, in their order.
    func acknowledge(
        _ requested: [RequestedAcknowledgements], _ member: ShareSession.Key, _ settings: ShareGroupSettings,
        refused: Set<KafkaUUID> = []
    ) -> [(place: ShareSessionPartition, error: ShareError?)] {
        requested.map { requested in
            let place = requested.place
            if refused.contains(place.topicID) { return (place, .topicRefused) }
            guard let batches = requested.batches else {
                return (place, ShareError(.invalidRequest, "The acknowledgement batches are not valid."))
            }
            let key = SharePartitionKey(member.groupID, place.topicID, place.partition)
            return (place, acknowledge(batches, key, by: member.memberID, settings))
        }
    }
}
