// SPDX-License-Identifier: Apache-2.0

/// Record 17 of `__cluster_metadata`: what has changed of a broker's registration.
///
/// Version 1 adds `inControlledShutdown`; version 2 adds `logDirs`; version 3 adds `cordonedLogDirs`.
public struct BrokerRegistrationChangeRecord: MetadataRecord {
    public static var recordType: Int16 { 17 }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { 0 }

    public var brokerID: Int32 = 0
    public var brokerEpoch: Int64 = 0
    public var fenced: Int8 = 0
    public var inControlledShutdown: Int8 = 0
    public var logDirs: [KafkaUUID] = []
    public var cordonedLogDirs: [KafkaUUID]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: fenced == 0) { (wire) throws(WireError) in try wire.int8(&fenced) }
            try tags.field(1, since: 1, isDefault: inControlledShutdown == 0) { (wire) throws(WireError) in
                try wire.int8(&inControlledShutdown)
            }
            try tags.field(2, since: 2, isDefault: logDirs.isEmpty) { (wire) throws(WireError) in
                try wire.uuids(&logDirs)
            }
            try tags.field(3, since: 3, isDefault: cordonedLogDirs == nil) { (wire) throws(WireError) in
                try wire.nullableUUIDs(&cordonedLogDirs)
            }
        }
    }
}
