// SPDX-License-Identifier: Apache-2.0

/// Record 29 of `__cluster_metadata`: a controller is no longer part of the cluster.
public struct UnregisterControllerRecord: MetadataRecord {
    public static var recordType: Int16 { 29 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var controllerID: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&controllerID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
