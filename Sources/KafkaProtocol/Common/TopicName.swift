// SPDX-License-Identifier: Apache-2.0

/// The names of the topics that brokers make for themselves, and the rules for those of others.
package enum TopicName {
    package static let metadata = "__cluster_metadata"
    package static let offsets = "__consumer_offsets"
    package static let transactions = "__transaction_state"
    package static let shareState = "__share_group_state"

    /// The client id that may write to internal topics, as in Kafka.
    package static let adminClientID = "__admin_client"

    package static let maximumLength = 249

    /// Topics that clients should leave alone.
    package static func isInternal(_ name: String) -> Bool {
        name == offsets || name == transactions || name == shareState
    }

    /// What is wrong with the name, in Kafka's words; nil if it is fine.
    package static func complaint(_ name: String) -> String? {
        if name.isEmpty { return "Topic name is invalid: the empty string is not allowed" }
        if name == "." || name == ".." { return "Topic name is invalid: '\(name)' is not allowed" }
        if name.utf16.count > maximumLength {
            return "Topic name is invalid: the length of '\(name)' is longer than the max allowed length "
                + "\(maximumLength)"
        }
        guard name.utf8.allSatisfy(isAllowed) else {
            return "Topic name is invalid: '\(name)' contains one or more characters other than "
                + "ASCII alphanumerics, '.', '_' and '-'"
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2e, 0x5f, 0x2d: true
        default: false
        }
    }

    /// Whether the names of its metrics can't be told from those of another topic.
    package static func mayCollide(_ name: String) -> Bool { name.utf8.contains { $0 == 0x2e || $0 == 0x5f } }

    /// Equal for names that collide.
    package static func unified(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 == 0x2e ? 0x5f : $0 }, as: UTF8.self)
    }
}
