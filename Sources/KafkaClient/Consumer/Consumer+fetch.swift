// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The fetches of one broker: one is on its way at a time, as a session's epochs demand.
struct FetchLink {
    var connection: Connection?
    var isConnecting = false
    /// The fetch that is on its way.
    var pending: PendingFetch?
    var session = FetchSession()
    /// Not before this time, after a failure.
    var mutedUntil = ContinuousClock.now
    var backoff: Backoff
    /// Grows while answers bring nothing and come sooner than a broker that has nothing should answer.
    var idleBackoff = Backoff(.milliseconds(1), .milliseconds(100))
}

/// A fetch that is on its way to a broker.
struct PendingFetch {
    /// Tells its answer from that of one that was given up.
    var number: UInt64
    var wishes: [TopicPartition: FetchSession.Wish]
    /// Whether the broker, as far as is known, has nothing to answer it with until records come.
    var isWaiting: Bool
}

extension Consumer {
    /// Asks every broker that has nothing to answer for what may be fetched from it.
    func sendFetches() {
        guard !isClosed, readyBytes < configuration.prefetchBytes else { return }
        var byBroker: [Int32: [TopicPartition: FetchSession.Wish]] = [:]
        var leaderless: TopicPartition?
        for (name, partition) in partitions where !partition.isPaused && !partition.isStuck {
            guard case .at(let offset) = partition.fetchPosition else { continue }
            let found = cluster.assumeIsolated { cluster in
                (cluster.leader(of: name), cluster.topics[name.topic]?.metadata.topicID ?? .zero)
            }
            guard let leader = found.0?.leader else {
                staleTopics.insert(name.topic)
                leaderless = name
                continue
            }
            byBroker[partition.preferredReplica ?? leader, default: [:]][name] = FetchSession.Wish(
                topicID: found.1, offset: offset, maxBytes: configuration.maxPartitionFetchBytes,
                leaderEpoch: found.0?.leaderEpoch ?? -1)
        }
        note(.metadata, leaderless.map { ClientError(.leaderNotAvailable, "partition \($0)") } ?? metadataFailure)
        // Of brokers that nothing is wanted of any more nothing is to be said.
        obstacles = obstacles.filter {
            if case .fetching(let broker) = $0.key { byBroker[broker] != nil } else { true }
        }
        for (broker, wishes) in byBroker {
            var link = links[broker] ?? FetchLink(backoff: cluster.retryBackoff)
            if let pending = link.pending, pending.isWaiting,
                wishes.contains(where: { isMissed($0, $1, by: pending) })
            {
                giveUp(&link, broker)
            }
            if link.pending == nil, link.mutedUntil <= .now {
                if let connection = link.connection, connection.isOpen {
                    links[broker] = link
                    fetch(wishes, from: broker, connection)
                    continue
                }
                connect(broker, &link)
            }
            links[broker] = link
        }
        refreshStaleTopics()
    }

    /// Whether there may be records that a fetch on its way did not ask for: after a seek, or of partitions that came
    /// after it.
    private func isMissed(_ name: TopicPartition, _ wish: FetchSession.Wish, by pending: PendingFetch) -> Bool {
        pending.wishes[name]?.offset != wish.offset && hasRecords(name, from: wish.offset) != false
    }

    /// Whether there is something to read, as far as the broker has said; nil if it has said nothing.
    private func hasRecords(_ name: TopicPartition, from offset: Int64) -> Bool? {
        partitions[name]?.end(configuration.isolationLevel).map { offset < $0 }
    }

    /// Asks anew on another connection: on this one the broker would answer only when the wait for records is over.
    private func giveUp(_ link: inout FetchLink, _ broker: Int32) {
        cluster.debug?(.fetch, "gives up a fetch that waits at broker \(broker): there is something else to read")
        link.pending = nil
        link.connection?.close()
    }

    private func connect(_ broker: Int32, _ link: inout FetchLink) {
        guard !link.isConnecting else { return }
        link.isConnecting = true
        link.connection = nil
        link.session.restart()
        Task {
            do throws(ClientError) {
                links[broker]?.connection = try await cluster.connection(to: broker, lane: fetchLane)
            } catch {
                lose(broker, error)
                // Perhaps others lead by now.
                staleTopics.formUnion(partitions.keys.map(\.topic))
            }
            links[broker]?.isConnecting = false
            sendFetches()
        }
    }

