// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import NIOCore

/// The members of a classic consumer group: their subscriptions and assignments are messages within the message.
enum ConsumerMembersJSON {
    static func opened(_ group: JSON) -> JSON {
        guard group["protocolType"]?.text == "consumer" else { return group }
        return replace(group, "members") { members in
            .array(
                (members.elements ?? []).map { member in
                    let withSubscription = replace(member, "subscription") {
                        open($0, ConsumerProtocolSubscription.self) ?? $0
                    }
                    return replace(withSubscription, "assignment") { open($0, ConsumerProtocolAssignment.self) ?? $0 }
                })
        }
    }

    private static func replace(_ object: JSON, _ name: String, _ body: (JSON) -> JSON) -> JSON {
        guard case .object(var members) = object, let index = members.firstIndex(where: { $0.name == name }) else {
            return object
        }
        members[index].value = body(members[index].value)
        return .object(members)
    }

    private static func open<M: Message>(_ value: JSON, _: M.Type) -> JSON? {
        guard let bytes = value.text.flatMap(Base64.decode), bytes.count >= 2 else { return nil }
        let version: Int16 = bytes.integer(at: 0)
        var body = ByteBuffer(bytes: bytes.dropFirst(2))
        guard M.versions.contains(version), let message = try? M.decode(prefixOf: &body, version: version) else {
            return nil
        }
        return MessageJSON.object(message, version: version)
    }
}
