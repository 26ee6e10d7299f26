// SPDX-License-Identifier: Apache-2.0

/// Key material, a login or a setting of them that can't be used: which, why, and what to do, in one line without secrets.
public struct SecurityError: Error, Sendable, CustomStringConvertible {
    public var message: String
    public var description: String { message }

    public init(_ message: String) { self.message = message }
}
