// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Record 11 of `__cluster_metadata`: what is kept of a user's password, for one SCRAM mechanism (KIP-554).
public struct UserScramCredentialRecord: MetadataRecord {
    public static var recordType: Int16 { 11 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var name: String = ""
    public var mechanism: Int8 = 0
    public var salt = ByteBuffer()
    public var storedKey = ByteBuffer()
    public var serverKey = ByteBuffer()
    public var iterations: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&name)
        try wire.int8(&mechanism)
        try wire.bytes(&salt)
        try wire.bytes(&storedKey)
        try wire.bytes(&serverKey)
        try wire.int32(&iterations)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
