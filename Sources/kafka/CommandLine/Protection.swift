// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `protected = true` of a named cluster: what destroys something is confirmed, by the cluster's name at a terminal, or
/// by `--yes`.
enum Protection {
    static let option = OptionDefinition.flag("yes", "On a protected cluster: do it without asking for its name")
        .added()

    /// Asks, where the command needs it.
    /// - Throws: unless it was confirmed.
    static func check(_ arguments: Arguments, _ context: Context) throws {
        guard let what = arguments.definition.destruction?(arguments), !arguments.flag(option.name),
            let cluster = try protected(PropertySources(arguments), context.environment)
        else { return }
        let subject = "'\(cluster)' is a protected cluster, and this is to \(what)"
        guard context.environment.isTerminalInput, context.environment.isTerminalError else {
            throw CommandError("\(subject): --yes confirms it; nothing was done")
        }
        context.out.flush()
        context.err.write("\(subject).\nIts name confirms it: ")
        context.err.flush()
        guard readLine(context)?.trimmed == cluster else {
            throw CommandError("that is not the name of the cluster; nothing was done")
        }
    }

    /// Addresses by which a cluster is known again; this machine has several names.
    private static func addresses(_ list: String, _ environment: Environment) -> Set<BrokerAddress> {
        let resolver = SecretResolver(environment, asks: false)
        guard let text = try? resolver.resolve(list, of: "bootstrap.servers"),
            let addresses = try? BrokerAddress.parse(text)
        else { return [] }
        return Set(
            addresses.map { address in
                let host = address.host.lowercased()
                return BrokerAddress(
                    host: ["127.0.0.1", "::1"].contains(host) ? "localhost" : host, port: address.port)
            })
    }

    private static func readLine(_ context: Context) -> String? {
        var lines = LineReader(descriptor: context.input)
        return lines.next()
    }

    /// The name of the protected cluster that a command is about, be it named or only its address.
    private static func protected(_ sources: PropertySources, _ environment: Environment) throws -> String? {
        let found = try sources.read(environment)
        if let profile = found.profile, profile.profile.isProtected { return profile.profile.name }
        let list =
            sources.address ?? found.properties["bootstrap.servers"] ?? found.properties["bootstrap.controllers"]
            ?? environment.text(PropertySources.addressVariable) ?? "localhost:9092"
        let addresses = addresses(list, environment)
        return try ProfileFile.load(environment)?.profiles.first { profile in
            guard profile.isProtected else { return false }
            return ConnectionOptions.addressProperties.contains { name in
                guard let list = profile.properties[name] else { return false }
                return !Self.addresses(list, environment).isDisjoint(with: addresses)
            }
        }?.name
    }
}
