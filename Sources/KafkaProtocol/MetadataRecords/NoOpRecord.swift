// SPDX-License-Identifier: Apache-2.0

/// Record 20 of `__cluster_metadata`: nothing; lets followers see that the leader is alive (KIP-835).
public struct NoOpRecord: MetadataRecord {
    public static var recordType: Int16 { 20 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.taggedFields(&unknownTaggedFields)
    }
}
