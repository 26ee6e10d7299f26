// SPDX-License-Identifier: Apache-2.0

/// Record 26 of `__cluster_metadata`: a delegation token is gone.
public struct RemoveDelegationTokenRecord: MetadataRecord {
    public static var recordType: Int16 { 26 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var tokenID: String = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&tokenID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
