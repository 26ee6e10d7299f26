// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog

/// What messages about damaged files end with: the way out.
enum StorageAdvice {
    /// - Parameter partition: the directory of one.
    static func text(_ partition: String) -> String { text(of: FileSystem.parent(of: partition)) }

    static func text(of dataDirectory: String) -> String {
        "Nothing was changed. kafka storage check --data-dir \(dataDirectory) shows what can be had and what would be "
            + "lost; kafka storage repair does it"
    }
}
