// SPDX-License-Identifier: Apache-2.0

/// What a cleaning did.
public struct CleanReport: Sendable, Equatable {
    /// For the cleaner's checkpoint: the log is cleaned below.
    public var nextDirtyOffset: Int64
    /// Bytes of dirty segments that were read for their keys.
    public var indexedBytes: Int64 = 0
    /// Bytes of the segments that were cleaned, before and after.
    public var bytesBefore: Int64 = 0
    /// Bytes of the segments that they became.
    public var bytesAfter: Int64 = 0
    /// Records of the segments that were cleaned, before.
    public var recordsBefore: Int64 = 0
    /// Records that have stayed.
    public var recordsAfter: Int64 = 0
    /// Records without a key, which were dropped: they can only be from the time before the topic was compacted.
    public var keylessRecords: Int64 = 0
    /// How many segments were cleaned.
    public var segmentsBefore = 0
    /// How many they became: small ones are put together.
    public var segmentsAfter = 0
    /// From 0 to 1, of the memory for keys; when it is full, what is left is for the next cleaning.
    public var mapUtilization: Double = 0
}
