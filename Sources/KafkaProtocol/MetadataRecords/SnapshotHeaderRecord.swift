// SPDX-License-Identifier: Apache-2.0

/// Value of the control record that begins a snapshot (KIP-630).
public struct SnapshotHeaderRecord: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var version: Int16 = 0
    public var lastContainedLogTimestamp: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int16(&version)
        try wire.int64(&lastContainedLogTimestamp)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
