// SPDX-License-Identifier: Apache-2.0

/// Record 23 of `__cluster_metadata`: what follows counts only once `EndTransactionRecord` has come (KIP-868).
public struct BeginTransactionRecord: MetadataRecord {
    public static var recordType: Int16 { 23 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var name: String? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: name == nil) { (wire) throws(WireError) in try wire.nullableString(&name) }
        }
    }
}
