// SPDX-License-Identifier: Apache-2.0

/// Record 25 of `__cluster_metadata`: what has been written since `BeginTransactionRecord` counts for nothing
/// (KIP-868).
public struct AbortTransactionRecord: MetadataRecord {
    public static var recordType: Int16 { 25 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var reason: String? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: reason == nil) { (wire) throws(WireError) in
                try wire.nullableString(&reason)
            }
        }
    }
}
