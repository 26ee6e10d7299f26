// SPDX-License-Identifier: Apache-2.0

/// Why a broker can't start or go on, in one line that says what to do.
public struct BrokerError: Error, CustomStringConvertible {
    public var description: String

    /// One line that says what was wrong, and what to do.
    public init(_ description: String) { self.description = description }
}
