// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The requests of a connection that wait for their answers, which come in the requests' order.
struct PendingRequests<Completion> {
    struct Entry {
        var correlationID: Int32
        var apiKey: APIKey
        /// Whether the answer's header ends in tagged fields.
        var hasTaggedHeader: Bool
        var deadline: NIODeadline
        var version: Int16 = 0
        var sentAt = NIODeadline.distantPast
        /// How long the broker may be silent before that is worth a word; nil if it has reason to be.
        var patience: TimeAmount?
        var completion: Completion
    }

    enum Failure: Error, Equatable {
        /// An answer that nobody asked for.
        case unexpected(Int32)
        /// An answer out of order.
        case mismatch(expected: Int32, got: Int32, APIKey)
    }

    private var entries = CircularBuffer<Entry>()
    private var nextCorrelationID: Int32 = 0

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    var first: Entry? { entries.first }
    var earliestDeadline: NIODeadline? {
        var earliest: NIODeadline?
        for entry in entries { earliest = min(earliest ?? entry.deadline, entry.deadline) }
        return earliest
    }

    mutating func makeCorrelationID() -> Int32 {
        defer { nextCorrelationID = nextCorrelationID == .max ? 0 : nextCorrelationID + 1 }
        return nextCorrelationID
    }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// The request that an answer belongs to.
    mutating func complete(_ correlationID: Int32) throws(Failure) -> Entry {
        guard let first = entries.first else { throw .unexpected(correlationID) }
        guard first.correlationID == correlationID else {
            throw .mismatch(expected: first.correlationID, got: correlationID, first.apiKey)
        }
        entries.removeFirst()
        return first
    }

    /// The oldest request whose time is over.
    func expired(at now: NIODeadline) -> Entry? { entries.first { $0.deadline <= now } }

    /// Takes all requests out, in order.
    mutating func removeAll() -> [Entry] {
        defer { entries.removeAll() }
        return Array(entries)
    }
}
