// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// An image in the making: records are replayed into it one after the other.
///
/// Between the begin and the end of a metadata transaction (KIP-868) nothing of it is visible: `visible` stays at what
/// was before, and an abort returns there.
struct MetadataDraft {
    private(set) var state: MetadataState
    private(set) var delta = MetadataDelta()
    private var beforeTransaction: (state: MetadataState, delta: MetadataDelta)?
    /// The name that the open transaction was given.
    private(set) var transactionName: String?

    init(_ image: MetadataImage) { state = image.state }

    var isInTransaction: Bool { beforeTransaction != nil }

    /// What readers may see.
    var visible: (image: MetadataImage, delta: MetadataDelta) {
        var (state, delta) = beforeTransaction ?? (self.state, self.delta)
        // What the end of an open transaction will make visible is not there yet, but its offsets are taken.
        (state.offset, state.epoch, state.timestamp) = (self.state.offset, self.state.epoch, self.state.timestamp)
        return (MetadataImage(state), delta)
    }

    /// Applies the record at an offset.
    /// - Throws: if the record can't follow what was before; the draft must then be given up.
    mutating func replay(
        _ record: any MetadataRecord, offset: Int64, epoch: Int32, timestamp: Int64
    ) throws(MetadataError) {
        switch record {
        case let record as BeginTransactionRecord: try begin(record)
        case is EndTransactionRecord: try end()
        case is AbortTransactionRecord: try abort()
        case let record as any ReplayableRecord: try record.replay(into: &state, noting: &delta)
        default: throw MetadataError(.unsupportedVersion, "\(type(of: record)) can't be replayed")
        }
        note(offset: offset, epoch: epoch, timestamp: timestamp)
    }

    /// Notes a control record, which changes nothing but where the log ends.
    /// An entry of the log: a record, or what belongs to the quorum.
    mutating func replay(_ entry: MetadataLogEntry, _ quorum: inout QuorumVoters) throws(MetadataError) {
        if case .record(let versioned) = entry.content {
            try replay(versioned.record, offset: entry.offset, epoch: entry.epoch, timestamp: entry.timestamp)
        } else {
            quorum.note(entry.content)
            note(offset: entry.offset, epoch: entry.epoch, timestamp: entry.timestamp)
        }
    }

    mutating func note(offset: Int64, epoch: Int32, timestamp: Int64) {
        state.offset = offset
        state.epoch = epoch
        state.timestamp = timestamp
    }

    private mutating func begin(_ record: BeginTransactionRecord) throws(MetadataError) {
        guard beforeTransaction == nil else {
            throw MetadataError(.corruptMessage, "a metadata transaction begins within another")
        }
        beforeTransaction = (state, delta)
        transactionName = record.name
    }

    private mutating func end() throws(MetadataError) {
        guard beforeTransaction != nil else {
            throw MetadataError(.corruptMessage, "a metadata transaction ends that did not begin")
        }
        beforeTransaction = nil
        transactionName = nil
    }

    private mutating func abort() throws(MetadataError) {
        guard let before = beforeTransaction else {
            throw MetadataError(.corruptMessage, "a metadata transaction is aborted that did not begin")
        }
        (state, delta) = before
        beforeTransaction = nil
        transactionName = nil
    }
}

/// A record that changes the image.
protocol ReplayableRecord: MetadataRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError)
}
