// SPDX-License-Identifier: Apache-2.0

/// Which levels of the features a release of Kafka begins with (KIP-1022).
extension Features {
    /// The features besides metadata.version, in Kafka's order.
    package static let besidesMetadataVersion = [
        kraftVersion, transactionVersion, groupVersion, eligibleLeaderReplicasVersion, shareVersion, streamsVersion,
    ]

    /// The oldest metadata.version that a release is named by, 3.0-IV1.
    package static let oldestRelease = "3.0-IV1"
    /// The newest one that Kafka calls stable and this broker serves.
    package static let newestRelease = "4.4-IV2"

    /// For each level above 0 of a feature, the metadata.version from which on new clusters have it, and the one that
    /// it can't do without.
    private static func levels(of feature: String) -> [(level: Int16, defaultSince: Int16)] {
        switch feature {
        case kraftVersion: [(1, 21)]
        case transactionVersion: [(1, 24), (2, 24)]
        case groupVersion: [(1, 22)]
        case eligibleLeaderReplicasVersion: [(1, 26)]
        case shareVersion: [(1, 28), (2, 31)]
        case streamsVersion: [(1, 29)]
        default: []
        }
    }

    /// The level that a new cluster of that metadata.version has.
    package static func defaultLevel(of feature: String, metadataVersion: Int16) -> Int16 {
        levels(of: feature).last { $0.defaultSince <= metadataVersion }?.level ?? 0
    }

    /// Whether Kafka knows this level of a feature.
    package static func isLevel(_ level: Int16, of feature: String) -> Bool {
        level == 0 || levels(of: feature).contains { $0.level == level }
    }

    /// The first release of Kafka that opens a directory with this level; nil for one that all releases since 4.0 open.
    package static func firstKafka(with feature: String, _ level: Int16) -> String? {
        guard level > 0 else { return nil }
        let metadataVersion =
            feature == metadataVersion ? level : levels(of: feature).last { $0.level <= level }?.defaultSince ?? 0
        // Kafka 4.0 knows eligible leader replicas, but doesn't begin with them.
        if feature == eligibleLeaderReplicasVersion || metadataVersion <= newMetadataVersion { return nil }
        return metadataVersionName(metadataVersion).map { String($0.prefix { $0 != "-" }) }
    }

    /// The metadata.version that a level needs; nil if it needs none.
    package static func dependency(of feature: String, _ level: Int16) -> Int16? {
        let required = requiredMetadataVersion(feature, level)
        return required > 0 ? required : nil
    }
}
