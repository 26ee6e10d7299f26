// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore

/// Coordinates the groups of the cluster: drives `GroupShard`s with requests and timers, and writes their records.
///
/// A request sees its group's state after all earlier ones, and its answer leaves after its records are in the log.
actor GroupCoordinator: TopicCoordinator {
    /// Where the groups are kept.
    nonisolated let topic: CoordinatorTopic
    let topics: any TopicLookup
    let clock: CoordinatorClock
    /// Keeps what share groups have read; nil if there are none.
    let shares: (any ShareStates)?
    let logger: Logger
    let warnings: RepeatedWarnings
    private(set) var configuration: GroupCoordinatorConfiguration

    /// What is in the partitions that can be used.
    var shards: [Int32: GroupShard] = [:]
    /// What happened before a partition was read back.
    var deferred: [Int32: [DeferredEvent]] = [:]

    /// Share groups for which partitions are being initialized at the moment, and who waits for that.
    private var initializingShares: [String: [CheckedContinuation<Void, Never>]] = [:]

    private var parked: [RequestID: ParkedRequest] = [:]
    private var nextRequest: UInt64 = 0

    var timers = TimerQueue<CoordinatorTimer>()
    var isFiring = false
    private var wake: (deadline: Int64, task: Task<Void, Never>)?

    init(
        log: any CoordinatorLog, topics: any TopicLookup, clock: CoordinatorClock,
        configuration: GroupCoordinatorConfiguration, shares: (any ShareStates)? = nil, logger: Logger
    ) {
        topic = CoordinatorTopic(TopicName.offsets, log, clock, logger)
        self.topics = topics
        self.clock = clock
        self.configuration = configuration
        self.shares = shares
        self.logger = logger
        warnings = RepeatedWarnings(logger)
    }

    /// Whether the caller is to have the partitions of a share group initialized; whoever comes meanwhile waits.
    func beginInitialization(_ groupID: String) async -> Bool {
        guard initializingShares[groupID] != nil else {
            initializingShares[groupID] = []
            return true
        }
        await withCheckedContinuation { initializingShares[groupID]?.append($0) }
        return false
    }

    func endInitialization(_ groupID: String) {
        for waiting in initializingShares.removeValue(forKey: groupID) ?? [] { waiting.resume() }
    }

    /// Begins to read the groups back and returns at once; until that is done their requests are asked to come again.
    nonisolated func start() {
        Task { await begin() }
    }

    private func begin() {
        discover()
        timers.set(.offsetExpiry, nextOffsetExpiry)
        scheduleWake()
    }

    /// Answers what is parked and stops the timers; later requests are refused.
    func stop() {
        topic.stop()
        unload()
        timers = TimerQueue()
        wake?.task.cancel()
        wake = nil
    }

    /// Requests that wait for other members of their group.
    var parkedCount: Int { parked.count }

    func update(_ configuration: GroupCoordinatorConfiguration) { self.configuration = configuration }
}

// MARK: Partitions

extension GroupCoordinator {
    /// Notices a topic that exists, and begins to read it.
    func discover() {
        topic.discover(self)
    }

    /// The partition of a group, which can be used now.
    /// - Throws: what to answer if it can't.
    func locate(_ groupID: String) async throws(CoordinatorLogError) -> Int32 {
        let partition = try await topic.locate(groupID, self)
        // Of a topic that is new.
        if shards[partition] == nil { shards[partition] = GroupShard() }
        return partition
    }

    /// The partition of a group in `__consumer_offsets`, which is created if it doesn't exist.
    func partition(of groupID: String) async throws(CoordinatorLogError) -> Int32 {
        discover()
        return JavaString.partition(of: groupID, count: try await topic.create())
    }

    /// The shard of a group for reading only; an empty one if there is no topic yet.
    /// - Throws: what to answer while it can't be used.
    func shard(of groupID: String) throws(CoordinatorLogError) -> GroupShard {
        guard let partition = try topic.find(groupID, self) else { return GroupShard() }
        return shards[partition] ?? GroupShard()
    }
}

// MARK: Events

/// A request that waits for its group.
enum ParkedRequest {
    case join(CheckedContinuation<JoinGroupResponse, Never>)
    case sync(CheckedContinuation<SyncGroupResponse, Never>)
}

/// What the coordinator is woken for.
enum CoordinatorTimer: Hashable, Sendable {
    case group(GroupTimer, partition: Int32)
    case offsetExpiry
}

extension GroupCoordinator {
    func park(_ request: ParkedRequest) -> RequestID {
        nextRequest += 1
        let id = RequestID(number: nextRequest)
        parked[id] = request
        return id
    }

