// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// The paths into one JSON text, joined where they begin alike: all are found in one pass over the text.
struct FieldTree {
    private struct Node {
        /// Which cell the value here is for; -1 for none.
        var cell = -1
        var members: [(name: [UInt8], node: Int)] = []
        var elements: [(index: Int, node: Int)] = []
    }

    private var nodes = [Node()]
    /// The cells that this tree fills.
    private(set) var cells: [Int] = []

    var isEmpty: Bool { cells.isEmpty }

    mutating func add(_ path: [Field.Step], cell: Int) {
        var node = 0
        for step in path { node = child(of: node, step) }
        nodes[node].cell = cell
        cells.append(cell)
    }

    private mutating func child(of node: Int, _ step: Field.Step) -> Int {
        switch step {
        case .name(let name):
            if let known = nodes[node].members.first(where: { $0.name == name }) { return known.node }
            nodes[node].members.append((name, nodes.count))
        case .index(let index):
            if let known = nodes[node].elements.first(where: { $0.index == index }) { return known.node }
            nodes[node].elements.append((index, nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Fills the cells. A text that is no JSON has no fields; of members with the same name the last counts.
    /// - Parameter scratch: room for the text without escapes, and eight bytes more.
    func read(
        _ text: UnsafeRawBufferPointer, _ cells: UnsafeMutablePointer<Cell>, _ scratch: UnsafeMutablePointer<UInt8>
    ) {
        do {
            var scanner = JSONScanner(text, isLenient: true)
            var free = scratch
            try read(0, &scanner, cells, &free)
            try scanner.finish()
        } catch {
            for cell in self.cells { cells[cell] = .missing }
        }
    }

    private func read(
        _ index: Int, _ scanner: inout JSONScanner, _ cells: UnsafeMutablePointer<Cell>,
        _ scratch: inout UnsafeMutablePointer<UInt8>
    ) throws(JSON.ParseError) {
        let kind = try scanner.kind()
        let start = scanner.position
        let cell = nodes[index].cell
        switch kind {
        case .object where !nodes[index].members.isEmpty:
            var isFirst = true
            try scanner.enterObject()
            while let name = try scanner.nextMember(&isFirst) {
                if let child = member(index, name) {
                    try read(child, &scanner, cells, &scratch)
                } else {
                    try scanner.skip()
                }
            }
            if cell >= 0 { cells[cell] = .json(scanner.text(from: start)) }
        case .array where !nodes[index].elements.isEmpty:
            var isFirst = true
            var position = 0
            try scanner.enterArray()
            while try scanner.nextElement(&isFirst) {
                if let child = nodes[index].elements.first(where: { $0.index == position }) {
                    try read(child.node, &scanner, cells, &scratch)
                } else {
                    try scanner.skip()
                }
                position += 1
            }
            if cell >= 0 { cells[cell] = .json(scanner.text(from: start)) }
        case .string where cell >= 0:
            let text = try scanner.string()
            guard text.hasEscapes else {
                cells[cell] = .string(text.bytes)
                return
            }
            let count = text.decode(to: scratch)
            cells[cell] = .string(UnsafeRawBufferPointer(start: scratch, count: count))
            scratch += count
        default:
            let text = try scanner.skip()
            guard cell >= 0 else { return }
            cells[cell] = Cell(kind, text)
        }
    }

    @inline(__always)
    private func member(_ index: Int, _ name: JSONText) -> Int? {
        for member in nodes[index].members where member.name.withUnsafeBytes({ name.equals($0) }) {
            return member.node
        }
        return nil
    }
}
