// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import KafkaText

/// Carries out a query on one record after the other; its memory is used again and again.
package struct QueryRunner: ~Copyable {
    private let query: RecordQuery
    private let cells: UnsafeMutablePointer<Cell>
    private var topic = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
    private var scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)

    package init(_ query: RecordQuery) {
        self.query = query
        cells = .allocate(capacity: max(1, query.fields.count))
        cells.initialize(repeating: .missing, count: max(1, query.fields.count))
    }

    deinit {
        cells.deallocate()
        topic.deallocate()
        scratch.deallocate()
    }

    /// What holds for the records that follow.
    package mutating func begin(topic name: String) {
        topic.deallocate()
        topic = .allocate(byteCount: name.utf8.count, alignment: 1)
        topic.copyBytes(from: name.utf8)
    }

    /// Takes a record; says whether it is wanted.
    package mutating func matches(_ record: RecordView, partition: Int32) -> Bool {
        fill(record, partition)
        return query.condition?.holds(cells) ?? true
    }

    private mutating func fill(_ record: RecordView, _ partition: Int32) {
        for (index, field) in query.fields.enumerated() {
            switch field {
            case .topic: cells[index] = .bytes(UnsafeRawBufferPointer(topic))
            case .partition: cells[index] = .integer(Int64(partition))
            case .offset: cells[index] = .integer(record.offset)
            case .timestamp: cells[index] = record.timestamp < 0 ? .null : .integer(record.timestamp)
            case .key: cells[index] = record.key.map(Cell.bytes) ?? .null
            case .value: cells[index] = record.value.map(Cell.bytes) ?? .null
            case .header(let name): cells[index] = Self.header(name, record)
            case .keyPath, .valuePath: cells[index] = .missing
            }
        }
        let keyCount = record.key?.count ?? 0
        let needed = keyCount + (record.value?.count ?? 0) + 16
        if scratch.count < needed {
            scratch.deallocate()
            scratch = .allocate(byteCount: needed * 2, alignment: 16)
        }
        let memory = scratch.baseAddress!.assumingMemoryBound(to: UInt8.self)
        if !query.keyTree.isEmpty, let key = record.key { query.keyTree.read(key, cells, memory) }
        if !query.valueTree.isEmpty, let value = record.value {
            query.valueTree.read(value, cells, memory + keyCount + 8)
        }
    }

    /// The last header of that name.
    private static func header(_ name: [UInt8], _ record: RecordView) -> Cell {
        var cell = Cell.missing
        for header in record.headers where name.withUnsafeBytes({ header.key.isSame(as: $0) }) {
            cell = header.value.map(Cell.bytes) ?? .null
        }
        return cell
    }

    /// The selected fields of the record that was taken last.
    package func writeColumns(_ style: ColumnStyle, to out: inout TextBuffer) {
        style.write(query.columns, cells, to: &out)
    }
}
