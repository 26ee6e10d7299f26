// SPDX-License-Identifier: Apache-2.0

/// Value of the control record with which a leader of a KRaft log begins its epoch (KIP-595).
///
/// Version 1 adds `voterDirectoryID`.
public struct LeaderChangeMessage: Message {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var version: Int16 = 0
    public var leaderID: Int32 = 0
    public var voters: [Voter] = []
    public var grantingVoters: [Voter] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int16(&version)
        try wire.int32(&leaderID)
        try wire.array(&voters)
        try wire.array(&grantingVoters)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A node that may vote, by its id and its directory.
    public struct Voter: WireStructure {
        public var voterID: Int32 = 0
        public var voterDirectoryID: KafkaUUID = .zero
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&voterID)
            try wire.uuid(&voterDirectoryID, since: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
