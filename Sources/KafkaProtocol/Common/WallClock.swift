// SPDX-License-Identifier: Apache-2.0

import CClock

/// The time of day, as Kafka writes it.
package enum WallClock {
    /// Milliseconds since 1970.
    package static func milliseconds() -> Int64 { wall_clock_milliseconds() }
}
