// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The named cluster that a command is about.
struct ChosenProfile: Sendable {
    /// Who chose it.
    enum Origin: Sendable, Equatable {
        case option
        /// `$KAFKA_CLUSTER`
        case variable
        /// `current` of the file.
        case file
    }

    let profile: ProfileFile.Profile
    /// The file that it stands in.
    let path: String
    let origin: Origin

    static let variable = "KAFKA_CLUSTER"

    /// - Parameter named: on the command line.
    /// - Returns: nil where nobody names one.
    static func find(_ named: String?, _ environment: Environment) throws -> ChosenProfile? {
        if let named { return try find(named, .option, environment) }
        if let name = environment.text(variable) { return try find(name, .variable, environment) }
        guard let file = try ProfileFile.load(environment), let name = file.current else { return nil }
        guard let profile = file[name] else {
            throw CommandError(
                "\(file.path) has 'current = \(name)', but no such cluster; kafka clusters use NAME chooses another")
        }
        return ChosenProfile(profile: profile, path: file.path, origin: .file)
    }

    private static func find(_ name: String, _ origin: Origin, _ environment: Environment) throws -> ChosenProfile {
        let source = origin == .variable ? " (of $\(variable))" : ""
        guard let file = try ProfileFile.load(environment) else {
            let path = ProfileFile.place(environment) ?? "~/.config/kafka/config"
            throw CommandError(
                "There is no cluster '\(name)'\(source): \(path) can't be read or is not there; "
                    + "man kafka-security shows what it holds")
        }
        guard let profile = file[name] else {
            let known = file.profiles.map(\.name)
            let near = closest(to: name, among: known).map { "; did you mean '\($0)'?" }
            throw CommandError(
                "There is no cluster '\(name)'\(source) in \(file.path)"
                    + (near ?? (known.isEmpty ? ", nor any other" : "; it has \(known.joined(separator: ", "))")))
        }
        return ChosenProfile(profile: profile, path: file.path, origin: origin)
    }
}
