// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaLog
import KafkaProtocol
import KafkaText

/// `kafka storage format`
struct StorageFormatting {
    private let target: StorageTarget
    private let format: StorageFormat
    private let release: String
    private let ignoresFormatted: Bool

    init(_ arguments: Arguments, _ target: StorageTarget) throws {
        self.target = target
        ignoresFormatted = arguments.flag("ignore-formatted")
        var levels = Dictionary(
            try arguments.strings("feature").map(FeatureVersions.parse), uniquingKeysWith: { _, last in last })
        let metadataVersion: Int16
        if let level = levels[Features.metadataVersion] {
            if arguments.has("release-version") {
                throw CommandError("Use --release-version instead of --feature metadata.version=X to avoid ambiguity.")
            }
            metadataVersion = level
        } else if let release = arguments.string("release-version") {
            metadataVersion = try FeatureVersions.metadataVersion(release).level
        } else {
            metadataVersion = Features.newMetadataVersion
        }
        guard metadataVersion >= Features.lowestMetadataVersion else {
            throw CommandError("metadata.version \(metadataVersion) is too old to be supported.")
        }
        guard let name = Features.metadataVersionName(metadataVersion) else {
            throw CommandError("Unknown metadata.version \(metadataVersion)")
        }
        release = name
        let credentials = try arguments.strings("add-scram").map {
            try ScramArgument.parse($0, SecretResolver(arguments.environment))
        }
        let quorum = try FormattedQuorum(arguments, target)
        if let kraftVersion = levels.removeValue(forKey: Features.kraftVersion) { try quorum.check(kraftVersion) }
        for (feature, level) in levels where feature != Features.metadataVersion {
            try FeatureVersions.check(feature, level)
            if let needed = Features.dependency(of: feature, level), needed > metadataVersion {
                throw CommandError(
                    "\(feature) could not be set to \(level) because it depends on metadata.version level \(needed)")
            }
        }
        levels[Features.metadataVersion] = metadataVersion
        for feature in Features.besidesMetadataVersion where feature != Features.kraftVersion {
            if levels[feature] != nil { continue }
            levels[feature] = Features.defaultLevel(of: feature, metadataVersion: metadataVersion)
        }
        var format = StorageFormat(
            clusterID: try arguments.required("cluster-id"), nodeID: target.configuration.nodeID, levels: levels)
        format.voters = quorum.voters
        format.credentials = credentials
        self.format = format
    }

    func run(_ context: Context) throws {
        var empty: [String] = []
        for directory in target.directories {
            guard let owner = try StorageFormat.owner(of: directory) else {
                empty.append(directory)
                continue
            }
            guard ignoresFormatted else {
                throw CommandError(
                    "Log directory \(directory) is already formatted. Use --ignore-formatted to ignore this directory "
                        + "and format the others.")
            }
            if owner.clusterID != format.clusterID {
                throw CommandError(
                    "Invalid cluster.id in: \(directory)/meta.properties. Expected \(format.clusterID), but read "
                        + (owner.clusterID ?? "none"))
            }
            if owner.nodeID != format.nodeID {
                throw CommandError(
                    "Stored node id \(owner.nodeID ?? -1) doesn't match previous node id \(format.nodeID) in "
                        + "\(directory)/meta.properties.")
            }
        }
        if empty.isEmpty { context.out.line("All of the log directories are already formatted.") }
        for directory in empty {
            context.out.line("Formatting \(kind(directory)) \(directory) with metadata.version \(release).")
            var format = format
            if directory != target.metadataDirectory { format.voters = nil }
            try format.write(directory, now: Timestamps.now())
        }
    }

    private func kind(_ directory: String) -> String {
        if directory != target.metadataDirectory { return "data directory" }
        guard let voters = format.voters else { return "metadata directory" }
        let isVoter = voters.voters.contains { $0.voterID == format.nodeID }
        return isVoter ? "dynamic metadata voter directory" : "dynamic metadata directory"
    }
}
