// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A feature, and the levels of it that this broker has (KIP-584).
package struct SupportedFeature: Sendable, Equatable {
    package var name: String
    package var minimum: Int16
    package var maximum: Int16
}

package enum SupportedFeatures {
    /// What this broker serves, by name.
    package static let all = [
        SupportedFeature(name: Features.eligibleLeaderReplicasVersion, minimum: 0, maximum: 1),
        SupportedFeature(name: Features.groupVersion, minimum: 0, maximum: 1),
        SupportedFeature(name: Features.kraftVersion, minimum: 0, maximum: 1),
        SupportedFeature(name: Features.metadataVersion, minimum: Features.lowestMetadataVersion, maximum: 33),
        SupportedFeature(name: Features.shareVersion, minimum: 0, maximum: 1),
        SupportedFeature(name: Features.transactionVersion, minimum: 0, maximum: 2),
    ]

    /// Levels that a directory may have although this broker serves nothing of them: its files are kept as they are.
    static let tolerated = [
        SupportedFeature(name: Features.shareVersion, minimum: 0, maximum: 2),
        SupportedFeature(name: Features.streamsVersion, minimum: 0, maximum: 1),
    ]

    /// The levels of a new directory besides metadata.version; kraft.version 0 is not recorded.
    static let ofNewDirectory: [(name: String, level: Int16)] = [
        (Features.metadataVersion, Features.newMetadataVersion), (Features.groupVersion, 1),
        (Features.transactionVersion, 2),
    ]

    /// What is supported, and what a directory has beyond it; by name.
    static func inDirectory(with levels: [String: Int16]) -> [SupportedFeature] {
        let beyond = tolerated.filter { feature in
            let level = levels[feature.name] ?? 0
            return level > 0 && !all.contains { $0.name == feature.name && level <= $0.maximum }
        }
        let rest = all.filter { feature in !beyond.contains { $0.name == feature.name } }
        return (rest + beyond).sorted { $0.name < $1.name }
    }

    /// Refuses a directory whose levels a newer Kafka raised beyond what is known here, as Kafka does.
    static func check(_ levels: [(key: String, value: Int16)], in path: String) throws(MetadataError) {
        for (name, level) in levels {
            let known = (all + tolerated).filter { $0.name == name }
            guard let lowest = known.map(\.minimum).min(), let highest = known.map(\.maximum).max() else {
                throw MetadataError(
                    .unsupportedVersion,
                    "\(path) uses the feature \(name), which is unknown here; a newer Kafka made it")
            }
            guard lowest <= level, level <= highest else {
                throw MetadataError(
                    .unsupportedVersion,
                    "\(path) is at \(name) \(level); supported are \(lowest) to \(highest)")
            }
        }
    }
}
