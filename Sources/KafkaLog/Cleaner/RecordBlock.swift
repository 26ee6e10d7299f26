// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The records of a batch, some dozens at a time, and their keys as the map has them.
struct RecordBlock {
    private static let maxCount = 64

    private var cursor: RecordCursor?
    private(set) var records: [RecordView] = []
    /// Of those records that have one.
    private(set) var keys: [OffsetMap.Key] = []
    private(set) var fetched: UInt64 = 0

    mutating func begin(_ records: RecordCursor) { cursor = records }

    /// Takes the next records, and has the map fetch what it knows of their keys; false behind the last one.
    mutating func next(_ map: borrowing OffsetMap) throws(RecordError) -> Bool {
        records.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        try cursor?.next(Self.maxCount, into: &records)
        for record in records { if let key = record.key { keys.append(map.key(key)) } }
        fetched = map.fetch(keys)
        return !records.isEmpty
    }
}
