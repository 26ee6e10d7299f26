// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization

/// The partitions of a coordinator's topic: which can be used, and how they come to that.
///
/// One way for groups, transactions and share state. A topic that exists is noticed and read back, one partition after
/// the other, each of which can be used as soon as it is done; one that does not exist is created when it is needed. A
/// partition that can't be read is tried again every few seconds and refused meanwhile. What is read while the topic is
/// deleted, or the broker stops, counts for nothing.
///
/// It knows nothing of what stands in the partitions: its coordinator keeps that, and reads it in `load`.
final class CoordinatorTopic: Sendable {
    /// A reading of a partition.
    struct Load: Sendable {
        let partition: Int32
        fileprivate let incarnation: Int
    }

    private enum Status {
        case loading, ready, unreadable
    }

    private struct State {
        /// In the order of the partitions, whose count is for good: what they keep would move if it could change. Nil
        /// while there is no topic.
        var partitions: [Status]?
        /// Grows when the topic is deleted: a reading that began before is void.
        var incarnation = 0
        var reading: Task<Void, Never>?
        /// Requests that create the topic at the moment.
        var creations = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isStopped = false

        var isLoading: Bool { !isStopped && partitions?.contains(.loading) ?? false }

        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            guard !isLoading else { return [] }
            defer { waiting = [] }
            return waiting
        }
    }

    /// Milliseconds until a partition that could not be read is tried again.
    static let retryIntervalMs: Int64 = 5_000

    let name: String
    let log: any CoordinatorLog
    private let clock: CoordinatorClock
    private let logger: Logger
    private let warnings: RepeatedWarnings
    private let state = Mutex(State())

    init(_ name: String, _ log: any CoordinatorLog, _ clock: CoordinatorClock, _ logger: Logger) {
        self.name = name
        self.log = log
        self.clock = clock
        self.logger = logger
        warnings = RepeatedWarnings(logger)
    }

    /// Partitions of the topic; nil while there is none, or nobody has noticed it.
    var partitionCount: Int32? { state.withLock { $0.partitions.map { Int32($0.count) } } }

    /// Whether some of what there is has not been read back yet.
    var isLoading: Bool { state.withLock { $0.isLoading } }

    /// Partitions that can't be used yet.
    var unusableCount: Int { state.withLock { $0.partitions?.count { $0 != .ready } ?? 0 } }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The partition that keeps a group, a transactional id or a share partition; nil while there is no topic.
    func partition(of key: String) -> Int32? { partitionCount.map { JavaString.partition(of: key, count: $0) } }

    /// Why a partition can't be used at the moment; nil if it can.
    func refusal(of partition: Int32) -> CoordinatorLogError? { state.withLock { refusal(of: partition, $0) } }

    private func refusal(of partition: Int32, _ state: borrowing State) -> CoordinatorLogError? {
        guard !state.isStopped else { return Self.stopped }
        switch state.partitions.flatMap({ $0.indices.contains(Int(partition)) ? $0[Int(partition)] : nil }) {
        case .ready?: return nil
        case .loading?:
            return CoordinatorLogError(
                code: .coordinatorLoadInProgress, message: "\(name)-\(partition) is being read back")
        case .unreadable?, nil:
            return CoordinatorLogError(code: .notCoordinator, message: "\(name)-\(partition) could not be read")
        }
    }

    private static let stopped = CoordinatorLogError(
        code: .coordinatorNotAvailable, message: "the broker is shutting down")

    /// Notices a topic that exists and begins to read it back, unless that was done.
    func discover(_ coordinator: any TopicCoordinator) { state.withLock { discover(coordinator, &$0) } }

    private func discover(_ coordinator: any TopicCoordinator, _ state: inout State) {
        guard state.partitions == nil, state.creations == 0, !state.isStopped, let count = log.partitionCount
        else { return }
        state.partitions = Array(repeating: .loading, count: Int(count))
        let incarnation = state.incarnation
        state.reading = Task { await self.read(Array(0..<count), incarnation, coordinator) }
    }

    /// The partition that keeps a key, which can be used now; nil while there is no topic. Every request begins with it.
    /// - Throws: what to answer if it can't be used.
    func find(_ key: String, _ coordinator: any TopicCoordinator) throws(CoordinatorLogError) -> Int32? {
        let found: Result<Int32?, CoordinatorLogError> = state.withLock { state in
            discover(coordinator, &state)
            guard !state.isStopped else { return .failure(Self.stopped) }
            guard let count = state.partitions?.count else { return .success(nil) }
            let partition = JavaString.partition(of: key, count: Int32(count))
            return refusal(of: partition, state).map { .failure($0) } ?? .success(partition)
        }
        return try found.get()
    }

    /// As `find`, but creates the topic if there is none.
    func locate(_ key: String, _ coordinator: any TopicCoordinator) async throws(CoordinatorLogError) -> Int32 {
        if let found = try find(key, coordinator) { return found }
        _ = try await create()
        guard let found = try find(key, coordinator) else {
            throw CoordinatorLogError(code: .notCoordinator, message: "\(name) was deleted")
        }
        return found
    }

    /// Creates the topic unless it is known; all its partitions are empty then, and can be used.
    /// - Returns: its partitions.
    func create() async throws(CoordinatorLogError) -> Int32 {
        let known: Result<Int32?, CoordinatorLogError> = state.withLock { state in
            guard !state.isStopped else { return .failure(Self.stopped) }
            if let partitions = state.partitions { return .success(Int32(partitions.count)) }
            state.creations += 1
            return .success(nil)
        }
        if let count = try known.get() { return count }
        defer { state.withLock { $0.creations -= 1 } }
        let count = try await log.create()
        return state.withLock { state in
            if state.partitions == nil { state.partitions = Array(repeating: .ready, count: Int(count)) }
            return Int32(state.partitions?.count ?? 0)
        }
    }

    /// Makes ready what keeps a key, for whoever looks for its coordinator: creates the topic unless it is known.
    /// - Throws: `.coordinatorNotAvailable` also where the partition could not be read; one that is being read back is
    ///   none of that, since the coordinator is found already.
    func prepare(_ key: String) async throws(CoordinatorLogError) {
        let partition = JavaString.partition(of: key, count: try await create())
        if let refusal = refusal(of: partition), refusal.code == .notCoordinator {
            throw CoordinatorLogError(code: .coordinatorNotAvailable, message: refusal.message)
        }
    }

    /// Waits until every partition was read, or could not be.
    func loaded() async {
        await withCheckedContinuation { continuation in
            let isLoading = state.withLock { state in
                if state.isLoading { state.waiting.append(continuation) }
                return state.isLoading
            }
            if !isLoading { continuation.resume() }
        }
    }

    /// Whether what a reading brought counts; the partition can be used from then on.
    func accept(_ load: Load) -> Bool {
        set(.ready, load)
    }

    /// The topic was deleted.
    func deleted() {
        end { state in
            state.partitions = nil
            state.incarnation += 1
        }
    }

    /// Gives up reading; everything is refused from now on.
    func stop() {
        end { state in
            state.isStopped = true
            state.incarnation += 1
        }
    }

    private func end(_ change: (inout State) -> Void) {
        let (reading, waiting) = state.withLock { state in
            change(&state)
            defer { (state.reading, state.waiting) = (nil, []) }
            return (state.reading, state.waiting)
        }
        reading?.cancel()
        for continuation in waiting { continuation.resume() }
    }

    private func read(
        _ partitions: [Int32], _ incarnation: Int, _ coordinator: any TopicCoordinator
    ) async {
        var left = partitions
        while !left.isEmpty {
            var failed: [Int32] = []
            for partition in left {
                let reading = Load(partition: partition, incarnation: incarnation)
                guard isCurrent(reading) else { return }
                do { try await coordinator.load(reading) } catch {
                    guard set(.unreadable, reading) else { return }
                    warnings.log(
                        .error, "partitions of \(name) that can't be read",
                        "Can't read \(name)-\(partition) back, and refuses what it keeps; another attempt follows: \(error)"
                    )
                    failed.append(partition)
                }
            }
            left = failed
            if left.isEmpty { return }
            do { try await clock.sleep(Self.retryIntervalMs) } catch { return }
        }
    }

    private func isCurrent(_ load: Load) -> Bool { state.withLock { $0.incarnation == load.incarnation } }

    /// - Returns: whether the reading counts.
    private func set(_ status: Status, _ load: Load) -> Bool {
        let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard state.incarnation == load.incarnation, state.partitions != nil else { return nil }
            state.partitions![Int(load.partition)] = status
            return state.takeWaiting()
        }
        for continuation in waiting ?? [] { continuation.resume() }
        return waiting != nil
    }
}

/// Who keeps what stands in a coordinator's topic.
protocol TopicCoordinator: AnyObject, Sendable {
    /// Reads a partition back, and asks `accept` in the same step in which it takes over what was read; called on a task
    /// of its own, for one partition at a time.
    func load(_ load: CoordinatorTopic.Load) async throws
}
