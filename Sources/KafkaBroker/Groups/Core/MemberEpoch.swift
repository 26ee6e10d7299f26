// SPDX-License-Identifier: Apache-2.0

/// Special epochs of a heartbeat.
enum MemberEpoch {
    static let join: Int32 = 0
    static let leave: Int32 = -1
    /// A static member goes, but will be back.
    static let leaveForNow: Int32 = -2
}
