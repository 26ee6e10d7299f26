// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension DateFormat {
    /// What `--date-format` says, else what Kafka's performance tools have.
    init(_ arguments: Arguments) throws {
        let pattern = arguments.string("date-format") ?? "yyyy-MM-dd HH:mm:ss:SSS"
        guard let format = DateFormat(pattern) else {
            throw CommandError("Invalid value '\(pattern)' of option date-format: write it as yyyy-MM-dd HH:mm:ss:SSS.")
        }
        self = format
    }
}
