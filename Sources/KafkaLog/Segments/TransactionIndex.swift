// SPDX-License-Identifier: Apache-2.0

/// A transaction that ended with an abort: readers of committed records skip the producer's records between its first
/// and last offset.
public struct AbortedTransaction: Sendable, Equatable {
    /// Whose transaction it was.
    public var producerID: Int64
    /// The offset of its first record in this partition.
    public var firstOffset: Int64
    /// The offset of the marker.
    public var lastOffset: Int64
    /// The partition's last stable offset once this transaction had ended.
    public var lastStableOffset: Int64

    /// An entry to write.
    public init(producerID: Int64, firstOffset: Int64, lastOffset: Int64, lastStableOffset: Int64) {
        self.producerID = producerID
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.lastStableOffset = lastStableOffset
    }
}

extension AbortedTransaction: IndexEntry {
    static let byteCount = 34

    init(_ bytes: UnsafeRawPointer) {
        func field(_ offset: Int) -> Int64 {
            Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
        self.init(producerID: field(2), firstOffset: field(10), lastOffset: field(18), lastStableOffset: field(26))
    }

    func write(to bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: 0, as: Int16.self)  // the version
        bytes.storeBytes(of: producerID.bigEndian, toByteOffset: 2, as: Int64.self)
        bytes.storeBytes(of: firstOffset.bigEndian, toByteOffset: 10, as: Int64.self)
        bytes.storeBytes(of: lastOffset.bigEndian, toByteOffset: 18, as: Int64.self)
        bytes.storeBytes(of: lastStableOffset.bigEndian, toByteOffset: 26, as: Int64.self)
    }

    var isPadding: Bool { false }
}

/// The aborted transactions whose markers lie in a segment, in the order of the markers; no file until there is one.
struct TransactionIndex {
    var file: IndexFile<AbortedTransaction>

    init(files: SegmentFiles, isEmpty: Bool) {
        file = IndexFile(files: files, kind: .transactionIndex, isEmpty: isEmpty)
    }

    mutating func append(_ transaction: AbortedTransaction) { file.append(transaction) }

    /// Adds the transactions that touch `from..<to`; true when no later segment can have more of them.
    mutating func collect(
        from: Int64, to: Int64, into found: inout [AbortedTransaction]
    ) throws(LogError) -> Bool {
        for index in 0..<(try file.count()) {
            let transaction = try file.entry(index)
            if transaction.lastOffset >= from && transaction.firstOffset < to { found.append(transaction) }
            if transaction.lastStableOffset >= to { return true }
        }
        return false
    }

    /// Keeps the transactions whose markers lie below an offset.
    mutating func truncate(to offset: Int64) throws(LogError) {
        let kept = try file.last { $0.lastOffset < offset }.map { $0.index + 1 } ?? 0
        if kept < (try file.count()) { try file.truncate(to: kept) }
    }
}