    private func fetch(_ wishes: [TopicPartition: FetchSession.Wish], from broker: Int32, _ connection: Connection) {
        var request = FetchRequest {
            $0.maxWaitMs = configuration.fetchMaxWait.milliseconds32
            $0.minBytes = configuration.fetchMinBytes
            $0.maxBytes = configuration.fetchMaxBytes
            $0.isolationLevel = configuration.isolationLevel.rawValue
            $0.rackID = cluster.configuration.rackID
        }
        let haveIDs = wishes.values.allSatisfy { $0.topicID != .zero }
        let version: Int16
        do throws(ClientError) {
            // From version 13 on topics are known by their ids alone.
            version = try connection.version(of: FetchRequest.self, within: 4...(haveIDs ? 18 : 12))
        } catch {
            failure = error
            return signal()
        }
        links[broker]?.session.write(wishes, into: &request)
        if version < 7 { request.forgottenTopicsData = [] }
        let tokens = wishes.keys.reduce(into: [:]) { $0[$1] = partitions[$1]?.token }
        nextToken += 1
        let number = nextToken
        links[broker]?.pending = PendingFetch(
            number: number, wishes: wishes,
            isWaiting: configuration.fetchMinBytes > 1 || wishes.allSatisfy { hasRecords($0, from: $1.offset) != true })
        let sentAt = ContinuousClock.now
        connection.submit(
            request, version: version,
            timeout: configuration.fetchMaxWait + cluster.configuration.requestTimeout
        ) { result in
            guard self.links[broker]?.pending?.number == number else { return }
            self.complete(broker, result, tokens, wishes, sentAt)
        }
    }

    private func complete(
        _ broker: Int32, _ result: Result<FetchResponse, ClientError>, _ tokens: [TopicPartition: UInt64],
        _ wishes: [TopicPartition: FetchSession.Wish], _ sentAt: ContinuousClock.Instant
    ) {
        links[broker]?.pending = nil
        var broughtRecords = false
        switch result {
        case .failure(let error):
            links[broker]?.session.restart()
            lose(broker, error)
            if !error.isRetriable && error.kind != .closed { failure = error }
            staleTopics.formUnion(wishes.keys.map(\.topic))
        case .success(let response):
            let names = links[broker]?.session.topicNames ?? [:]
            guard links[broker]?.session.handle(response) == true else {
                if !response.errorCode.isRetriable {
                    failure = ClientError(response.errorCode, "fetching from broker \(broker)")
                }
                mute(broker)
                break
            }
            note(.fetching(broker), nil)
            for topic in response.responses {
                let name = topic.topic.isEmpty ? names[topic.topicID] ?? "" : topic.topic
                for answer in topic.partitions {
                    let partition = TopicPartition(name, answer.partitionIndex)
                    guard let token = tokens[partition], partitions[partition]?.token == token,
                        let wish = wishes[partition], partitions[partition]?.isAt(wish.offset) == true
                    else { continue }
                    take(answer, partition, wish.offset, token, broker)
                    if partitions[partition]?.isAt(wish.offset) == false { broughtRecords = true }
                }
            }
            pace(broker, broughtRecords, sentAt)
        }
        sendFetches()
        if !ready.isEmpty || failure != nil || readingFailure != nil { signal() }
    }

    private func take(
        _ answer: FetchResponse.Partition, _ name: TopicPartition, _ offset: Int64, _ token: UInt64, _ broker: Int32
    ) {
        guard answer.errorCode == .none else { return refuse(answer.errorCode, name, offset, broker) }
        note(.reading(name), nil)
        if answer.preferredReadReplica >= 0 {
            partitions[name]?.preferredReplica = answer.preferredReadReplica
            return
        }
        partitions[name]?.highWatermark = answer.highWatermark
        partitions[name]?.lastStableOffset = answer.lastStableOffset
        partitions[name]?.logStartOffset = answer.logStartOffset
        guard case .bytes(var bytes) = answer.records, bytes.readableBytes > 0 else { return }
        let (byteCount, nextOffset, leaderEpoch): (Int, Int64, Int32)
        do throws(ClientError) {
            (byteCount, nextOffset, leaderEpoch) = try Self.measure(bytes, name, offset)
        } catch {
            return stop(name, error)
        }
        guard byteCount > 0, let whole = bytes.readSlice(length: byteCount) else { return }
        partitions[name]?.fetchPosition = .at(nextOffset)
        partitions[name]?.refusals = 0
        ready.append(
            (
                FetchedRecords(
                    partition: name, buffer: whole, startOffset: offset, nextOffset: nextOffset,
                    leaderEpoch: leaderEpoch,
                    highWatermark: answer.highWatermark, lastStableOffset: answer.lastStableOffset,
                    logStartOffset: answer.logStartOffset, aborted: answer.abortedTransactions ?? [],
                    isolation: configuration.isolationLevel, checksCRCs: configuration.checkCRCs), token
            ))
        readyBytes += byteCount
    }

