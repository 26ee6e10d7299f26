// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// The entries for all names that begin in some way.
struct AclPrefixes: Sendable {
    private struct Node: Sendable {
        let prefix: String
        /// The longest other prefix that this one begins with; -1 if there is none.
        var parent = -1
    }

    private(set) var entries: [String: AclEntries] = [:]
    /// By their bytes, so that the last one up to a name begins with all that the name begins with.
    private var nodes: [Node] = []
    private var longest = 0

    /// Removes and inserts.
    mutating func change(removing gone: [AclBinding], inserting new: [AclBinding]) {
        var (isLonger, isShorter) = (false, false)
        for binding in gone {
            entries[binding.resourceName]?.remove(binding)
            guard entries[binding.resourceName]?.isEmpty ?? false else { continue }
            entries[binding.resourceName] = nil
            isShorter = true
        }
        if isShorter { nodes.removeAll { entries[$0.prefix] == nil } }
        for binding in new {
            if entries[binding.resourceName] == nil {
                nodes.append(Node(prefix: binding.resourceName))
                isLonger = true
            }
            entries[binding.resourceName, default: AclEntries()].insert(binding)
        }
        if isLonger { nodes.sort { Self.order($0.prefix, $1.prefix) < 0 } }
        if isLonger || isShorter { link() }
    }

    private mutating func link() {
        var open: [Int] = []
        longest = 0
        for index in nodes.indices {
            while let last = open.last, !Self.begins(nodes[index].prefix, with: nodes[last].prefix) {
                open.removeLast()
            }
            nodes[index].parent = open.last ?? -1
            open.append(index)
            longest = max(longest, nodes[index].prefix.unicodeScalars.count)
        }
    }

    /// Calls `body` for all prefixes of a name, the longest first, until it returns false.
    func forEach(of name: String, _ body: (AclEntries) -> Bool) {
        guard !nodes.isEmpty, !name.isEmpty else { return }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return forEachCanonical(of: name, body) }
        var (low, high) = (0, nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.order(nodes[middle].prefix, name) <= 0 { low = middle + 1 } else { high = middle }
        }
        var index = low - 1
        while index >= 0 {
            if Self.begins(name, with: nodes[index].prefix), !body(entries[nodes[index].prefix]!) { return }
            index = nodes[index].parent
        }
    }

    /// Names that Unicode takes for the same are the same here, since they are for topics and groups: a name that is
    /// written in another way must not lead around an entry.
    private func forEachCanonical(of name: String, _ body: (AclEntries) -> Bool) {
        var scalars = name.unicodeScalars.prefix(longest)
        while !scalars.isEmpty {
            if let entries = entries[String(scalars)], !body(entries) { return }
            scalars.removeLast()
        }
    }

    /// Less than, equal to, or greater than 0.
    private static func order(_ left: String, _ right: String) -> Int {
        withBytes(of: left, right) { left, right in
            let difference = memcmp(left.baseAddress!, right.baseAddress!, min(left.count, right.count))
            return difference == 0 ? left.count - right.count : Int(difference)
        }
    }

    private static func begins(_ name: String, with prefix: String) -> Bool {
        withBytes(of: name, prefix) { name, prefix in
            name.count >= prefix.count && memcmp(name.baseAddress!, prefix.baseAddress!, prefix.count) == 0
        }
    }

    /// Neither may be empty.
    private static func withBytes<Result>(
        of left: String, _ right: String,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var (left, right) = (left, right)
        return left.withUTF8 { left in right.withUTF8 { right in body(left, right) } }
    }
}
