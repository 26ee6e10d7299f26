// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a partition queue must know of a batch.
protocol QueuedBatch: AnyObject {
    /// Rises in the order in which batches must be stored.
    var id: UInt64 { get }
    var recordCount: Int32 { get }
}

extension ProducerBatch: QueuedBatch {}

/// The batches of one partition, in order: which to send next, under which sequence number, and what an answer means.
///
/// Pure: no clock, no socket. The rules are those of Kafka's idempotent producer (KIP-98, KIP-360): a batch takes its
/// sequence number when it is first sent and keeps it through retries; while an older one is to be retried, younger
/// ones wait; when numbers can't be continued, those that are left begin again at 0 under the next epoch, once nothing
/// is on its way and nothing of what waits may be stored already: under a new number that would be stored twice.
struct PartitionQueue<Batch: QueuedBatch> {
    struct Entry {
        var batch: Batch
        /// Set when first sent; nil without idempotence.
        var sequence: Int32?
        var isRetry = false
        /// Whether it may be stored: an attempt got no answer that rules it out. Only an answer to the same number can
        /// tell.
        var isInDoubt = false
        /// Whether it may be sent: it has been compressed.
        var isReady = true
    }

    enum Next {
        case send(Entry, ProducerIdentity)
        case wait
        /// Epochs are used up: a new producer id is needed.
        case needsIdentity
    }

    enum Verdict: Equatable {
        case retry
        case fail
        /// The batch is larger than the broker takes, and has more than one record.
        case split
        /// The broker has stored it before.
        case delivered
    }

    let isIdempotent: Bool
    /// A transaction can't go on under another epoch: what would need one fails.
    let isTransactional: Bool
    private(set) var waiting: [Entry] = []
    private(set) var inFlight: [Entry] = []
    private(set) var identity = ProducerIdentity.none
    private var nextSequence: Int32 = 0
    private(set) var needsNewEpoch = false
    /// Whether the leader has stored something under this identity. Before that it takes any sequence number for the
    /// first, so that a second batch must not overtake one that fails.
    private var isKnownToLeader = false

    init(isIdempotent: Bool, isTransactional: Bool = false) {
        self.isIdempotent = isIdempotent
        self.isTransactional = isTransactional
    }

    var isEmpty: Bool { waiting.isEmpty && inFlight.isEmpty }

    /// Begins at sequence number 0 of a new producer id; only while nothing is in flight.
    mutating func adopt(_ identity: ProducerIdentity) {
        precondition(inFlight.isEmpty)
        self.identity = identity
        nextSequence = 0
        needsNewEpoch = false
        isKnownToLeader = false
        for index in waiting.indices { waiting[index].sequence = nil }
    }

    /// The producer id is used up; only while nothing is in flight.
    mutating func forgetIdentity() {
        precondition(inFlight.isEmpty)
        identity = .none
    }

    mutating func enqueue(_ batch: Batch, isReady: Bool = true) {
        waiting.append(Entry(batch: batch, isReady: isReady))
    }

    mutating func markReady(_ id: UInt64) {
        for index in waiting.indices where waiting[index].batch.id == id { waiting[index].isReady = true }
    }

    /// Takes out the batch to send now.
    mutating func next(maxInFlight: Int) -> Next {
        guard let head = waiting.first, head.isReady, inFlight.count < maxInFlight else { return .wait }
        if isIdempotent, !isKnownToLeader, !inFlight.isEmpty { return .wait }
        guard isIdempotent else {
            if head.isRetry, let oldest = inFlight.first, oldest.batch.id < head.batch.id { return .wait }
            return .send(launch(), .none)
        }
        guard identity.isSet else { return .needsIdentity }
        if needsNewEpoch, !hasDoubts {
            guard inFlight.isEmpty else { return .wait }
            guard let bumped = identity.bumped else { return .needsIdentity }
            adopt(bumped)
        }
        // While a batch is retried nothing else is begun: it may be stored already, and the broker remembers only the
        // last five to know it by.
        if let oldest = inFlight.first, oldest.isRetry { return .wait }
        // A retried batch goes out only as the oldest that is not stored, or the broker would refuse it again.
        if waiting[0].sequence != nil, let oldest = inFlight.first, oldest.batch.id < head.batch.id { return .wait }
        if waiting[0].sequence == nil {
            waiting[0].sequence = nextSequence
            nextSequence = SequenceNumber.advance(nextSequence, by: head.batch.recordCount)
        }
        return .send(launch(), identity)
    }

    /// Whether something that waits may be stored already.
    private var hasDoubts: Bool { waiting.contains { $0.isInDoubt && $0.sequence != nil } }

