// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Libc
import Logging
import Synchronization

/// Opens, looks after and closes the logs of all partitions in the data directory.
final class LogManager: Sendable {
    let directory: LogDirectory
    let registry: PartitionRegistry
    private let hadCleanShutdown: Bool
    private let producers: ProducerSettings
    private let removedTopics: RemovedTopics
    /// Where the metadata log ends: written down beside the others' recovery points.
    private let metadataEnd: @Sendable () -> Int64
    private let progress: StartProgress?
    /// What goes in and out of topics; nil where that isn't counted.
    private let traffic: TrafficTable?
    private let logger: Logger
    private let alarm: StorageAlarm
    let debt = FlushDebt()
    /// The recovery points as the checkpoint file has them; whoever flushes holds it.
    private let written = Mutex<[TopicPartition: Int64]>([:])
    /// One writes the file at a time.
    private let logStartsFile = Mutex(())
    /// What the checkpoint files said at the start; consumed as logs are opened.
    private let checkpoints: Mutex<Checkpoints>
    /// Directories of deleted topics that wait for `file.delete.delay.ms`.
    private let doomed = Mutex<[(path: String, due: Int64)]>([])
    /// What the file system refused, to be tried again; who opens or deletes partitions holds it.
    private let delayed = Mutex(Delayed())

    private struct Delayed {
        /// Partitions that could not be opened.
        var openings: [Request] = []
        /// Partitions that are damaged: not tried again, as they stay so until somebody looks at them and starts the
        /// broker anew.
        var damaged: Set<TopicPartition> = []
        /// Partitions of deleted topics whose directory could not be renamed.
        var deletions: [Partition] = []

        /// The names that nobody else may have as long.
        var names: Set<TopicPartition> { Set(deletions.map(\.topicPartition)) }

        /// Partitions that exist and are not open, of which the checkpoints must keep what they say.
        var unopened: Set<TopicPartition> { damaged.union(openings.map(\.topicPartition)) }
    }

    private struct Checkpoints {
        var recoveryPoint: [TopicPartition: Int64]
        var logStartOffset: [TopicPartition: Int64]
    }

    /// - Parameters:
    ///   - hadCleanShutdown: whether the logs need no recovery.
    ///   - producers: what holds for them until that changes.
    ///   - metadataEnd: up to where the metadata log is on disk.
    ///   - progress: told of the partitions that are opened.
    init(
        directory: LogDirectory, registry: PartitionRegistry, hadCleanShutdown: Bool, producers: ProducerSettings,
        traffic: TrafficTable? = nil, metadataEnd: @escaping @Sendable () -> Int64, progress: StartProgress? = nil,
        logger: Logger
    ) throws(LogError) {
        self.directory = directory
        self.registry = registry
        self.hadCleanShutdown = hadCleanShutdown
        self.producers = producers
        self.traffic = traffic
        self.metadataEnd = metadataEnd
        self.progress = progress
        removedTopics = RemovedTopics(dataDirectory: directory.path)
        self.logger = logger
        alarm = StorageAlarm(logger: logger)
        checkpoints = Mutex(
            Checkpoints(
                recoveryPoint: try Self.read(
                    .recoveryPoint, directory, logger, without: "logs are checked from their beginning after a crash"),
                logStartOffset: try Self.read(
                    .logStartOffset, directory, logger, without: "deleted records whose segment is left come back")))
    }

    /// The offsets of a checkpoint file. None of a damaged one, as in Kafka: the logs are there without it.
    private static func read(
        _ kind: CheckpointKind, _ directory: LogDirectory, _ logger: Logger, without consequence: String
    ) throws(LogError) -> [TopicPartition: Int64] {
        do throws(LogError) { return try directory.readCheckpoint(kind) } catch  where error.systemError == nil {
            logger.warning("\(error.message); going on without it: \(consequence)")
            return [:]
        }
    }

    /// Looks at what the directory holds before any log is opened: takes note of what is to be deleted, and renames
    /// partitions of deleted topics, as Kafka does. The checkpoints are then of what stays, not of partitions that get
    /// the same names later.
    /// - Throws: for a partition of which the metadata knows neither the topic nor its deletion.
    func clean(knowing image: MetadataImage, now: Int64) throws(LogError) {
        var staying: Set<TopicPartition> = []
        let all = try directory.partitions()
        try UnknownPartitions(all, image, removedTopics).check()
        for found in all {
            switch found.kind {
            case .delete:
                doomed.withLock { $0.append((found.path, now)) }
            case .current:
                let name = found.topicPartition
                guard name.topic != MetadataStore.topicName else { break }
                if image.partition(name.topic, name.partition) == nil {
                    try setAside(found)
                } else {
                    staying.insert(name)
                }
            case .stray, .future: break
            }
        }
        let kept = staying
        checkpoints.withLock { checkpoints in
            checkpoints.recoveryPoint = checkpoints.recoveryPoint.filter { kept.contains($0.key) }
            checkpoints.logStartOffset = checkpoints.logStartOffset.filter { kept.contains($0.key) }
        }
    }

