// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Records of the coordinators' topics as JSON.
package enum CoordinatorJSON {
    /// A key or a value: the type or version it begins with, and its fields.
    package struct Part: Sendable {
        /// Of a key its type, of a value its version.
        package var number: Int16
        package var data: JSON
    }

    /// Nil for a type that is not known.
    package static func key(_ bytes: UnsafeRawBufferPointer, of topic: Topic) throws -> Part? {
        let number = number(bytes)
        guard let type = topic.keys[number] else { return nil }
        return Part(number: number, data: try decode(type, bytes, version: type.versions.lowerBound))
    }

    /// The value behind a key.
    package static func value(
        _ bytes: UnsafeRawBufferPointer, behind key: UnsafeRawBufferPointer, of topic: Topic
    ) throws -> Part? {
        guard let type = topic.keys[number(key)] else { return nil }
        return try value(of: type, bytes)
    }

    private static func value<Key: CoordinatorKey>(of: Key.Type, _ bytes: UnsafeRawBufferPointer) throws -> Part? {
        let version = number(bytes)
        guard Key.Value.versions.contains(version) else { return nil }
        return Part(number: version, data: try decode(Key.Value.self, bytes, version: version))
    }

    private static func decode<M: Message>(
        _: M.Type, _ bytes: UnsafeRawBufferPointer, version: Int16
    ) throws -> JSON {
        MessageJSON.object(try M.decode(ByteBuffer(bytes: bytes.dropFirst(2)), version: version), version: version)
    }

    package static func number(_ bytes: UnsafeRawBufferPointer) -> Int16 {
        bytes.count >= 2 ? Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)) : -1
    }

    /// A topic that a coordinator keeps its state in.
    package enum Topic: Sendable {
        case offsets
        case transactions
        case shareState

        fileprivate var keys: [Int16: any CoordinatorKey.Type] {
            switch self {
            case .offsets: Self.offsetKeys
            case .transactions: Self.transactionKeys
            case .shareState: Self.shareKeys
            }
        }

        private static let offsetKeys = byType([
            OffsetCommitKey.self, GroupMetadataKey.self, ConsumerGroupMetadataKey.self,
            ConsumerGroupPartitionMetadataKey.self, ConsumerGroupMemberMetadataKey.self,
            ConsumerGroupTargetAssignmentMetadataKey.self, ConsumerGroupTargetAssignmentMemberKey.self,
            ConsumerGroupCurrentMemberAssignmentKey.self, ConsumerGroupRegularExpressionKey.self,
            ShareGroupMetadataKey.self, ShareGroupMemberMetadataKey.self, ShareGroupTargetAssignmentMetadataKey.self,
            ShareGroupTargetAssignmentMemberKey.self, ShareGroupCurrentMemberAssignmentKey.self,
            ShareGroupStatePartitionMetadataKey.self,
        ])
        private static let transactionKeys = byType([TransactionLogKey.self])
        private static let shareKeys = byType([ShareSnapshotKey.self, ShareUpdateKey.self])

        private static func byType(_ types: [any CoordinatorKey.Type]) -> [Int16: any CoordinatorKey.Type] {
            Dictionary(types.map { ($0.recordType, $0) }) { first, _ in first }
        }
    }
}
