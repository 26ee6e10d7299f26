// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// The time since the system started, which nobody sets.
enum UptimeClock {
    static func milliseconds() -> Int64 { Int64(clamping: NIODeadline.now().uptimeNanoseconds / 1_000_000) }
}
