// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// Which controllers a formatted directory begins with: those of `controller.quorum.voters`, or those that the options
/// name (KIP-853). Kafka's refusals, in its words.
struct FormattedQuorum {
    /// Nil where they are configured, or not known yet.
    let voters: VotersRecord?
    private let isDynamic: Bool

    init(_ arguments: Arguments, _ target: StorageTarget) throws {
        let configuration = target.configuration
        let roles = configuration.processRoles
        let isController = !target.hasFile || roles.contains("controller")
        let isStandalone = arguments.flag("standalone")
        let controllers = try arguments.string("initial-controllers").map { try InitialControllers.parse($0, target) }
        if target.hasFile {
            guard !roles.isEmpty else {
                throw CommandError(
                    "The kafka configuration file appears to be for a legacy cluster. Formatting is only supported for "
                        + "clusters in KRaft mode: process.roles=broker,controller makes it one.")
            }
            guard configuration.explicitNodeID != nil else {
                throw CommandError("Missing configuration `node.id` which is required when `process.roles` is defined")
            }
            guard !configuration.list("controller.listener.names").allSatisfy(\.trimmed.isEmpty) else {
                throw CommandError("controller.listener.names must contain at least one value")
            }
        }
        let hasVoters = !configuration.list("controller.quorum.voters").allSatisfy(\.trimmed.isEmpty)
        guard !hasVoters || !isStandalone && controllers == nil else {
            throw CommandError(
                "You cannot specify controller.quorum.voters and format the node with --initial-controllers or "
                    + "--standalone. If you want to use dynamic quorum, please remove controller.quorum.voters and "
                    + "specify controller.quorum.bootstrap.servers instead.")
        }
        if isStandalone, !isController { throw CommandError("You can only use --standalone on a controller.") }
        let isDeferred = arguments.flag("no-initial-controllers")
        voters = try controllers ?? (isStandalone ? InitialControllers.standalone(target) : nil)
        guard !target.hasFile || isDeferred || !isController || hasVoters || voters != nil else {
            throw CommandError(
                "Because controller.quorum.voters is not set on this controller, you must specify one of the following: "
                    + "--standalone, --initial-controllers, or --no-initial-controllers.")
        }
        isDynamic = !hasVoters && (target.hasFile || isDeferred || voters != nil)
    }

    /// Refuses a level of kraft.version that the quorum can't have.
    func check(_ kraftVersion: Int16) throws {
        guard kraftVersion > 0 || !isDynamic else {
            throw CommandError(
                "Cannot set kraft.version to 0 if controller.quorum.voters is empty and one of the flags --standalone, "
                    + "--initial-controllers, or --no-initial-controllers is used. For dynamic controllers support, try "
                    + "removing the --feature flag for kraft.version.")
        }
        guard kraftVersion == 0 || isDynamic else {
            throw CommandError(
                "Cannot set kraft.version to \(kraftVersion) unless controller.quorum.voters is empty and one of the "
                    + "flags --standalone, --initial-controllers, or --no-initial-controllers is used. For dynamic "
                    + "controllers support, try using one of --standalone, --initial-controllers, or "
                    + "--no-initial-controllers and removing controller.quorum.voters.")
        }
    }
}
