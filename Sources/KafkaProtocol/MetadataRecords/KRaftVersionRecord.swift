// SPDX-License-Identifier: Apache-2.0

/// Value of the control record that sets `kraft.version` (KIP-853).
public struct KRaftVersionRecord: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var version: Int16 = 0
    public var kRaftVersion: Int16 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int16(&version)
        try wire.int16(&kRaftVersion)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
