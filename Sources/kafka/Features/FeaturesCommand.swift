// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka features`
struct FeaturesCommand: Command {
    static let definition = CommandDefinition(
        name: "features",
        summary: "Show and change the feature levels of a cluster",
        actions: [
            .word("describe", "Show supported and current levels"), .word("upgrade", "Raise levels"),
            .word("downgrade", "Lower levels"), .word("disable", "Lower levels to 0"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .value(
                "feature", "NAME=LEVEL", "Feature and level; to disable only the name; may be repeated", repeats: true),
            .flag("unsafe", "Downgrade even if metadata is lost"),
            .flag("dry-run", "Only check whether it could be done"),
        ],
        examples: [.init("kafka features describe", "Show the metadata.version and others")])

    let connection: ConnectionOptions
    let action: String
    let levels: [(feature: String, level: Int16)]
    let isUnsafe: Bool
    let isDryRun: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let action = try arguments.action()
        self.action = action
        isUnsafe = arguments.flag("unsafe")
        isDryRun = arguments.flag("dry-run")
        levels = try arguments.strings("feature").map { word in
            if action == "disable" { return (word, 0) }
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard parts.count == 2, let level = Int16(parts[1]) else {
                throw CommandError("Can't parse feature=level string \(word): it must have the form NAME=LEVEL.")
            }
            return (parts[0], level)
        }
        if action != "describe", levels.isEmpty {
            throw CommandError("You must specify at least one feature to \(action): --feature NAME=LEVEL")
        }
        if action == "describe", !levels.isEmpty { throw CommandError.conflict("feature", with: "describe") }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            if action == "describe" { try await describe(cluster, context) } else { try await update(cluster, context) }
        }
    }

    private func describe(_ cluster: Cluster, _ context: Context) async throws {
        let broker = try await cluster.controllerID()
        let response = try await cluster.apiVersions(of: broker)
        for feature in response.supportedFeatures.sorted(by: { $0.name < $1.name }) {
            let current = response.finalizedFeatures.first { $0.name == feature.name }?.maxVersionLevel ?? 0
            let epoch = response.finalizedFeaturesEpoch < 0 ? "-" : "\(response.finalizedFeaturesEpoch)"
            func level(_ level: Int16) -> String { MetadataVersions.text(feature.name, level) }
            context.out.line(
                "Feature: \(feature.name)\tSupportedMinVersion: \(level(feature.minVersion))\t"
                    + "SupportedMaxVersion: \(level(feature.maxVersion))\tFinalizedVersionLevel: \(level(current))\t"
                    + "Epoch: \(epoch)")
        }
    }

    private func update(_ cluster: Cluster, _ context: Context) async throws {
        let request = UpdateFeaturesRequest {
            $0.validateOnly = isDryRun
            $0.timeoutMs = 60_000
            $0.featureUpdates = levels.map { update in
                UpdateFeaturesRequest.FeatureUpdateKey {
                    $0.feature = update.feature
                    $0.maxVersionLevel = update.level
                    $0.upgradeType = action == "upgrade" ? 1 : isUnsafe ? 3 : 2
                }
            }
        }
        let response = try await Admin(cluster).send(request, to: .controller)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        for (feature, level) in levels {
            let result = response.results.first { $0.feature == feature }
            if let result, result.errorCode != .none {
                context.fail(
                    "Could not \(action) \(feature) to \(level). \(result.errorMessage ?? result.errorCode.clientMessage)"
                )
            } else if action == "disable" {
                context.out.line("\(feature) \(isDryRun ? "can be" : "was") disabled.")
            } else {
                context.out.line("\(feature) \(isDryRun ? "can be" : "was") \(action)d to \(level).")
            }
        }
    }
}

/// Names of the levels of metadata.version.
enum MetadataVersions {
    private static let names = [
        "3.0-IV1", "3.1-IV0", "3.2-IV0", "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1",
        "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0",
        "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1",
    ]

    static func text(_ feature: String, _ level: Int16) -> String {
        guard feature == "metadata.version" else { return "\(level)" }
        return names.indices.contains(Int(level) - 1) ? names[Int(level) - 1] : "UNKNOWN \(level)"
    }
}
