// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Which of the connections to a broker a request takes.
///
/// A broker answers a connection's requests one after the other, so that a long poll holds up what follows it: whoever
/// polls has a lane, and thereby connections, of its own.
struct Lane: Hashable, Sendable {
    private let number: Int

    /// For short requests.
    static let control = Lane(number: 0)

    static func unique() -> Lane {
        Lane(number: counter.add(1, ordering: .relaxed).newValue)
    }

    private init(number: Int) { self.number = number }
    private static let counter = Atomic(0)
}
