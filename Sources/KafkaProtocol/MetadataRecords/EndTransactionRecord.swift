// SPDX-License-Identifier: Apache-2.0

/// Record 24 of `__cluster_metadata`: what has been written since `BeginTransactionRecord` counts (KIP-868).
public struct EndTransactionRecord: MetadataRecord {
    public static var recordType: Int16 { 24 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.taggedFields(&unknownTaggedFields)
    }
}