    /// Bytes of the complete batches, the offset behind them, and the leader epoch of the last.
    private static func measure(
        _ bytes: ByteBuffer, _ name: TopicPartition, _ offset: Int64
    ) throws(ClientError) -> (byteCount: Int, nextOffset: Int64, leaderEpoch: Int32) {
        let result = bytes.withUnsafeReadableBytes { bytes in
            Result { () throws(RecordError) in
                var batches = RecordBatchSequence(bytes)
                var (lastOffset, leaderEpoch) = (Int64(-1), Int32(-1))
                while let (header, _) = try batches.next() {
                    guard header.baseOffset > lastOffset, header.lastOffset >= header.baseOffset,
                        header.lastOffset < .max
                    else {
                        throw .invalidRecord(
                            "the batch of offsets \(header.baseOffset) to \(header.lastOffset) is out of place")
                    }
                    lastOffset = header.lastOffset
                    leaderEpoch = header.partitionLeaderEpoch
                }
                return (batches.position, lastOffset + 1, leaderEpoch)
            }
        }
        switch result {
        case .success(let (byteCount, nextOffset, leaderEpoch)):
            guard byteCount > 0 else {
                throw ClientError(
                    .tooLarge,
                    "partition \(name): the batch at offset \(offset) does not fit into max.partition.fetch.bytes")
            }
            guard nextOffset > offset else {
                // Asking again would bring the same again.
                throw ClientError(
                    .invalidResponse,
                    "partition \(name): asked for offset \(offset), the broker answered with records before it, up to "
                        + "\(nextOffset - 1)")
            }
            return (byteCount, nextOffset, leaderEpoch)
        case .failure(let error):
            throw ClientError(.broker(.corruptMessage), "partition \(name), behind offset \(offset): \(error)")
        }
    }

    private func refuse(_ code: ErrorCode, _ name: TopicPartition, _ offset: Int64, _ broker: Int32) {
        partitions[name]?.preferredReplica = nil
        switch code {
        case .offsetOutOfRange:
            mute(broker)
            // What was fetched ahead is handed out before reading begins elsewhere.
            let token = partitions[name]?.token
            if ready.contains(where: { $0.records.partition == name && $0.token == token }) { return }
            partitions[name]?.refusals += 1
            guard partitions[name]?.refusals ?? 0 <= Self.mostRefusals else {
                return stop(
                    name,
                    ClientError(
                        .broker(code), "partition \(name): the broker refuses offset \(offset), which it named itself"))
            }
            resetPosition(name, "offset \(offset) is out of range")
        case .notLeaderOrFollower, .replicaNotAvailable, .kafkaStorageError, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .offsetNotAvailable, .unknownTopicOrPartition, .unknownTopicID, .inconsistentTopicID, .leaderNotAvailable,
            .unknownServerError:
            staleTopics.insert(name.topic)
            note(.reading(name), ClientError(code, "reading partition \(name)"))
            mute(broker)
        default:
            stop(name, ClientError(code, "reading partition \(name)"))
        }
    }

    /// A partition can't be read on. What came before is handed out first, then poll throws; nothing is skipped by itself:
    /// whoever goes on must seek.
    func stop(_ name: TopicPartition, _ error: ClientError) {
        partitions[name]?.isStuck = true
        readingFailure = error
    }

    /// How often in a row a broker may refuse an offset that it named itself: records may be deleted in between.
    private static let mostRefusals = 5

    /// A broker with nothing to tell waits before it says so. One that doesn't is asked less often, not without end.
    private func pace(_ broker: Int32, _ broughtRecords: Bool, _ sentAt: ContinuousClock.Instant) {
        if broughtRecords || sentAt + configuration.fetchMaxWait / 2 <= .now {
            links[broker]?.idleBackoff.reset()
            // That it answers at all makes up for nothing.
            links[broker]?.backoff.reset()
        } else if let wait = links[broker]?.idleBackoff.next() {
            mute(broker, for: wait)
        }
    }

    /// A broker can't be reached, or did not answer.
    private func lose(_ broker: Int32, _ error: ClientError) {
        note(.fetching(broker), error)
        mute(broker)
        // Back to the leaders: one of them sent us there.
        for (name, partition) in partitions where partition.preferredReplica == broker {
            partitions[name]?.preferredReplica = nil
        }
    }

    /// Leaves a broker alone for a while after a failure.
    private func mute(_ broker: Int32) {
        // Several partitions of one answer are one failure.
        guard links[broker]?.mutedUntil ?? .now <= .now, let wait = links[broker]?.backoff.next() else { return }
        mute(broker, for: wait)
    }

    private func mute(_ broker: Int32, for wait: Duration) {
        guard let until = links[broker]?.mutedUntil else { return }
        links[broker]?.mutedUntil = max(until, .now + wait)
        eventLoop.scheduleTask(in: wait.timeAmount + .milliseconds(1)) {
            self.assumeIsolated { $0.sendFetches() }
        }
    }

    private func refreshStaleTopics() {
        guard !staleTopics.isEmpty, !isRefreshing, !isClosed else { return }
        isRefreshing = true
        let names = staleTopics
        staleTopics = []
        Task {
            do throws(ClientError) {
                try await cluster.refresh(names, allowAutoCreation: configuration.allowAutoCreateTopics)
                metadataFailure = nil
            } catch {
                if error.isRetriable { metadataFailure = error } else { fail(error) }
            }
            // Leaders that are still missing are looked for again, without haste.
            let pause = min(max(cluster.configuration.retryBackoff, .milliseconds(10)), .seconds(86_400))
            try? await Task.sleep(for: pause)
            isRefreshing = false
            sendFetches()
        }
    }
}