    private mutating func launch() -> Entry {
        let entry = waiting.removeFirst()
        let place = inFlight.firstIndex { $0.batch.id > entry.batch.id } ?? inFlight.endIndex
        inFlight.insert(entry, at: place)
        return entry
    }

    /// The broker has stored the batch.
    /// - Returns: false if the batch is not in flight any more.
    mutating func acknowledge(_ id: UInt64) -> Bool {
        guard let index = inFlight.firstIndex(where: { $0.batch.id == id }) else { return false }
        inFlight.remove(at: index)
        isKnownToLeader = true
        return true
    }

    /// The broker has refused the batch, or nobody knows (`nil`: the connection broke).
    /// - Parameter mayRetry: whether time and attempts are left.
    /// - Returns: nil if the batch is not in flight any more.
    mutating func refuse(_ id: UInt64, _ error: ErrorCode?, mayRetry: Bool) -> Verdict? {
        guard let index = inFlight.firstIndex(where: { $0.batch.id == id }) else { return nil }
        var entry = inFlight[index]
        let verdict = judge(entry, isOldest: index == 0, error, mayRetry: mayRetry)
        inFlight.remove(at: index)
        switch error {
        case .outOfOrderSequenceNumber, .unknownProducerID, .invalidProducerEpoch:
            // The broker has neither this one nor what follows it.
            entry.isInDoubt = false
            for index in waiting.indices where waiting[index].batch.id > id { waiting[index].isInDoubt = false }
        default:
            if error?.leavesStorageOpen ?? true { entry.isInDoubt = true }
        }
        switch verdict {
        case .retry, .split: putBack(entry)
        case .fail: if isIdempotent, !isTransactional { needsNewEpoch = true }
        case .delivered: isKnownToLeader = true
        }
        return verdict
    }

    private mutating func judge(
        _ entry: Entry, isOldest: Bool, _ error: ErrorCode?, mayRetry: Bool
    ) -> Verdict {
        guard let error else { return mayRetry ? .retry : .fail }
        switch error {
        case .duplicateSequenceNumber where isIdempotent:
            return .delivered
        case .messageTooLarge, .recordListTooLarge:
            return entry.batch.recordCount > 1 ? .split : .fail
        case .outOfOrderSequenceNumber where isIdempotent:
            // What follows a batch that was refused is refused with it; only the oldest shows a real gap.
            let isOldestOfAll = isOldest && !waiting.contains { $0.sequence != nil && $0.batch.id < entry.batch.id }
            if isOldestOfAll {
                if isTransactional { return .fail }
                needsNewEpoch = true
            }
            return mayRetry ? .retry : .fail
        case .unknownProducerID where isIdempotent && !isTransactional,
            .invalidProducerEpoch where isIdempotent && !isTransactional:
            needsNewEpoch = true
            return mayRetry ? .retry : .fail
        default:
            return error.isRetriable && mayRetry ? .retry : .fail
        }
    }

    /// Puts the parts of a batch that is too large in its place.
    mutating func replace(_ id: UInt64, with parts: [Batch]) {
        guard let index = waiting.firstIndex(where: { $0.batch.id == id }) else { return }
        var sequence = waiting[index].sequence
        var entries: [Entry] = []
        for part in parts {
            entries.append(
                Entry(batch: part, sequence: sequence, isRetry: true, isInDoubt: waiting[index].isInDoubt))
            sequence = sequence.map { SequenceNumber.advance($0, by: part.recordCount) }
        }
        waiting.replaceSubrange(index...index, with: entries)
    }

    /// Takes out batches whose time is over, wherever they are.
    mutating func expire(_ isExpired: (Batch) -> Bool) -> [Batch] {
        var expired: [Batch] = []
        var leavesGap = false
        for entries in [inFlight, waiting] {
            for entry in entries where isExpired(entry.batch) {
                expired.append(entry.batch)
                // Its number is taken, and whether it was stored is unknown.
                if entry.sequence != nil { leavesGap = true }
            }
        }
        guard !expired.isEmpty else { return [] }
        inFlight.removeAll { isExpired($0.batch) }
        waiting.removeAll { isExpired($0.batch) }
        if leavesGap, isIdempotent { needsNewEpoch = true }
        return expired.sorted { $0.id < $1.id }
    }

    private mutating func putBack(_ entry: Entry) {
        var entry = entry
        entry.isRetry = true
        let place = waiting.firstIndex { $0.batch.id > entry.batch.id } ?? waiting.endIndex
        waiting.insert(entry, at: place)
    }
}

extension ErrorCode {
    /// Whether a broker that answers so to a produce request may have stored the batch nevertheless.
    fileprivate var leavesStorageOpen: Bool {
        switch self {
        case .requestTimedOut, .notEnoughReplicasAfterAppend, .networkException, .kafkaStorageError,
            .unknownServerError:
            true
        default: false
        }
    }
}
