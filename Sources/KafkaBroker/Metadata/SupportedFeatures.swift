// SPDX-License-Identifier: Apache-2.0

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
        SupportedFeature(name: Features.metadataVersion, minimum: Features.lowestMetadataVersion, maximum: 29),
        SupportedFeature(name: Features.shareVersion, minimum: 0, maximum: 1),
        SupportedFeature(name: Features.transactionVersion, minimum: 0, maximum: 2),
    ]

    /// Levels that a directory may have although this broker serves nothing of them: its files are kept as they are.
    static let tolerated = [
        SupportedFeature(name: Features.metadataVersion, minimum: Features.lowestMetadataVersion, maximum: 30),
        SupportedFeature(name: Features.streamsVersion, minimum: 0, maximum: 1),
    ]

    /// The levels of a new directory besides metadata.version; kraft.version 0 is not recorded.
    static let ofNewDirectory: [(name: String, level: Int16)] = [
        (Features.metadataVersion, Features.newMetadataVersion), (Features.groupVersion, 1),
        (Features.transactionVersion, 2),
    ]
}
