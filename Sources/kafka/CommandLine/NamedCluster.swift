// SPDX-License-Identifier: Apache-2.0

/// `kafka --cluster NAME TOOL`: before the tool, since `--cluster` of some tools is another option.
enum NamedCluster {
    static let option = "--cluster"

    /// Takes the option off the front of a command line.
    /// - Returns: the name; nil if there is none.
    static func take(from words: inout ArraySlice<String>) throws -> String? {
        guard let first = words.first, first == option || first.hasPrefix(option + "=") else { return nil }
        words.removeFirst()
        let name = first == option ? words.popFirst() : String(first.dropFirst(option.count + 1))
        guard let name, !name.isEmpty, !name.hasPrefix("-") else {
            throw CommandError(
                "--cluster takes the name of a cluster: kafka --cluster NAME TOOL …; kafka clusters lists them")
        }
        return name
    }

    /// The words of a tool that is to work with that cluster.
    static func words(_ name: String?, _ words: [String], _ definition: CommandDefinition) throws -> [String] {
        guard let name else { return words }
        let option = ConnectionOptions.clusterProfile.name
        guard definition.allOptions.contains(where: { $0.name == option }) else {
            throw CommandError("it works with no cluster; leave out --cluster \(name)")
        }
        return ["--\(option)=\(name)"] + words
    }
}