    /// Gives an event to a shard and carries out what it wants.
    /// - Returns: what the shard answers, and why its records could not be appended.
    func perform<Answer>(
        _ partition: Int32, transaction: CoordinatorTransaction? = nil,
        _ event: (inout GroupShard, GroupContext, inout GroupEffects) -> Answer
    ) -> (answer: Answer, failure: CoordinatorLogError?) {
        let context = GroupContext(
            now: clock.now(), configuration: configuration, topics: topics, makeUUID: { KafkaUUID.javaText() })
        var effects = GroupEffects()
        effects.notes = logger.logLevel <= .info ? [] : nil
        let answer = event(&shards[partition, default: GroupShard()], context, &effects)
        var failure: CoordinatorLogError?
        while !effects.records.isEmpty {
            let error = write(partition, transaction, context, &effects)
            failure = failure ?? error
        }
        for note in effects.notes ?? [] { logger.info("\(note)") }
        for (id, reply) in effects.replies { send(reply, to: id) }
        let uptime = clock.uptime()
        for (timer, change) in effects.timers {
            timers.apply(change, to: .group(timer, partition: partition), now: uptime)
        }
        fireTimers()
        return (answer, failure)
    }

    /// Appends the records that an event brought, and tells the shard.
    private func write(
        _ partition: Int32, _ transaction: CoordinatorTransaction?, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> CoordinatorLogError? {
        var (records, completion) = effects.takeRecords()
        if effects.mayBeDivided && records.count > Self.recordsInBatch {
            effects.records = Array(records[Self.recordsInBatch...])
            records = Array(records[..<Self.recordsInBatch])
        }
        do throws(CoordinatorLogError) {
            let offset = try append(records, to: partition, transaction)
            shards[partition]!.appended(
                records, at: offset, producerID: transaction?.producerID ?? -1, applies: effects.appliesRecords,
                completion, context, &effects)
            return nil
        } catch {
            warnings.log(
                .error, "writes to __consumer_offsets that failed",
                "Can't write to partition \(partition) of __consumer_offsets: \(error)")
            shards[partition]!.appendFailed(completion, error.clientCode, context, &effects)
            return error
        }
    }

    private static var recordsInBatch: Int { 1_000 }

    private func append(
        _ records: [GroupRecord], to partition: Int32, _ transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64 {
        var encoded: [CoordinatorRecord] = []
        encoded.reserveCapacity(records.count)
        for record in records {
            do { encoded.append(try record.encoded()) } catch {
                throw CoordinatorLogError(code: .unknownServerError, message: error.description)
            }
        }
        return try topic.log.append(encoded, to: partition, transaction: transaction)
    }

    private func send(_ reply: GroupReply, to id: RequestID) {
        switch (parked.removeValue(forKey: id), reply) {
        case (.join(let continuation), .join(let response)): continuation.resume(returning: response)
        case (.sync(let continuation), .sync(let response)): continuation.resume(returning: response)
        default: assertionFailure("no request \(id.number) waits for this answer")
        }
    }
}

// MARK: Timers

extension GroupCoordinator {
    /// Lets due timers act; called by the clock.
    func timersDue() {
        wake = nil
        fireTimers()
    }

    private func fireTimers() {
        // An event of a timer ends here too; the loop below goes on with what it set.
        guard !isFiring, !topic.isStopped else { return }
        isFiring = true
        defer {
            isFiring = false
            scheduleWake()
        }
        while let timer = timers.popDue(clock.uptime()) {
            switch timer {
            case .group(let timer, let partition):
                guard shards[partition] != nil else { continue }
                _ = perform(partition) { shard, context, effects in
                    shard.timerFired(timer, context, &effects)
                }
            case .offsetExpiry:
                timers.set(.offsetExpiry, nextOffsetExpiry)
                Task { await expireOffsets() }
            }
        }
    }

    private var nextOffsetExpiry: Int64 {
        clock.uptime().addingSaturating(max(configuration.offsetsRetentionCheckIntervalMs, 1))
    }

    private func scheduleWake() {
        guard let deadline = timers.nextDeadline, !topic.isStopped else { return }
        if let wake, wake.deadline <= deadline { return }
        wake?.task.cancel()
        let delay = max(deadline - clock.uptime(), 1)
        let task = Task { [clock] in
            do { try await clock.sleep(delay) } catch { return }
            self.timersDue()
        }
        wake = (deadline, task)
    }
}

extension KafkaUUID {
    /// A random identifier in Java's notation, which member ids end in.
    static func javaText() -> String {
        let uuid = KafkaUUID.random()
        func hex(_ bits: UInt64, _ digits: Int) -> String {
            let text = String(bits, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return [
            hex(uuid.high >> 32, 8), hex(uuid.high >> 16 & 0xffff, 4), hex(uuid.high & 0xffff, 4),
            hex(uuid.low >> 48, 4), hex(uuid.low & 0xffff_ffff_ffff, 12),
        ].joined(separator: "-")
    }
}

extension TimerQueue {
    /// Carries out what a group wants of a timer.
    mutating func apply(_ change: GroupEffects.TimerChange, to key: Key, now: Int64) {
        switch change {
        case .start(let after): set(key, now.addingSaturating(after))
        case .startUnlessRunning(let after): if !isSet(key) { set(key, now.addingSaturating(after)) }
        case .stop: cancel(key)
        }
    }
}
