// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// What `kafka features` and `kafka storage` say of releases and of the levels of features.
enum FeatureVersions {
    static let releaseVersion = OptionDefinition.value(
        "release-version", "VERSION", "Release, such as 4.0 or 4.0-IV3", short: "r")

    /// The metadata.version of a release by its name; the newest stable one for nil.
    static func metadataVersion(_ release: String?) throws -> (level: Int16, name: String) {
        let name = release ?? Features.newestRelease
        guard let level = Features.metadataVersionLevel(name) else {
            throw CommandError(
                "Unknown release version '\(name)'. Supported versions are: \(Features.oldestRelease) to "
                    + Features.newestRelease)
        }
        return (level, name)
    }

    /// `NAME=LEVEL`
    static func parse(_ word: String) throws -> (feature: String, level: Int16) {
        let parts = word.split(separator: "=", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard parts.count == 2, let level = Int16(parts[1]) else {
            throw CommandError("Can't parse feature=level string \(word): it must have the form NAME=LEVEL.")
        }
        return (parts[0], level)
    }

    /// The level of each feature that a new cluster of a release has.
    static func printMapping(_ release: String?, _ context: Context) throws {
        let (level, name) = try metadataVersion(release)
        context.out.line("metadata.version=\(level) (\(name))")
        for feature in Features.besidesMetadataVersion {
            context.out.line("\(feature)=\(Features.defaultLevel(of: feature, metadataVersion: level))")
        }
    }

    /// What each level needs.
    static func printDependencies(_ levels: [(feature: String, level: Int16)], _ context: Context) throws {
        for (feature, level) in levels {
            if feature == Features.metadataVersion {
                guard let name = Features.metadataVersionName(level) else {
                    throw CommandError("Unknown metadata.version \(level)")
                }
                context.out.line("\(feature)=\(level) (\(name)) has no dependencies.")
                continue
            }
            try check(feature, level)
            guard let needed = Features.dependency(of: feature, level) else {
                context.out.line("\(feature)=\(level) has no dependencies.")
                continue
            }
            context.out.line("\(feature)=\(level) requires:")
            context.out.line("    metadata.version=\(needed) (\(Features.metadataVersionName(needed) ?? "?"))")
        }
    }

    static func check(_ feature: String, _ level: Int16) throws {
        guard Features.besidesMetadataVersion.contains(feature) else {
            let names = [Features.metadataVersion] + Features.besidesMetadataVersion
            let hint = closest(to: feature, among: names)
            throw CommandError("Unknown feature: \(feature)" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
        }
        guard Features.isLevel(level, of: feature) else {
            throw CommandError("Feature level \(level) is not supported for feature \(feature)")
        }
    }
}
