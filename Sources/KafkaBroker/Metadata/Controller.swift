// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaLog
internal import KafkaProtocol

/// Opens and removes what the new image says; answers wait for it. The configuration is the new one already, while the
/// store still has the old image, so that clients hear of a topic when it can be used.
typealias MetadataPublisher =
    @Sendable (_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) throws -> Void

/// Hears of an image when the store has it.
typealias MetadataListener = @Sendable (_ image: MetadataImage, _ delta: MetadataDelta) -> Void

/// The only writer of the metadata: it checks a change, appends its records to `__cluster_metadata`, replays them into
/// the next image, has that published, and only then answers.
///
/// A change is atomic: one batch, or a metadata transaction if it is larger than a batch may be.
actor Controller {
    private let executor = ControllerExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The images, for everybody.
    nonisolated let store: MetadataStore
    private let log: MetadataLog
    private let dataDirectory: String
    private let now: @Sendable () -> Int64
    private var publisher: MetadataPublisher?
    private var listener: MetadataListener?
    /// Ends when the controller takes office: there a transaction may be open that nobody will finish.
    private var unfinished: MetadataDraft?
    private var lastSnapshot: Int64
    /// Finds delegation tokens by what they are proved with.
    var tokenIndex = DelegationTokenIndex()
    private var isClosed = false

    init(
        store: MetadataStore, log: sending MetadataLog, dataDirectory: String, unfinished: sending MetadataDraft,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.log = log
        self.dataDirectory = dataDirectory
        self.unfinished = unfinished
        self.now = now
        lastSnapshot = now()
    }

    /// The broker's configuration, with the dynamic ones in effect.
    nonisolated var configuration: BrokerConfiguration { store.configuration }

    var image: MetadataImage { store.image }
    var versions: RecordVersions { RecordVersions(metadataVersion: image.metadataVersion) }
    var endOffset: Int64 { log.endOffset }
    var currentEpoch: Int32 { log.epoch }
    var quorum: QuorumVoters { log.quorum }
    /// What opening the log had to repair or to pass over, a line each.
    var openingNotes: [String] { log.notes }
    var time: Int64 { now() }
    /// Why the metadata can't be changed until the next start.
    var storageFailure: MetadataError? { log.storageFailure }

    /// Appends the records, brings them to disk, and publishes the image that they make. Nothing of it is visible
    /// before, and nothing remains if it fails.
    func commit(_ records: [VersionedRecord]) throws(MetadataError) {
        guard unfinished == nil else { throw MetadataError(.notController, "The controller is not active yet.") }
        guard !records.isEmpty else { return }
        let end = log.endOffset
        let next = try append(records, to: MetadataDraft(image))
        do throws(MetadataError) { try log.flush() } catch {
            log.takeBack(to: end, now: now())
            throw error
        }
        try publish(next)
        // The change is made. What goes wrong with a snapshot shows at the next maintenance, which tries again.
        try? writeSnapshotIfDue()
    }

    /// Appends records to the log and replays them; they are on disk after the next flush.
    private func append(
        _ records: [VersionedRecord], to draft: MetadataDraft
    ) throws(MetadataError) -> MetadataDraft {
        var records = records
        var frames = try MetadataBatches.Frames(records)
        if !frames.fitOneBatch, RecordVersions(metadataVersion: draft.metadataVersion).hasTransactions {
            records = [VersionedRecord(BeginTransactionRecord())] + records + [VersionedRecord(EndTransactionRecord())]
            frames = try MetadataBatches.Frames(records)
        }
        // Replayed first: what can't be replayed must not be written.
        var draft = draft
        let timestamp = now()
        var offset = log.endOffset
        for record in records {
            try draft.replay(record.record, offset: offset, epoch: log.epoch, timestamp: timestamp)
            offset += 1
        }
        try log.append(frames, now: timestamp)
        return draft
    }

    private func publish(_ draft: MetadataDraft, asFirst: Bool = false) throws(MetadataError) {
        let old = asFirst ? MetadataImage.empty : image
        var (image, delta) = draft.visible
        if asFirst { delta = MetadataDelta(everythingIn: image) }
        let configuration =
            delta.changedConfigs.contains { $0.kind == .broker }
            ? store.configuration.applying(image) : store.configuration
        store.set(self.image, configuration)
        defer {
            store.set(image, configuration)
            listener?(image, delta)
        }
        do { try publisher?(old, image, delta) } catch let error as MetadataError { throw error } catch {
            throw MetadataError(.kafkaStorageError, "\(error)")
        }
    }
}

