// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ClassicGroup {
    /// Whether a member with these protocols can be in the group.
    func supports(protocolType: String, protocols: some Collection<String>) -> Bool {
        if members.isEmpty { return !protocolType.isEmpty && !protocols.isEmpty }
        let candidates = commonProtocols
        return self.protocolType == protocolType && protocols.contains { candidates.contains($0) }
    }

    /// The protocols that every member has.
    private var commonProtocols: Set<String> {
        guard let first = members.values.first else { return [] }
        return members.values.reduce(into: Set(first.protocols.map(\.name))) { common, member in
            common.formIntersection(member.protocols.map(\.name))
        }
    }

    /// Each member votes for the first of its protocols that all have; the first name wins a draw.
    func electedProtocol() -> String? {
        let candidates = commonProtocols
        var votes: [String: Int] = [:]
        for member in members.values {
            guard let vote = member.protocols.first(where: { candidates.contains($0.name) }) else { continue }
            votes[vote.name, default: 0] += 1
        }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// The topics that the members subscribed to; nil if they aren't consumers or don't say it in Kafka's way.
    func computeSubscribedTopics() -> Set<String>? {
        guard usesConsumerProtocol else { return nil }
        if members.isEmpty { return [] }
        guard let protocolName else { return nil }
        var topics: Set<String> = []
        for member in members.values {
            guard let subscription = try? ConsumerProtocolSubscription.topics(of: member.metadata(for: protocolName))
            else { return nil }
            topics.formUnion(subscription)
        }
        return topics
    }

    func isSubscribed(to topic: String) -> Bool { subscribedTopics?.contains(topic) ?? usesConsumerProtocol }
}

extension ConsumerProtocolSubscription {
    /// The topics of a subscription of any version: version 0 is a prefix of all of them.
    static func topics(of metadata: ByteBuffer) throws(WireError) -> [String] {
        var bytes = metadata
        guard let version = bytes.readInteger(as: Int16.self), version >= 0 else { throw .truncated }
        return try ConsumerProtocolSubscription.decode(prefixOf: &bytes, version: 0).topics
    }
}
