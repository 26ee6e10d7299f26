// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The fetches of one broker: one is on its way at a time, as a session's epochs demand.
struct FetchLink {
    var connection: Connection?
    var isConnecting = false
    var isFetching = false
    var session = FetchSession()
    /// Not before this time, after a failure.
    var mutedUntil = ContinuousClock.now
    var backoff: Backoff
}

extension Consumer {
    /// Asks every broker that has nothing to answer for what may be fetched from it.
    func sendFetches() {
        guard !isClosed, readyBytes < configuration.prefetchBytes else { return }
        var byBroker: [Int32: [TopicPartition: FetchSession.Wish]] = [:]
        for (name, partition) in partitions where !partition.isPaused {
            guard case .at(let offset) = partition.fetchPosition else { continue }
            let found = cluster.assumeIsolated { cluster in
                (cluster.leader(of: name), cluster.topics[name.topic]?.metadata.topicID ?? .zero)
            }
            guard let leader = found.0?.leader else {
                staleTopics.insert(name.topic)
                continue
            }
            byBroker[partition.preferredReplica ?? leader, default: [:]][name] = FetchSession.Wish(
                topicID: found.1, offset: offset, maxBytes: configuration.maxPartitionFetchBytes,
                leaderEpoch: found.0?.leaderEpoch ?? -1)
        }
        let now = ContinuousClock.now
        for (broker, wishes) in byBroker {
            var link = links[broker] ?? FetchLink(backoff: cluster.retryBackoff)
            if !link.isFetching, link.mutedUntil <= now {
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

    private func connect(_ broker: Int32, _ link: inout FetchLink) {
        guard !link.isConnecting else { return }
        link.isConnecting = true
        link.connection = nil
        link.session.reset()
        Task {
            do throws(ClientError) {
                links[broker]?.connection = try await cluster.connection(to: broker, lane: fetchLane)
            } catch {
                mute(broker)
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
        links[broker]?.isFetching = true
        connection.submit(
            request, version: version,
            timeout: configuration.fetchMaxWait + cluster.configuration.requestTimeout
        ) { result in
            self.complete(broker, result, tokens, wishes)
        }
    }

    private func complete(
        _ broker: Int32, _ result: Result<FetchResponse, ClientError>, _ tokens: [TopicPartition: UInt64],
        _ wishes: [TopicPartition: FetchSession.Wish]
    ) {
        links[broker]?.isFetching = false
        switch result {
        case .failure(let error):
            links[broker]?.session.reset()
            mute(broker)
            if !error.isRetriable && error.kind != .closed { failure = error }
            staleTopics.formUnion(wishes.keys.map(\.topic))
        case .success(let response):
            let names = links[broker]?.session.topicNames ?? [:]
            guard links[broker]?.session.handle(response) == true else {
                if !response.errorCode.isRetriable {
                    failure = ClientError(response.errorCode, "fetching from broker \(broker)")
                }
                break
            }
            links[broker]?.backoff.reset()
            for topic in response.responses {
                let name = topic.topic.isEmpty ? names[topic.topicID] ?? "" : topic.topic
                for answer in topic.partitions {
                    let partition = TopicPartition(name, answer.partitionIndex)
                    guard let token = tokens[partition], partitions[partition]?.token == token,
                        let wish = wishes[partition]
                    else { continue }
                    take(answer, partition, wish.offset, token, broker)
                }
            }
        }
        sendFetches()
        if !ready.isEmpty || failure != nil { signal() }
    }

    private func take(
        _ answer: FetchResponse.Partition, _ name: TopicPartition, _ offset: Int64, _ token: UInt64, _ broker: Int32
    ) {
        guard answer.errorCode == .none else { return refuse(answer.errorCode, name, offset, broker) }
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
            failure = error
            // Nothing is skipped by itself: whoever goes on must seek.
            partitions[name]?.isPaused = true
            return
        }
        guard byteCount > 0, let whole = bytes.readSlice(length: byteCount) else { return }
        partitions[name]?.fetchPosition = .at(nextOffset)
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
                var (nextOffset, leaderEpoch) = (offset, Int32(-1))
                while let (header, _) = try batches.next() {
                    nextOffset = max(nextOffset, header.nextOffset)
                    leaderEpoch = header.partitionLeaderEpoch
                }
                return (batches.position, nextOffset, leaderEpoch)
            }
        }
        switch result {
        case .success(let (byteCount, nextOffset, leaderEpoch)):
            guard byteCount > 0 else {
                throw ClientError(
                    .tooLarge,
                    "partition \(name): the batch at offset \(offset) does not fit into max.partition.fetch.bytes")
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
            resetPosition(name, "offset \(offset) is out of range")
        case .notLeaderOrFollower, .replicaNotAvailable, .kafkaStorageError, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .offsetNotAvailable, .unknownTopicOrPartition, .unknownTopicID, .inconsistentTopicID, .leaderNotAvailable,
            .unknownServerError:
            staleTopics.insert(name.topic)
            mute(broker)
        default:
            failure = ClientError(code, "reading partition \(name)")
            partitions[name]?.isPaused = true
        }
    }

    /// Leaves a broker alone for a while after a failure.
    private func mute(_ broker: Int32) {
        guard var link = links[broker] else { return }
        let wait = link.backoff.next()
        link.mutedUntil = .now + wait
        links[broker] = link
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
            } catch {
                if !error.isRetriable { failure = error }
            }
            // Leaders that are still missing are looked for again, without haste.
            try? await Task.sleep(for: cluster.configuration.retryBackoff)
            isRefreshing = false
            sendFetches()
        }
    }
}
