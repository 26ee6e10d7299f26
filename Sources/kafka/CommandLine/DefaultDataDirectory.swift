// SPDX-License-Identifier: Apache-2.0

/// Where `kafka broker` keeps its data when nobody says where.
enum DefaultDataDirectory {
    /// What --data-dir says; nothing is no directory, least of all the current one.
    static func given(_ arguments: Arguments) throws -> String? {
        let directory = arguments.string("data-dir")
        guard directory != "" else {
            throw CommandError("Invalid value '' of option data-dir: it must name a directory.")
        }
        return directory
    }

    static func path(_ environment: Environment) throws -> String {
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/kafka" }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw CommandError("Neither XDG_DATA_HOME nor HOME is set: say with --data-dir where the data goes.")
        }
        return home + "/.local/share/kafka"
    }
}
