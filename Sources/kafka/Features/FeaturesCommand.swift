// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka features`
struct FeaturesCommand: Command {
    static let definition = CommandDefinition(
        name: "features",
        summary: "Show and change the feature levels of a cluster",
        actions: [
            .word("describe", "Show supported and current levels"), .word("upgrade", "Raise levels"),
            .word("downgrade", "Lower levels"), .word("disable", "Lower levels to 0"),
            .word("version-mapping", "Show the feature levels of a release"),
            .word("feature-dependencies", "Show what levels of features need"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .value(
                "feature", "NAME=LEVEL", "Feature and level; to disable only the name; may be repeated", repeats: true),
            FeatureVersions.releaseVersion,
            .value("metadata", "VERSION", "metadata.version by its name, such as 4.0-IV3")
                .deprecated("is deprecated; use --release-version or --feature metadata.version=LEVEL"),
            .flag("unsafe", "Downgrade even if metadata is lost"),
            .flag("dry-run", "Only check whether it could be done"),
        ],
        destruction: { arguments in
            let lowers = arguments.actions.contains { ["downgrade", "disable"].contains($0) }
            return lowers && !arguments.flag("dry-run") ? "lower levels of features" : nil
        },
        rows: [row],
        examples: [
            .init("kafka features describe", "Show the metadata.version and others"),
            .init("kafka features upgrade --release-version 4.2", "Let a cluster have all that 4.2 brought"),
        ],
        differences: ["upgrade says which versions of Apache Kafka can't open the data directories any more."])

    private static let row = JSONRow(
        "describe", "a feature; metadata.version has names, others numbers",
        ["feature", "supportedMinVersion", "supportedMaxVersion", "finalizedVersionLevel", "epoch"])

    let connection: ConnectionOptions
    let action: String
    let levels: [(feature: String, level: Int16)]
    let isUnsafe: Bool
    let isDryRun: Bool
    private let release: String?
    private let isOffline: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let action = try arguments.action()
        self.action = action
        isUnsafe = arguments.flag("unsafe")
        isDryRun = arguments.flag("dry-run")
        isOffline = action == "version-mapping" || action == "feature-dependencies"
        release = arguments.string("release-version")
        var levels = try arguments.strings("feature").map { word in
            action == "disable" ? (word, 0) : try FeatureVersions.parse(word)
        }
        switch action {
        case "describe", "version-mapping":
            if !levels.isEmpty { throw CommandError.conflict("feature", with: action) }
        case "upgrade", "downgrade":
            if let release {
                if !levels.isEmpty { throw CommandError.conflict("release-version", with: "feature") }
                levels = try Self.levels(of: release)
            }
            if let name = arguments.string("metadata") {
                levels.append((Features.metadataVersion, try FeatureVersions.metadataVersion(name).level))
            }
            fallthrough
        default:
            if levels.isEmpty {
                throw CommandError("You must specify at least one feature to \(action): --feature NAME=LEVEL")
            }
        }
        self.levels = levels
    }

    /// All that a release begins with; kraft.version is for whoever has a dynamic quorum.
    private static func levels(of release: String) throws -> [(feature: String, level: Int16)] {
        let level = try FeatureVersions.metadataVersion(release).level
        return [(Features.metadataVersion, level)]
            + Features.besidesMetadataVersion.filter { $0 != Features.kraftVersion }.map {
                ($0, Features.defaultLevel(of: $0, metadataVersion: level))
            }
    }

    func run(_ context: Context) async throws {
        if isOffline {
            if action == "version-mapping" { return try FeatureVersions.printMapping(release, context) }
            return try FeatureVersions.printDependencies(levels, context)
        }
        try await connection.withCluster(context) { cluster in
            if action == "describe" { try await describe(cluster, context) } else { try await update(cluster, context) }
        }
    }

    private func describe(_ cluster: Cluster, _ context: Context) async throws {
        let response = try await cluster.apiVersions(of: .any)
        for feature in response.supportedFeatures.sorted(by: { $0.name < $1.name }) {
            let current = response.finalizedFeatures.first { $0.name == feature.name }?.maxVersionLevel ?? 0
            let epoch = response.finalizedFeaturesEpoch < 0 ? "-" : "\(response.finalizedFeaturesEpoch)"
            func level(_ level: Int16) -> String {
                guard feature.name == Features.metadataVersion else { return "\(level)" }
                return Features.metadataVersionName(level) ?? "UNKNOWN \(level)"
            }
            if context.writesJSON {
                func value(_ number: Int16) -> JSON {
                    feature.name == Features.metadataVersion ? .string(level(number)) : .number(number)
                }
                context.write(
                    Self.row(
                        .string(feature.name), value(feature.minVersion), value(feature.maxVersion), value(current),
                        .known(response.finalizedFeaturesEpoch)))
                continue
            }
            let levels = [feature.minVersion, feature.maxVersion, current].map { level($0).padded(15) }
            context.out.line(
                "Feature: \(feature.name.padded(40))  SupportedMinVersion: \(levels[0])  SupportedMaxVersion: \(levels[1])  "
                    + "FinalizedVersionLevel: \(levels[2])  Epoch: \(epoch)")
        }
    }

    private func update(_ cluster: Cluster, _ context: Context) async throws {
        let updates = release == nil ? levels : try await changes(cluster)
        let request = UpdateFeaturesRequest {
            $0.validateOnly = isDryRun
            $0.timeoutMs = 60_000
            $0.featureUpdates = updates.map { update in
                UpdateFeaturesRequest.FeatureUpdateKey {
                    $0.feature = update.feature
                    $0.maxVersionLevel = update.level
                    $0.upgradeType = action == "upgrade" ? 1 : isUnsafe ? 3 : 2
                }
            }
        }
        let response = try await Admin(cluster).send(request, to: .controller)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        for (feature, level) in updates {
            let result = response.results.first { $0.feature == feature }
            if let result, result.errorCode != .none {
                context.fail(
                    "Could not \(action) \(feature) to \(level). \(result.errorMessage ?? result.errorCode.clientMessage)"
                )
            } else if action == "disable" {
                context.out.line("\(feature) \(isDryRun ? "can be" : "was") disabled.")
            } else {
                context.out.line("\(feature) \(isDryRun ? "can be" : "was") \(action)d to \(level).")
                if action == "upgrade", !isDryRun { warn(feature, level, context) }
            }
        }
    }

    /// Of a release's levels those that the cluster doesn't have yet, as far as it knows the feature.
    private func changes(_ cluster: Cluster) async throws -> [(feature: String, level: Int16)] {
        let known = try await cluster.apiVersions(of: .any)
        return levels.filter { update in
            guard known.supportedFeatures.contains(where: { $0.name == update.feature }) else { return false }
            let current = known.finalizedFeatures.first { $0.name == update.feature }?.maxVersionLevel ?? 0
            return action == "upgrade" ? current < update.level : current > update.level
        }
    }

    /// Kafka refuses to start on a level that it doesn't know.
    private func warn(_ feature: String, _ level: Int16, _ context: Context) {
        guard let version = Features.firstKafka(with: feature, level) else { return }
        context.note("Apache Kafka before \(version) can't open the data directories of this cluster any more.")
    }
}
