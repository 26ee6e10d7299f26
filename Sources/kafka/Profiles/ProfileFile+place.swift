// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import Libc

extension ProfileFile {
    /// Where the file stands: `$KAFKA_CONFIG`, else `$XDG_CONFIG_HOME/kafka/config`, by default in ~/.config; nil when there
    /// is no home.
    static func place(_ environment: Environment) -> String? {
        if let named = environment.text("KAFKA_CONFIG") { return named }
        if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + "/kafka/config" }
        return environment.text("HOME").map { $0 + "/.config/kafka/config" }
    }

    /// Nil where there is none: that costs one system call.
    static func load(_ environment: Environment) throws -> ProfileFile? {
        guard let path = place(environment) else { return nil }
        if environment.text("KAFKA_CONFIG") == nil, access(path, R_OK) != 0 { return nil }
        return try ProfileFile(parsing: FileText.read(path, for: "the file of clusters"), path: path)
    }

    /// Makes a cluster the current one. A link stays one; what it leads to changes as a whole.
    func select(_ name: String) throws {
        let target = realpath(path, nil)
        defer { free(target) }
        let file = target.map { String(cString: $0) } ?? path
        do throws(LogError) {
            try FileSystem.replace(file, with: Array(text(selecting: name).utf8), durability: .contents)
        } catch {
            throw CommandError("Cannot write '\(file)': \(error)")
        }
    }
}