    /// Renames a partition that the metadata doesn't know; it is the operator's to look at.
    private func setAside(_ directory: PartitionDirectory) throws(LogError) {
        let path = try directory.renameToStray()
        logger.warning("\(directory.name) is of a topic that was deleted; it is now \(path), and left alone")
    }

    /// A partition to be opened.
    struct Request: Sendable {
        var topicPartition: TopicPartition
        var topicID: KafkaUUID
        var leaderEpoch: Int32
        var config: LogConfig
    }

    /// Opens partitions, on several threads if there are many, and makes them available to requests. Those that the
    /// file system refuses are tried again by `maintain`.
    /// - Parameter areNew: they have just been created.
    /// - Throws: When one is damaged; when a new one can't be opened now.
    func open(_ requests: [Request], areNew: Bool = false, now: Int64) throws(LogError) {
        try delayed.withLock { (delayed) throws(LogError) in
            for partition in requests { retire(partition.topicPartition, &delayed, now: now) }
            let occupied = delayed.names
            // What waits to be opened is asked for again when its topic changes. Nothing may be opened twice.
            let requested = Set(requests.map(\.topicPartition))
            delayed.openings.removeAll { requested.contains($0.topicPartition) }
            delayed.damaged.subtract(requested)
            defer { registry.unopened = delayed.unopened }
            // One syncfs in place of two fsyncs for each.
            let isBulk = areNew && requests.count > Self.manyPartitions
            progress?.begin(requests.count)
            let results = Parallel.map(requests) { (request) -> Result<Partition, LogError> in
                defer { self.progress?.opened() }
                do throws(LogError) {
                    try Self.check(request, occupied)
                    return .success(try self.open(request, isDurable: !isBulk, now: now))
                } catch {
                    return .failure(error)
                }
            }
            if isBulk {
                do throws(LogError) { try directory.synchronize() } catch {
                    delayed.openings += requests
                    throw error
                }
            }
            var opened: [Partition] = []
            var failure: LogError?
            for (request, result) in zip(requests, results) {
                switch result {
                case .success(let partition): opened.append(partition)
                case .failure(let error):
                    // Who is damaged ends a start.
                    if areNew || error.systemError == nil { failure = failure ?? error }
                    guard error.systemError != nil else {
                        delayed.damaged.insert(request.topicPartition)
                        continue
                    }
                    delayed.openings.append(request)
                    logger.error("\(request.topicPartition) can't be opened, it is tried again: \(error.message)")
                }
            }
            registry.add(opened)
            if let failure { throw failure }
        }
    }

    private static func check(_ request: Request, _ occupied: Set<TopicPartition>) throws(LogError) {
        guard occupied.contains(request.topicPartition) else { return }
        throw LogError(
            .kafkaStorageError, "The directory of a deleted topic's \(request.topicPartition) can't be renamed",
            systemError: EBUSY)
    }

    /// Tries again what the file system refused.
    private func retryDelayed(now: Int64) {
        delayed.withLock { delayed in
            for partition in delayed.deletions { retire(partition.topicPartition, &delayed, now: now) }
            guard !delayed.openings.isEmpty else { return }
            let occupied = delayed.names
            var rest: [Request] = []
            var opened: [Partition] = []
            for request in delayed.openings {
                let name = request.topicPartition
                guard registry.partition(name.topic, name.partition) == nil else { continue }
                do throws(LogError) {
                    try Self.check(request, occupied)
                    opened.append(try open(request, isDurable: true, now: now))
                    logger.info("\(name) is open")
                } catch {
                    guard error.systemError == nil else {
                        rest.append(request)
                        continue
                    }
                    delayed.damaged.insert(name)
                    logger.error("\(name) can't be opened until the broker is restarted: \(error)")
                }
            }
            delayed.openings = rest
            registry.add(opened)
            registry.unopened = delayed.unopened
        }
    }

