// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Where the properties of a client come from. What counts most comes last: environment, named cluster, file, command
/// line. A cluster that nobody named on the command line gives way as a whole to an address that somebody did, so that
/// nobody sends the password of one cluster to another.
struct PropertySources: Sendable, Hashable {
    /// `--cluster-profile`
    var cluster: String?
    /// The value of `--bootstrap-server` or its kin.
    var address: String?
    /// `--command-config`
    var file: String?
    /// `--command-property`, each NAME=VALUE.
    var words: [String] = []
    /// The option that brought them.
    var wordsOption = ConnectionOptions.commandProperty.name

    static let fileVariable = "KAFKA_COMMAND_CONFIG"
    static let addressVariable = "KAFKA_BOOTSTRAP_SERVERS"

    /// What was found, the named cluster's before that of file and command line.
    struct Found: Sendable {
        var properties = Properties()
        var profile: ChosenProfile?
        /// What file and command line say.
        var own = Properties()
        var warnings: [String] = []
    }

    func read(_ environment: Environment) throws -> Found {
        var found = Found()
        if let file { try found.take(file, "the file of --command-config") }
        var line = Properties()
        try line.add(words, option: wordsOption)
        found.own.entries += line.entries
        let isElsewhere = address != nil || ConnectionOptions.addressProperties.contains { found.own[$0] != nil }
        if cluster != nil || !isElsewhere { found.profile = try ChosenProfile.find(cluster, environment) }
        if let profile = found.profile {
            found.properties = profile.profile.properties
            if let exposure = SecretProperty.exposure(of: profile.path, found.properties.entries) {
                found.warnings.append(exposure)
            }
            found.warn(environment, address)
        } else if file == nil, let path = environment.text(Self.fileVariable) {
            let own = found.own
            found.own = Properties()
            try found.take(path, "the file of $\(Self.fileVariable)")
            (found.properties, found.own) = (found.own, own)
        }
        found.properties.entries += found.own.entries
        return found
    }
}

extension PropertySources.Found {
    /// A file may come from somebody else, and runs nothing.
    fileprivate mutating func take(_ path: String, _ what: String) throws {
        let file = Properties(parsing: try FileText.read(path, for: what))
        for entry in file.entries {
            for case .reference(let reference) in SecretReference.parts(entry.value) where reference.kind == .command {
                throw CommandError(
                    "\(entry.name) of '\(path)' is \(reference.text), but only the file of clusters and the command line "
                        + "may name commands; man kafka-security tells of it")
            }
        }
        if let exposure = SecretProperty.exposure(of: path, file.entries) { warnings.append(exposure) }
        own.entries += file.entries
    }

    /// Who has set an address in the environment may not think of the cluster that was made current long ago.
    fileprivate mutating func warn(_ environment: Environment, _ address: String?) {
        guard let profile, profile.origin == .file, address == nil,
            let servers = environment.text(PropertySources.addressVariable),
            servers != profile.profile.properties["bootstrap.servers"]
        else { return }
        warnings.append(
            "$\(PropertySources.addressVariable) is not used: '\(profile.profile.name)' is the current cluster of "
                + profile.path)
    }
}
