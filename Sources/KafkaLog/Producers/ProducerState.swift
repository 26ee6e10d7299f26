// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The producers of a partition, and the transactions that are open in it.
struct ProducerState {
    private(set) var entries: [Int64: ProducerEntry] = [:]
    private(set) var ongoing: [(firstOffset: Int64, producerID: Int64)] = []
    private var verifications: [Int64: TransactionVerification] = [:]
    /// The log is taken into account up to here.
    var endOffset: Int64 = 0
    /// The latest snapshot file that this state is behind: the one it was read from, or written to; -1 without one.
    var snapshotOffset: Int64 = -1
    /// The offsets of the snapshot files there are, in order.
    var snapshots: [Int64] = []
    let settings: ProducerSettings

    init(_ settings: ProducerSettings) { self.settings = settings }

    var firstOngoingOffset: Int64? { ongoing.first?.firstOffset }

    func prepare(_ producerID: Int64, origin: AppendOrigin) -> ProducerUpdate {
        ProducerUpdate(
            producerID: producerID, current: entries[producerID], verification: verifications[producerID],
            origin: origin)
    }

    mutating func take(_ update: ProducerUpdate) {
        entries[update.producerID, default: ProducerEntry(producerID: update.producerID)].merge(update.updated)
        for offset in update.started { begin(offset, update.producerID) }
    }

    private mutating func begin(_ offset: Int64, _ producerID: Int64) {
        let index = ongoing.lastIndex { $0.firstOffset < offset }.map { $0 + 1 } ?? 0
        ongoing.insert((offset, producerID), at: index)
    }

    /// Ends a transaction; the offset below which no transaction is open afterwards.
    mutating func complete(_ transaction: CompletedTransaction) -> Int64 {
        ongoing.removeAll { $0.firstOffset == transaction.firstOffset }
        return ongoing.first?.firstOffset ?? transaction.lastOffset.addingSaturating(1)
    }

    mutating func removeAll() {
        entries = [:]
        ongoing = []
    }

    /// Records went of which the state knows; the batches that are left must tell it again.
    mutating func forget() {
        removeAll()
        endOffset = -1
    }

    var isUnknown: Bool { endOffset < 0 }

    mutating func load(_ loaded: [ProducerEntry], now: Int64) {
        for entry in loaded where !isExpired(entry, now: now) {
            entries[entry.producerID] = entry
            if let start = entry.transactionStart { begin(start, entry.producerID) }
        }
    }

    /// Forgets producers that have been silent for long and have no open transaction.
    mutating func removeExpired(now: Int64) {
        let expirationMs = settings.expirationMs
        let expired = entries.values.filter { isExpired($0, now: now) }
        for entry in expired { entries[entry.producerID] = nil }
        verifications = verifications.filter { now.subtractingSaturating($0.value.timestamp) < expirationMs }
    }

    private func isExpired(_ entry: ProducerEntry, now: Int64) -> Bool {
        entry.transactionStart == nil && now.subtractingSaturating(entry.lastTimestamp) >= settings.expirationMs
    }

    func hasOngoingTransaction(_ producerID: Int64, epoch: Int16) -> Bool {
        guard let entry = entries[producerID] else { return false }
        return entry.transactionStart != nil && entry.epoch == epoch
    }

    mutating func startVerification(
        _ producerID: Int64, sequence: Int32, epoch: Int16, now: Int64
    ) -> VerificationGuard {
        var verification =
            verifications[producerID] ?? TransactionVerification(sequence: sequence, epoch: epoch, now: now)
        verification.note(sequence: sequence, epoch: epoch)
        verifications[producerID] = verification
        return verification.ticket
    }

    func verifies(_ ticket: VerificationGuard?, _ producerID: Int64) -> Bool {
        guard let ticket, let verification = verifications[producerID] else { return false }
        return verification.ticket == ticket
    }

    mutating func endVerification(_ producerID: Int64) {
        if !verifications.isEmpty { verifications[producerID] = nil }
    }
}
