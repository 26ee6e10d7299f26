// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A record of `__consumer_offsets`; without a value it is a tombstone.
enum GroupRecord: Sendable, Equatable {
    case offset(OffsetCommitKey, OffsetCommitValue?)
    case classicGroup(GroupMetadataKey, GroupMetadataValue?)
    case consumerGroup(ConsumerGroupMetadataKey, ConsumerGroupMetadataValue?)
    case subscribedTopics(ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue?)
    case member(ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue?)
    case targetEpoch(ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue?)
    case targetAssignment(ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue?)
    case currentAssignment(ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue?)
    case regularExpression(ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue?)
    case shareMember(ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue?)
    case shareGroup(ShareGroupMetadataKey, ShareGroupMetadataValue?)
    case shareTargetEpoch(ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue?)
    case shareTarget(ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue?)
    case shareCurrent(ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue?)
    /// Which partitions the share coordinator keeps for the group.
    case shareState(ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue?)

    /// The bytes, in the versions that Kafka 4.0 writes.
    func encoded() throws(WireError) -> CoordinatorRecord {
        switch self {
        case .offset(let key, let value):
            // Only version 1 can carry an expiry of the record's own.
            try CoordinatorRecord(key, value, version: value?.expireTimestamp ?? -1 == -1 ? 3 : 1)
        case .classicGroup(let key, let value): try CoordinatorRecord(key, value, version: 3)
        case .consumerGroup(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .subscribedTopics(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .member(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .targetEpoch(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .targetAssignment(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .currentAssignment(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .regularExpression(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareMember(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareGroup(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareTargetEpoch(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareTarget(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareCurrent(let key, let value): try CoordinatorRecord(key, value, version: 0)
        case .shareState(let key, let value): try CoordinatorRecord(key, value, version: 0)
        }
    }
}

extension GroupRecord {
    /// Why a record is passed over when the topic is read.
    enum DecodingError: Error, Equatable {
        /// A key type that this broker doesn't know (streams groups, or of a later Kafka).
        case unknownType(Int16)
        case malformed(WireError)
    }

    init(_ record: CoordinatorRecord) throws(DecodingError) {
        var key = record.key
        guard let type = key.readInteger(as: Int16.self) else { throw .malformed(.truncated) }
        do throws(WireError) {
            switch type {
            // Types 0 and 1 are the two versions the key of an offset has had; their fields are the same.
            case 0, 1: self = .offset(try .decode(key, version: 0), try Self.value(record))
            case 2: self = .classicGroup(try .decode(key, version: 0), try Self.value(record))
            case 3: self = .consumerGroup(try .decode(key, version: 0), try Self.value(record))
            case 4: self = .subscribedTopics(try .decode(key, version: 0), try Self.value(record))
            case 5: self = .member(try .decode(key, version: 0), try Self.value(record))
            case 6: self = .targetEpoch(try .decode(key, version: 0), try Self.value(record))
            case 7: self = .targetAssignment(try .decode(key, version: 0), try Self.value(record))
            case 8: self = .currentAssignment(try .decode(key, version: 0), try Self.value(record))
            case 10: self = .shareMember(try .decode(key, version: 0), try Self.value(record))
            case 11: self = .shareGroup(try .decode(key, version: 0), try Self.value(record))
            case 12: self = .shareTargetEpoch(try .decode(key, version: 0), try Self.value(record))
            case 13: self = .shareTarget(try .decode(key, version: 0), try Self.value(record))
            case 14: self = .shareCurrent(try .decode(key, version: 0), try Self.value(record))
            case 15: self = .shareState(try .decode(key, version: 0), try Self.value(record))
            case 16: self = .regularExpression(try .decode(key, version: 0), try Self.value(record))
            default: throw WireError.truncated
            }
        } catch {
            throw Self.types.contains(type) ? .malformed(error) : .unknownType(type)
        }
    }

    private static let types: Set<Int16> = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16]

    private static func value<Value: Message>(_ record: CoordinatorRecord) throws(WireError) -> Value? {
        guard var bytes = record.value else { return nil }
        guard let version = bytes.readInteger(as: Int16.self) else { throw .truncated }
        return try Value.decode(bytes, version: version)
    }
}
