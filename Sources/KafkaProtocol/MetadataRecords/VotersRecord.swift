// SPDX-License-Identifier: Apache-2.0

/// Value of the control record that names the voters of a KRaft log (KIP-853).
public struct VotersRecord: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var version: Int16 = 0
    public var voters: [Voter] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int16(&version)
        try wire.array(&voters)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A node that may vote (KIP-853).
    public struct Voter: WireStructure {
        public var voterID: Int32 = 0
        public var voterDirectoryID: KafkaUUID = .zero
        public var endpoints: [Endpoint] = []
        public var kRaftVersionFeature = KRaftVersionFeature()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&voterID)
            try wire.uuid(&voterDirectoryID)
            try wire.array(&endpoints)
            try wire.structure(&kRaftVersionFeature)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a voter listens, under the listener's name.
    public struct Endpoint: WireStructure {
        public var name: String = ""
        public var host: String = ""
        public var port: UInt16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The levels of `kraft.version` that a voter could work at.
    public struct KRaftVersionFeature: WireStructure {
        public var minSupportedVersion: Int16 = 0
        public var maxSupportedVersion: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int16(&minSupportedVersion)
            try wire.int16(&maxSupportedVersion)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
