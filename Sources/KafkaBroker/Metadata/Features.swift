// SPDX-License-Identifier: Apache-2.0

/// The features of Kafka, and what their levels bring.
package enum Features {
    package static let metadataVersion = "metadata.version"
    package static let groupVersion = "group.version"
    package static let transactionVersion = "transaction.version"
    package static let shareVersion = "share.version"
    package static let kraftVersion = "kraft.version"
    package static let eligibleLeaderReplicasVersion = "eligible.leader.replicas.version"
    package static let streamsVersion = "streams.version"

    /// 3.3-IV3: below it, Kafka 4 itself opens nothing.
    package static let lowestMetadataVersion: Int16 = 7
    /// The level of a new directory, 4.0-IV3: every Kafka since 4.0.0 opens it.
    package static let newMetadataVersion: Int16 = 25

    /// The metadata.version that a level of a feature needs.
    static func requiredMetadataVersion(_ name: String, _ level: Int16) -> Int16 {
        guard level > 0 else { return 0 }
        return switch name {
        case kraftVersion: 21
        case eligibleLeaderReplicasVersion: 23
        case shareVersion: level > 1 ? 31 : 28
        case streamsVersion: 29
        default: 0
        }
    }

    /// Whether a level between the two, the upper one included, brought records that the lower one can't read.
    static func changesMetadata(from low: Int16, to high: Int16) -> Bool {
        low < high && ((low + 1)...high).contains { levelsWithNewRecords.contains($0) }
    }

    private static let levelsWithNewRecords: Set<Int16> = [
        1, 3, 5, 6, 7, 8, 11, 13, 14, 15, 17, 23, 30, 32, 33,
    ]

    /// Kafka's name of a metadata.version, such as `4.0-IV3`; nil for a level that is not known.
    package static func metadataVersionName(_ level: Int16) -> String? {
        metadataVersionNames.indices.contains(Int(level) - 1) ? metadataVersionNames[Int(level) - 1] : nil
    }

    /// The level of a metadata.version by its name; `4.0` stands for its last level.
    package static func metadataVersionLevel(_ name: String) -> Int16? {
        if let index = metadataVersionNames.firstIndex(of: name) { return Int16(index + 1) }
        return metadataVersionNames.lastIndex { $0.hasPrefix(name + "-") }.map { Int16($0 + 1) }
    }

    private static let metadataVersionNames = [
        "3.0-IV1", "3.1-IV0", "3.2-IV0", "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1",
        "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0",
        "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
        "4.4-IV0", "4.4-IV1", "4.4-IV2",
    ]
}

/// What a metadata.version allows to be written.
struct RecordVersions: Sendable {
    var metadataVersion: Int16

    var hasDelegationTokens: Bool { metadataVersion >= 14 }
    var hasTransactions: Bool { metadataVersion >= 13 }
    var hasControllerRegistration: Bool { metadataVersion >= 15 }
    var hasDirectories: Bool { metadataVersion >= 17 }
    var hasEligibleLeaderReplicas: Bool { metadataVersion >= 23 }

    /// Access control lists may name networks (KIP-1276).
    var hasNetworksInAcls: Bool { metadataVersion >= 32 }

    var partition: Int16 { hasEligibleLeaderReplicas ? 2 : hasDirectories ? 1 : 0 }
    var partitionChange: Int16 { partition }
    var registerBroker: Int16 {
        if metadataVersion >= 30 { return 4 }
        if hasDirectories { return 3 }
        return metadataVersion >= 8 ? 2 : metadataVersion >= 7 ? 1 : 0
    }
}
