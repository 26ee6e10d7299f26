// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A request of which only a part has come: how long its client may take for the rest.
///
/// While others wait for the memory that it holds, it has to come as fast as a poor line brings it. Times in which the broker itself didn't read don't count: whoever goes on reading begins anew.
struct UnfinishedFrame {
    private let began: NIODeadline
    private var byteCount: Int
    private let firstByteCount: Int

    /// What everybody has, and how many bytes are to come in each second beyond that.
    static let patience = TimeAmount.seconds(60)
    static let bytesPerSecond: Int64 = 4096
    /// The same while others wait for memory.
    static let patienceWhenShort = TimeAmount.seconds(10)
    static let bytesPerSecondWhenShort: Int64 = 64 << 10

    init(byteCount: Int, now: NIODeadline) {
        began = now
        (self.byteCount, firstByteCount) = (byteCount, byteCount)
    }

    /// So many bytes are there by now.
    mutating func note(byteCount: Int) { self.byteCount = byteCount }

    /// Whether it has taken too long.
    /// - Parameter isShort: others wait for memory.
    func isOverdue(now: NIODeadline, isShort: Bool) -> Bool {
        let patience = isShort ? Self.patienceWhenShort : Self.patience
        let rate = isShort ? Self.bytesPerSecondWhenShort : Self.bytesPerSecond
        let earned = Int64(clamping: max(byteCount - firstByteCount, 0)) / rate
        return now - began > patience + .seconds(earned)
    }
}
