// SPDX-License-Identifier: Apache-2.0

/// Record 10 of `__cluster_metadata`: a delegation token, new or renewed.
public struct DelegationTokenRecord: MetadataRecord {
    public static var recordType: Int16 { 10 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var owner: String = ""
    public var requester: String = ""
    public var renewers: [String] = []
    public var issueTimestamp: Int64 = 0
    public var maxTimestamp: Int64 = 0
    public var expirationTimestamp: Int64 = 0
    public var tokenID: String = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&owner)
        try wire.string(&requester)
        try wire.strings(&renewers)
        try wire.int64(&issueTimestamp)
        try wire.int64(&maxTimestamp)
        try wire.int64(&expirationTimestamp)
        try wire.string(&tokenID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
