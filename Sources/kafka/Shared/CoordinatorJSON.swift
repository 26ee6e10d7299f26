// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Records of the coordinators' topics as Kafka 4's formatters show them:
/// `{"key":{"type":1,"data":{…}},"value":{"version":3,"data":{…}}}`.
enum CoordinatorJSON {
    /// Nil for a record of another kind.
    static func record(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, _ kind: CoordinatorFormatter.Kind
    ) throws -> JSON? {
        guard let key else {
            return .members(["key": .null, "value": versioned(value) { _, _ in .string("unknown") }])
        }
        switch (kind, type(of: key)) {
        case (.offsets, 0), (.offsets, 1): return try record(key, value, OffsetCommitKey.self)
        case (.groups, 2): return try record(key, value, GroupMetadataKey.self)
        case (.transactions, 0): return try record(key, value, TransactionLogKey.self)
        case (.transactions, let type):
            return .members([
                "key": .members(["type": .integer(Int64(type)), "data": .string("unknown")]),
                "value": versioned(value) { _, _ in .string("unknown") },
            ])
        default: return nil
        }
    }

    private static func type(of key: UnsafeRawBufferPointer) -> Int16 {
        key.count >= 2 ? Int16(bigEndian: key.loadUnaligned(as: Int16.self)) : -1
    }

    private static func record<Key: CoordinatorKey>(
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?, _: Key.Type
    ) throws -> JSON {
        let body = ByteBuffer(bytes: key.dropFirst(2))
        let decoded = try Key.decode(body, version: Key.versions.lowerBound)
        return .members([
            "key": .members(["type": .integer(Int64(type(of: key))), "data": MessageJSON.object(decoded)]),
            "value": try versioned(value) { body, version in
                guard Key.Value.versions.contains(version) else { return .string("unknown") }
                let decoded = try Key.Value.decode(body, version: version)
                return MessageJSON.object(decoded, leavingOut: absent(decoded, version))
            },
        ])
    }

    private static func versioned(
        _ value: UnsafeRawBufferPointer?, _ body: (ByteBuffer, Int16) throws -> JSON
    ) rethrows -> JSON {
        guard let value, value.count >= 2 else { return .null }
        let version = type(of: value)
        let data = try body(ByteBuffer(bytes: value.dropFirst(2)), version)
        return .members(["version": .integer(Int64(version)), "data": data])
    }

    /// Fields that a version doesn't have, and tagged fields at their defaults: Kafka writes neither.
    private static func absent(_ value: some Message, _ version: Int16) -> Set<String> {
        switch value {
        case let value as OffsetCommitValue:
            var names: Set<String> = version == 1 ? [] : ["expireTimestamp"]
            if version < 3 { names.insert("leaderEpoch") }
            if version < 4 || value.topicID == .zero { names.insert("topicId") }
            return names
        case is GroupMetadataValue:
            var names: Set<String> = []
            if version < 1 { names.insert("rebalanceTimeout") }
            if version < 2 { names.insert("currentStateTimestamp") }
            if version < 3 { names.insert("groupInstanceId") }
            return names
        case let value as TransactionLogValue:
            var names: Set<String> = []
            if version < 1 || value.previousProducerID == -1 { names.insert("previousProducerId") }
            if version < 1 || value.nextProducerID == -1 { names.insert("nextProducerId") }
            if version < 1 || value.nextProducerEpoch == -1 { names.insert("nextProducerEpoch") }
            if version < 1 || value.clientTransactionVersion == 0 { names.insert("clientTransactionVersion") }
            return names
        default: return []
        }
    }
}
