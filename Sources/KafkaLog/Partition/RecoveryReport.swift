// SPDX-License-Identifier: Apache-2.0

/// What opening a log had to repair.
public struct RecoveryReport: Sendable, Equatable {
    /// How many segments were read from their beginning.
    public var scannedSegments = 0
    /// Bytes of those segments.
    public var scannedBytes: Int64 = 0
    /// Bytes behind the last good batch that were cut off.
    public var cutBytes: Int64 = 0
    /// What the operator should know, a sentence each.
    public var messages: [String] = []
}
