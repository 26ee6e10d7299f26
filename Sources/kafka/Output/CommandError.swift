// SPDX-License-Identifier: Apache-2.0

/// Why a command ends with status 1: one line that says what is wrong and what to do.
struct CommandError: Error, CustomStringConvertible {
    var message: String
    /// The exit status; everything but a death by signal is 1.
    var status: Int32 = 1

    init(_ message: String) { self.message = message }

    var description: String { message }
}

extension CommandError {
    /// Kafka's words for an option that must be there.
    static func missing(_ option: String) -> CommandError {
        CommandError("Missing required argument \"[\(option)]\"")
    }

    /// Kafka's words for two options that exclude each other.
    static func conflict(_ option: String, with other: String) -> CommandError {
        CommandError("Option \"[\(option)]\" can't be used with option \"[\(other)]\"")
    }
}
