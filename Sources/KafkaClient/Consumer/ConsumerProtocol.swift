// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import NIOCore

/// The bytes that members of a classic consumer group exchange: a version in 16 bits, then a message.
package enum ConsumerProtocol {
    static let type = "consumer"

    static func subscription(
        _ assignor: AssignorName, topics: [String], owned: [TopicPartition], previous: [TopicPartition],
        generation: Int32, rackID: String
    ) throws(WireError) -> ByteBuffer {
        let message = ConsumerProtocolSubscription {
            $0.topics = topics.sorted()
            $0.generationID = generation
            $0.rackID = rackID.isEmpty ? nil : rackID
            $0.ownedPartitions = owned.byTopic.map { topic, partitions in
                ConsumerProtocolSubscription.TopicPartition {
                    $0.topic = topic
                    $0.partitions = partitions
                }
            }
            $0.userData = userData(assignor, previous, generation)
        }
        return try encode(message)
    }

    static func assignment(_ partitions: [TopicPartition]) throws(WireError) -> ByteBuffer {
        let message = ConsumerProtocolAssignment {
            $0.assignedPartitions = partitions.byTopic.map { topic, partitions in
                ConsumerProtocolAssignment.TopicPartition {
                    $0.topic = topic
                    $0.partitions = partitions
                }
            }
        }
        return try encode(message)
    }

    static func member(
        _ id: String, _ instanceID: String?, _ metadata: ByteBuffer, _ assignor: AssignorName
    ) throws(WireError) -> GroupMember {
        let message = try decode(ConsumerProtocolSubscription.self, metadata)
        var member = GroupMember(id: id, instanceID: instanceID, topics: message.topics)
        member.owned = message.ownedPartitions.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.topic, $0) }
        }
        member.generation = message.generationID
        if assignor == .sticky, var data = message.userData, member.owned.isEmpty { readSticky(&data, &member) }
        if assignor == .cooperativeSticky, member.generation < 0, let data = message.userData {
            member.generation = data.getInteger(at: data.readerIndex, as: Int32.self) ?? -1
        }
        return member
    }

    static func partitions(_ assignment: ByteBuffer) throws(WireError) -> [TopicPartition] {
        // A member that got nothing may be sent no bytes at all.
        guard assignment.readableBytes > 0 else { return [] }
        return try decode(ConsumerProtocolAssignment.self, assignment).assignedPartitions.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.topic, $0) }
        }
    }

    /// The partitions of an assignment for somebody who only looks on, sorted; none where the bytes are something else.
    package static func shown(_ assignment: ByteBuffer) -> [TopicPartition] {
        ((try? partitions(assignment)) ?? []).sorted()
    }

    // MARK: Versions

    private static func encode(_ message: some Message) throws(WireError) -> ByteBuffer {
        let version = Swift.type(of: message).versions.upperBound
        var buffer = ByteBuffer()
        buffer.writeInteger(version)
        try message.encode(into: &buffer, version: version)
        return buffer
    }

    /// A version that is newer than ours begins like ours.
    private static func decode<M: Message>(_ type: M.Type, _ buffer: ByteBuffer) throws(WireError) -> M {
        var buffer = buffer
        guard let version = buffer.readInteger(as: Int16.self), version >= 0 else { throw .truncated }
        return try M.decode(prefixOf: &buffer, version: min(version, M.versions.upperBound))
    }

    // MARK: What sticky assignors add

    private static func userData(
        _ assignor: AssignorName, _ owned: [TopicPartition], _ generation: Int32
    ) -> ByteBuffer? {
        switch assignor {
        case .range, .roundRobin:
            return nil
        case .cooperativeSticky:
            return ByteBuffer(integer: generation)
        case .sticky:
            guard !owned.isEmpty else { return nil }
            var buffer = ByteBuffer()
            let topics = owned.byTopic
            buffer.writeInteger(Int32(topics.count))
            for (topic, partitions) in topics {
                // No topic has so long a name, whatever a coordinator says.
                guard let length = Int16(exactly: topic.utf8.count) else { return nil }
                buffer.writeInteger(length)
                buffer.writeString(topic)
                buffer.writeInteger(Int32(partitions.count))
                for partition in partitions { buffer.writeInteger(partition) }
            }
            buffer.writeInteger(generation)
            return buffer
        }
    }

    /// What older members put here, before subscriptions told what is owned; anything else counts as nothing.
    private static func readSticky(_ data: inout ByteBuffer, _ member: inout GroupMember) {
        var owned: [TopicPartition] = []
        guard let topicCount = data.readInteger(as: Int32.self), topicCount >= 0 else { return }
        for _ in 0..<topicCount {
            guard let length = data.readInteger(as: Int16.self), length >= 0,
                let topic = data.readString(length: Int(length)), let count = data.readInteger(as: Int32.self),
                count >= 0, Int(count) <= data.readableBytes / 4
            else { return }
            for _ in 0..<count {
                guard let partition = data.readInteger(as: Int32.self) else { return }
                owned.append(TopicPartition(topic, partition))
            }
        }
        member.owned = owned
        member.generation = data.readInteger(as: Int32.self) ?? -1
    }
}
