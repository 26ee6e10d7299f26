// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

// What the members of a classic consumer group tell each other through the coordinator: 16 bits of version, then the
// message. Versions that are too new are read as the newest one known, which begins alike.

extension ConsumerProtocolSubscription {
    static func version(of metadata: ByteBuffer?) -> Int16 {
        min(max(metadata?.getInteger(at: metadata?.readerIndex ?? 0) ?? 0, 0), versions.upperBound)
    }

    static func decode(_ metadata: ByteBuffer) throws(GroupError) -> ConsumerProtocolSubscription {
        var bytes = metadata
        bytes.moveReaderIndex(forwardBy: min(2, bytes.readableBytes))
        do { return try decode(prefixOf: &bytes, version: version(of: metadata)) } catch {
            throw GroupError(.inconsistentGroupProtocol, "Malformed embedded consumer protocol: \(error).")
        }
    }
}

extension ConsumerProtocolAssignment {
    /// The partitions of an assignment; none if the member got nothing yet.
    static func decode(_ bytes: ByteBuffer, _ topics: any TopicLookup) throws(GroupError) -> Assignment {
        var bytes = bytes
        guard let version = bytes.readInteger(as: Int16.self) else { return [:] }
        let message: ConsumerProtocolAssignment
        do {
            message = try decode(prefixOf: &bytes, version: min(max(version, 0), versions.upperBound))
        } catch {
            throw GroupError(.inconsistentGroupProtocol, "Malformed embedded consumer protocol: \(error).")
        }
        var assignment: Assignment = [:]
        for topic in message.assignedPartitions where !topic.partitions.isEmpty {
            guard let facts = topics.topic(named: topic.topic) else { continue }
            assignment[facts.id, default: []].formUnion(topic.partitions)
        }
        return assignment
    }

    static func encoded(
        _ assignment: Assignment, version: Int16, _ topics: any TopicLookup
    ) throws(GroupError) -> ByteBuffer {
        let named = assignment.compactMap { topicID, partitions in
            topics.topic(id: topicID).map { topic in
                TopicPartition {
                    $0.topic = topic.name
                    $0.partitions = partitions.sorted()
                }
            }
        }
        let message = ConsumerProtocolAssignment {
            $0.assignedPartitions = named.sorted { $0.topic < $1.topic }
        }
        var bytes = ByteBuffer(integer: version)
        do { try message.encode(into: &bytes, version: version) } catch {
            throw GroupError(.unknownServerError, "The assignment can't be written: \(error).")
        }
        return bytes
    }
}
