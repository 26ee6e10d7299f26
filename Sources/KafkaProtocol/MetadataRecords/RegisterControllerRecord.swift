// SPDX-License-Identifier: Apache-2.0

/// Record 27 of `__cluster_metadata`: a controller and where it listens (KIP-919).
public struct RegisterControllerRecord: MetadataRecord {
    public static var recordType: Int16 { 27 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var controllerID: Int32 = 0
    public var incarnationID: KafkaUUID = .zero
    public var zkMigrationReady: Bool = false
    public var endPoints: [ControllerEndpoint] = []
    public var features: [ControllerFeature] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&controllerID)
        try wire.uuid(&incarnationID)
        try wire.bool(&zkMigrationReady)
        try wire.array(&endPoints)
        try wire.array(&features)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Where the controller listens, under the listener's name.
    public struct ControllerEndpoint: WireStructure {
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

    /// The levels of a feature that the controller could work at.
    public struct ControllerFeature: WireStructure {
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
