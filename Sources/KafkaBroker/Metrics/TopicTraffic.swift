// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What goes into a topic and out of it; shared by its partitions.
final class TopicTraffic: Sendable {
    private let produceRequests = Atomic<UInt64>(0)
    private let failedProduceRequests = Atomic<UInt64>(0)
    private let messagesIn = Atomic<UInt64>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesRejected = Atomic<UInt64>(0)
    private let fetchRequests = Atomic<UInt64>(0)
    private let failedFetchRequests = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)

    func appended(bytes: Int, messages: Int64) {
        produceRequests.add(1, ordering: .relaxed)
        bytesIn.add(UInt64(clamping: bytes), ordering: .relaxed)
        messagesIn.add(UInt64(clamping: messages), ordering: .relaxed)
    }

    /// - Parameter isTooLarge: for the bytes to be counted as rejected.
    func refused(bytes: Int, isTooLarge: Bool) {
        produceRequests.add(1, ordering: .relaxed)
        failedProduceRequests.add(1, ordering: .relaxed)
        if isTooLarge { bytesRejected.add(UInt64(clamping: bytes), ordering: .relaxed) }
    }

    func fetched(bytes: Int, isFailure: Bool) {
        fetchRequests.add(1, ordering: .relaxed)
        if isFailure { failedFetchRequests.add(1, ordering: .relaxed) }
        if bytes > 0 { bytesOut.add(UInt64(clamping: bytes), ordering: .relaxed) }
    }

    var statistics: TrafficStatistics {
        func value(_ counter: borrowing Atomic<UInt64>) -> UInt64 { counter.load(ordering: .relaxed) }
        return TrafficStatistics(
            produceRequests: value(produceRequests), failedProduceRequests: value(failedProduceRequests),
            messagesIn: value(messagesIn), bytesIn: value(bytesIn), bytesRejected: value(bytesRejected),
            fetchRequests: value(fetchRequests), failedFetchRequests: value(failedFetchRequests),
            bytesOut: value(bytesOut))
    }
}

/// What went into a topic or all of them, and out, since the start.
package struct TrafficStatistics: Sendable, Equatable {
    /// Counted for each partition of a request, as Kafka does.
    package var produceRequests: UInt64 = 0
    package var failedProduceRequests: UInt64 = 0
    package var messagesIn: UInt64 = 0
    package var bytesIn: UInt64 = 0
    /// Of batches that were too large.
    package var bytesRejected: UInt64 = 0
    package var fetchRequests: UInt64 = 0
    package var failedFetchRequests: UInt64 = 0
    package var bytesOut: UInt64 = 0

    static func + (first: Self, second: Self) -> Self {
        var sum = first
        for field in fields { sum[keyPath: field] &+= second[keyPath: field] }
        return sum
    }

    private static var fields: [WritableKeyPath<Self, UInt64>] {
        [
            \.produceRequests, \.failedProduceRequests, \.messagesIn, \.bytesIn, \.bytesRejected, \.fetchRequests,
            \.failedFetchRequests, \.bytesOut,
        ]
    }
}

/// The traffic of all topics.
final class TrafficTable: Sendable {
    private struct State {
        var topics: [String: TopicTraffic] = [:]
        /// Of topics that were deleted, so that the sum of all never falls.
        var past = TrafficStatistics()
    }

    private let state = Mutex(State())

    /// The counters of a topic, new ones if there are none.
    func topic(_ name: String) -> TopicTraffic {
        state.withLock { state in
            if let known = state.topics[name] { return known }
            let new = TopicTraffic()
            state.topics[name] = new
            return new
        }
    }

    /// A topic is gone; whoever has its counters in hand counts for nothing.
    func remove(_ name: String) {
        state.withLock { state in
            guard let gone = state.topics.removeValue(forKey: name) else { return }
            state.past = state.past + gone.statistics
        }
    }

    /// Of each topic that was used, and of all.
    var statistics: (topics: [String: TrafficStatistics], total: TrafficStatistics) {
        let (topics, past) = state.withLock { ($0.topics, $0.past) }
        let all = topics.mapValues(\.statistics)
        return (all.filter { $0.value != TrafficStatistics() }, all.values.reduce(past, +))
    }
}
