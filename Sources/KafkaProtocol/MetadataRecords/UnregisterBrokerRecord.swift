// SPDX-License-Identifier: Apache-2.0

/// Record 1 of `__cluster_metadata`: a broker is no longer part of the cluster.
public struct UnregisterBrokerRecord: MetadataRecord {
    public static var recordType: Int16 { 1 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var brokerID: Int32 = 0
    public var brokerEpoch: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
