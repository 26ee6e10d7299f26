// SPDX-License-Identifier: Apache-2.0

/// Record 15 of `__cluster_metadata`: a broker has got a range of producer ids (KIP-730).
public struct ProducerIdsRecord: MetadataRecord {
    public static var recordType: Int16 { 15 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var brokerID: Int32 = 0
    public var brokerEpoch: Int64 = -1
    public var nextProducerID: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.int64(&nextProducerID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