    private func open(_ request: Request, isDurable: Bool, now: Int64) throws(LogError) -> Partition {
        let path = directory.path + "/" + request.topicPartition.description
        var options = options(request.topicPartition, config: request.config)
        options.topicID = request.topicID
        options.durability = isDurable ? .contentsAndName : .none
        let log: PartitionLog
        do throws(LogError) {
            log = try PartitionLog.open(path, options: options, now: now)
        } catch  where error.code == .inconsistentTopicID {
            // What is there is of a topic that was deleted, and this one has its name.
            guard let other = PartitionDirectory(path), try UnknownPartitions.mayGiveWay(other, removedTopics) else {
                throw UnknownPartitions.otherTopic(path, request.topicID)
            }
            try setAside(other)
            options.recoveryPoint = 0
            options.logStartOffset = 0
            log = try PartitionLog.open(path, options: options, now: now)
        }
        for message in log.recovery.messages { logger.warning("\(request.topicPartition): \(message)") }
        try log.assignEpoch(request.leaderEpoch, startOffset: log.logEndOffset)
        return Partition(
            topicPartition: request.topicPartition, topicID: request.topicID, leaderEpoch: request.leaderEpoch,
            log: log, alarm: alarm, debt: debt, traffic: traffic?.topic(request.topicPartition.topic))
    }

    private func options(_ name: TopicPartition, config: LogConfig) -> PartitionLog.Options {
        var options = PartitionLog.Options(config: config)
        options.hadCleanShutdown = hadCleanShutdown
        options.producers = producers
        // What the coordinators append was verified before it came to them.
        options.verifiesTransactions = !TopicName.isInternal(name.topic)
        checkpoints.withLock {
            options.recoveryPoint = $0.recoveryPoint[name] ?? 0
            options.logStartOffset = $0.logStartOffset[name] ?? 0
        }
        return options
    }

    /// Takes a deleted topic's partitions out of service; their files go after the delay.
    func delete(topic: String, now: Int64) {
        delayed.withLock { delayed in
            delayed.openings.removeAll { $0.topicPartition.topic == topic }
            delayed.damaged = delayed.damaged.filter { $0.topic != topic }
            registry.unopened = delayed.unopened
            traffic?.remove(topic)
            for partition in registry.remove(topic: topic) {
                delayed.deletions.append(partition)
                retire(partition.topicPartition, &delayed, now: now)
                checkpoints.withLock {
                    $0.recoveryPoint[partition.topicPartition] = nil
                    $0.logStartOffset[partition.topicPartition] = nil
                }
            }
        }
    }

    /// Renames the directories of deleted partitions of this name, so that another one may have it.
    private func retire(_ name: TopicPartition, _ delayed: inout Delayed, now: Int64) {
        delayed.deletions.removeAll { partition in
            guard partition.topicPartition == name else { return false }
            do throws(LogError) {
                let path = try partition.log.renameForDeletion()
                let delay = partition.log.config.fileDeleteDelayMs
                doomed.withLock { $0.append((path, now.addingSaturating(delay))) }
                return true
            } catch {
                logger.error("\(name), whose topic was deleted, can't be removed yet: \(error.message)")
                return false
            }
        }
    }

    /// Changes the configuration of a topic's logs.
    func update(topic name: String, config: LogConfig) {
        for partition in registry.topic(name)?.partitions.values.map(\.self) ?? [] where partition.log.config != config
        {
            partition.log.update(config: config)
        }
        delayed.withLock { delayed in
            for index in delayed.openings.indices where delayed.openings[index].topicPartition.topic == name {
                delayed.openings[index].config = config
            }
        }
    }

    /// Changes what holds for the producers of all logs, open or not.
    func update(_ configuration: BrokerConfiguration) { producers.update(configuration) }

    /// Forgets the producers that were silent for `producer.id.expiration.ms`.
    func removeExpiredProducers(now: Int64) {
        for partition in registry.all { partition.log.removeExpiredProducers(now: now) }
    }

    /// Says which records are missing between the segments of logs, until the closure says that it is enough.
    func reportMissingSegments(until isEnough: () -> Bool) {
        for partition in registry.all {
            // What can't be read shows when somebody wants to.
            guard let missing = try? partition.log.missingOffsets(until: isEnough), !missing.isEmpty else { continue }
            let ranges = missing.map(\.bothEnds).joined(separator: ", ")
            logger.warning(
                "\(partition.topicPartition): the records at offsets \(ranges) are missing; a segment was cut or is gone, unless the topic had cleanup.policy=compact before"
            )
        }
    }

    /// Removes what is past its retention. One log's trouble is not another's.
    func enforceRetention(now: Int64) {
        for partition in registry.all {
            do throws(LogError) {
                let gone = try partition.log.enforceRetention(now: now)
                guard !gone.isEmpty else { continue }
                logger.info(
                    "\(partition.topicPartition): retention deletes \(gone.count) segments, the log starts at \(partition.log.logStartOffset) now"
                )
            } catch {
                logger.error("\(partition.topicPartition): \(error)")
            }
        }
    }

