// SPDX-License-Identifier: Apache-2.0

/// Record 22 of `__cluster_metadata`: a user's credential is gone, for one SCRAM mechanism.
public struct RemoveUserScramCredentialRecord: MetadataRecord {
    public static var recordType: Int16 { 22 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var name: String = ""
    public var mechanism: Int8 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&name)
        try wire.int8(&mechanism)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
