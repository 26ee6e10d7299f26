// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A node of the cluster that is to be: `1@host:9092:9093`, its id, host, and the ports of broker and controller.
struct GrowthNode: Sendable, Equatable, CustomStringConvertible {
    let id: Int32
    let host: String
    let port: UInt16
    let controllerPort: UInt16

    init(parsing text: String) throws {
        let wrong = CommandError(
            "Invalid node '\(text)': it must be ID@HOST:PORT:CONTROLLER-PORT, as 2@host2:9092:9093")
        guard let at = text.firstIndex(of: "@"), let id = Int32(text[..<at]), id >= 0 else { throw wrong }
        let parts = text[text.index(after: at)...].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let port = UInt16(parts[parts.count - 2]), port > 0,
            let controllerPort = UInt16(parts[parts.count - 1]), controllerPort > 0
        else { throw wrong }
        // An address of IPv6 has colons, and brackets around it.
        let host = parts.dropLast(2).joined(separator: ":")
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard !host.isEmpty, isBracketed || parts.count == 3, !host.contains(where: { $0.isWhitespace || $0 == "," })
        else {
            throw wrong
        }
        self.id = id
        self.host = host
        self.port = port
        self.controllerPort = controllerPort
    }

    /// The nodes of a list with commas.
    static func list(_ text: String) throws -> [GrowthNode] {
        let nodes = try text.split(separator: ",").map { try GrowthNode(parsing: String($0).trimmed) }
        for (index, node) in nodes.enumerated() where nodes[..<index].contains(where: { $0.id == node.id }) {
            throw CommandError("Node \(node.id) is given twice")
        }
        let addresses = nodes.flatMap { ["\($0.host):\($0.port)", "\($0.host):\($0.controllerPort)"] }
        if let twice = addresses.first(where: { address in addresses.count { $0 == address } > 1 }) {
            throw CommandError("\(twice) is given twice; broker and controller of each node need a port of their own")
        }
        guard nodes.count >= 3, nodes.count % 2 == 1 else {
            throw CommandError(
                "\(nodes.count) nodes are given: a cluster needs 3, or more in odd number, to go on without one")
        }
        return nodes.sorted { $0.id < $1.id }
    }

    var description: String { "\(id)@\(host):\(port):\(controllerPort)" }
    var controller: String { "\(host):\(controllerPort)" }
}