// Taking office, and leaving it.
extension Controller {
    /// Begins an epoch, registers the node, and elects leaders. The publisher's first call has the empty image as the
    /// old one, and all topics as created.
    func activate(
        endpoints: BrokerEndpoints, others: [Int32: BrokerEndpoints] = [:], publisher: @escaping MetadataPublisher,
        listener: MetadataListener? = nil
    ) throws(MetadataError) {
        guard var draft = unfinished else { return }
        self.publisher = publisher
        self.listener = listener
        let isNew = log.isNew
        try log.takeOffice(now: now())
        draft.note(offset: log.endOffset.subtractingSaturating(1), epoch: log.epoch, timestamp: now())
        if draft.isInTransaction {
            let abort = AbortTransactionRecord { $0.reason = "the controller that began it is gone" }
            draft = try append([VersionedRecord(abort)], to: draft)
        }
        if isNew || draft.state.features.isEmpty {
            draft = try append(try Bootstrap.records(dataDirectory, now: now()), to: draft)
        }
        guard draft.state.features[Features.metadataVersion] != nil else {
            throw MetadataError(
                .unsupportedVersion, "\(log.directory) has no metadata.version; Kafka before 3.3 wrote it")
        }
        let registration = Registration(
            nodeID: store.nodeID, directoryID: store.directoryID, endpoints: endpoints, image: draft.visible.image)
        if let controller = registration.controller { draft = try append([controller], to: draft) }
        draft = try append([registration.broker(epoch: log.endOffset)], to: draft)
        draft = try append(registration.unfencing(draft.visible.image), to: draft)
        for (id, endpoints) in others.sorted(by: { $0.key < $1.key }) {
            let other = Registration(
                nodeID: id, directoryID: .random(), endpoints: endpoints, image: draft.visible.image)
            draft = try append([other.broker(epoch: log.endOffset)], to: draft)
            draft = try append(other.unfencing(draft.visible.image), to: draft)
        }
        try log.flush()
        unfinished = nil
        try publish(draft, asFirst: true)
    }

    /// To be called now and then: writes a snapshot if one is due, and removes what is past its retention.
    func maintain() throws(MetadataError) {
        guard unfinished == nil, !isClosed else { return }
        try writeSnapshotIfDue()
        try log.enforce(MetadataRetention(store.configuration), now: now())
    }

    /// Writes a snapshot if enough has come together since the last, or waited for long enough.
    private func writeSnapshotIfDue() throws(MetadataError) {
        let configuration = store.configuration
        let interval = configuration.int64("metadata.log.max.snapshot.interval.ms")
        let isLarge = log.byteCountSinceSnapshot >= configuration.int("metadata.log.max.record.bytes.between.snapshots")
        let isOld = interval > 0 && log.byteCountSinceSnapshot > 0 && now() - lastSnapshot >= interval
        if isLarge || isOld { try writeSnapshot() }
    }

    /// Writes a snapshot of the image as it is.
    func writeSnapshot() throws(MetadataError) {
        lastSnapshot = now()
        try log.writeSnapshot(image, now: now())
        try log.enforce(MetadataRetention(store.configuration), now: now())
    }

    /// Brings everything to disk; changes fail from here on.
    func close() throws(MetadataError) {
        isClosed = true
        try log.close()
        // Every start adds a record for each partition, which the next one would have to read again.
        guard unfinished == nil, log.byteCountSinceSnapshot >= Self.snapshotBytesAtClose else { return }
        try log.writeSnapshot(image, now: now())
    }

    /// Bytes of records, some ten thousand of them, that are read in some ten milliseconds.
    private static let snapshotBytesAtClose = 1 << 20
}

extension MetadataDraft {
    var metadataVersion: Int16 { state.features[Features.metadataVersion] ?? Features.newMetadataVersion }
}

extension MetadataDelta {
    /// What is new to somebody who knows nothing.
    init(everythingIn image: MetadataImage) {
        createdTopics = Set(image.topics.keys)
        changedConfigs = Set(image.configurations.keys)
        featuresChanged = true
        brokersChanged = true
        quotasChanged = !image.quotas.isEmpty
        scramChanged = !image.scramCredentials.isEmpty
        changedAcls = Set(image.acls.keys)
        tokensChanged = !image.delegationTokens.isEmpty
    }
}
