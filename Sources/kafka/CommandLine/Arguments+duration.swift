// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension Arguments {
    /// A time: `5s`, `500ms`, `1m30s`, or a number of seconds; at most some thirty years, for no clock has room for more.
    func duration(_ name: String) throws -> Duration? {
        guard let text = string(name) else { return nil }
        if let milliseconds = TimeText.duration(text[...]) {
            return min(.milliseconds(milliseconds), Self.longest)
        }
        guard let seconds = Double(text), seconds.isFinite, seconds >= 0 else {
            throw CommandError(
                "Invalid value '\(text)' of option \(name): it must be a time such as 5s, 500ms or 1m30s; a number alone "
                    + "is seconds.")
        }
        return seconds < 1e9 ? .seconds(seconds) : Self.longest
    }

    private static let longest = Duration.seconds(1_000_000_000)
}