    /// The periodic step of the background: due deletions, idle files, and what could not be opened.
    func maintain(now: Int64) {
        for partition in registry.all {
            do throws(LogError) { try partition.log.maintain(now: now) } catch { partition.raise(error, now: now) }
            for note in partition.log.takeNotes() { logger.warning("\(partition.topicPartition): \(note)") }
        }
        // On a full disk nothing that is deleted anyway waits for its time; who reads it has it open.
        let limit = alarm.takeIsFull() ? Int64.max : now
        if limit > now { for partition in registry.all { partition.log.deletePendingFiles(now: limit) } }
        let due = doomed.withLock { doomed in
            let due = doomed.filter { $0.due <= limit }
            doomed.removeAll { $0.due <= limit }
            return due
        }
        for gone in due {
            do throws(LogError) { try LogDirectory.remove(gone.path) } catch {
                logger.error("\(error); it is tried again")
                doomed.withLock { $0.append((gone.path, now.addingSaturating(60_000))) }
            }
        }
        // There may be room for them now.
        retryDelayed(now: now)
    }

    /// Flushes logs, and writes down that it did, so that little is left to check after a crash.
    func flush() {
        written.withLock { written in
            let counted = debt.begin()
            let now = WallClock.milliseconds()
            let unflushed = registry.all.filter { $0.log.recoveryPoint < $0.log.logEndOffset && $0.log.failure == nil }
            // One syncfs, after which the fsync of each file has little to do.
            if unflushed.count > Self.manyPartitions {
                do throws(LogError) { try directory.synchronize() } catch { logger.error("\(error)") }
            }
            for partition in unflushed {
                // The partition says what is wrong.
                _ = try? partition.flush(now: now)
            }
            debt.end(counted)
            do throws(LogError) { try write(&written) } catch { alarm.raise(error, now: now) }
        }
    }

    private static let manyPartitions = 16

    /// Writes the recovery points down, if one has changed.
    private func write(_ written: inout [TopicPartition: Int64]) throws(LogError) {
        var points: [TopicPartition: Int64] = [:]
        for partition in registry.all { points[partition.topicPartition] = partition.log.recoveryPoint }
        points[KnownEnd.partition] = metadataEnd()
        // What can't be opened keeps what was said of it.
        checkpoints.withLock { checkpoints in
            for name in registry.unopened { points[name] = checkpoints.recoveryPoint[name] }
        }
        guard points != written else { return }
        try directory.writeCheckpoint(.recoveryPoint, points)
        written = points
    }

    /// Writes down up to where logs are on disk and where they start.
    func writeCheckpoints() throws(LogError) {
        try written.withLock { (written) throws(LogError) in try write(&written) }
        try writeLogStarts(.contentsAndName)
        var highWatermarks: [TopicPartition: Int64] = [:]
        for partition in registry.all { highWatermarks[partition.topicPartition] = partition.log.highWatermark }
        try directory.writeCheckpoint(.highWatermark, highWatermarks)
    }

    /// Records were deleted: writes down where logs start, so that a crash of the broker doesn't bring them back. Kafka
    /// leaves that to the next checkpoint.
    func recordsDeleted() {
        do throws(LogError) { try writeLogStarts(.none) } catch { alarm.raise(error, now: WallClock.milliseconds()) }
    }

    private func writeLogStarts(_ durability: Durability) throws(LogError) {
        try logStartsFile.withLock { _ throws(LogError) in
            var logStarts: [TopicPartition: Int64] = [:]
            // As in Kafka: a start at the first segment's needs no note.
            for partition in registry.all
            where partition.log.logStartOffset > partition.log.segments.first?.baseOffset ?? 0 {
                logStarts[partition.topicPartition] = partition.log.logStartOffset
            }
            checkpoints.withLock { checkpoints in
                for name in registry.unopened { logStarts[name] = checkpoints.logStartOffset[name] }
            }
            try directory.writeCheckpoint(.logStartOffset, logStarts, durability)
        }
    }

    /// Closes every log, writes the checkpoints and says that the stop was clean, if it was for all of them.
    func close(brokerEpoch: Int64) throws(LogError) {
        let failures = Parallel.map(registry.all) { (partition) -> LogError? in
            do throws(LogError) {
                try partition.log.closeWithoutFlush()
                return nil
            } catch {
                return error
            }
        }
        // One syncfs instead of several fsyncs for each of thousands of partitions.
        try directory.synchronize()
        try writeCheckpoints()
        if let failure = failures.lazy.compactMap({ $0 }).first { throw failure }
        // Those that a crash left are still to be recovered.
        if !hadCleanShutdown, let unopened = registry.unopened.first {
            throw LogError(.kafkaStorageError, "\(unopened) could not be opened, and needs recovery")
        }
        try directory.writeCleanShutdownMarker(brokerEpoch: brokerEpoch)
    }
}
