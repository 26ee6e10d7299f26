// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension Properties {
    /// Reads the file that an option names.
    init(file path: String, option: String) throws {
        self.init(parsing: try FileText.read(path, for: "the file of --\(option)"))
    }

    /// Adds `key=value` words of an option such as `--producer-property`.
    mutating func add(_ words: [String], option: String) throws {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError(
                    "Invalid value '\(SecretProperty.shown(word))' of option \(option): it must have the form NAME=VALUE."
                )
            }
            set(String(parts[0]), String(parts[1]))
        }
    }
}
