// SPDX-License-Identifier: Apache-2.0

/// Record 0 of `__cluster_metadata`: a broker that is part of the cluster, with its listeners and directories.
///
/// Version 1 adds `inControlledShutdown`; version 2 adds `isMigratingZkBroker`; version 3 adds `logDirs`; version 4
/// adds `cordonedLogDirs`.
public struct RegisterBrokerRecord: MetadataRecord {
    public static var recordType: Int16 { 0 }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 0 }

    public var brokerID: Int32 = 0
    public var isMigratingZkBroker: Bool = false
    public var incarnationID: KafkaUUID = .zero
    public var brokerEpoch: Int64 = 0
    public var endPoints: [BrokerEndpoint] = []
    public var features: [BrokerFeature] = []
    public var rack: String? = ""
    public var fenced: Bool = true
    public var inControlledShutdown: Bool = false
    public var logDirs: [KafkaUUID] = []
    public var cordonedLogDirs: [KafkaUUID]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.bool(&isMigratingZkBroker, since: 2)
        try wire.uuid(&incarnationID)
        try wire.int64(&brokerEpoch)
        try wire.array(&endPoints)
        try wire.array(&features)
        try wire.nullableString(&rack)
        try wire.bool(&fenced)
        try wire.bool(&inControlledShutdown, since: 1)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 3, isDefault: logDirs.isEmpty) { (wire) throws(WireError) in
                try wire.uuids(&logDirs)
            }
            try tags.field(1, since: 4, isDefault: cordonedLogDirs == nil) { (wire) throws(WireError) in
                try wire.nullableUUIDs(&cordonedLogDirs)
            }
        }
    }

    /// Where the broker listens, under the listener's name.
    public struct BrokerEndpoint: WireStructure {
        public var name: String = ""
        public var host: String = ""
        public var port: UInt16 = 0
        public var securityProtocol: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.int16(&securityProtocol)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The levels of a feature that the broker could work at.
    public struct BrokerFeature: WireStructure {
        public var name: String = ""
        public var minSupportedVersion: Int16 = 0
        public var maxSupportedVersion: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int16(&minSupportedVersion)
            try wire.int16(&maxSupportedVersion)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
