// SPDX-License-Identifier: Apache-2.0

/// A directory or file of the metadata shell; what is in it is made when someone looks.
struct MetadataNode: Sendable {
    typealias Entries = [(name: String, node: MetadataNode)]

    private enum Content: Sendable {
        case file(@Sendable () -> String)
        case directory(@Sendable () -> Entries)
    }

    private let content: Content

    static func file(_ text: @autoclosure @escaping @Sendable () -> String) -> MetadataNode {
        MetadataNode(content: .file(text))
    }

    static func directory(_ entries: @escaping @Sendable () -> Entries) -> MetadataNode {
        MetadataNode(content: .directory { entries().sorted { javaOrder($0.name, $1.name) } })
    }

    /// By UTF-16 code units, as Java compares strings.
    private static func javaOrder(_ left: String, _ right: String) -> Bool {
        left.utf16.lexicographicallyPrecedes(right.utf16)
    }

    /// Nil for a file.
    var entries: Entries? {
        if case .directory(let make) = content { return make() }
        return nil
    }

    var isDirectory: Bool {
        if case .directory = content { return true }
        return false
    }

    /// Nil for a directory.
    var text: String? {
        if case .file(let text) = content { return text() }
        return nil
    }

    func child(_ name: String) -> MetadataNode? { entries?.first { $0.name == name }?.node }

    /// The node and all below it, indented by two spaces a level.
    func tree(_ depth: Int = 0, _ line: (String) -> Void) {
        let indent = String(repeating: " ", count: 2 * depth)
        if let text { return line(indent + text) }
        for (name, node) in entries ?? [] {
            line("\(indent)\(name):")
            node.tree(depth + 1, line)
        }
    }
}
