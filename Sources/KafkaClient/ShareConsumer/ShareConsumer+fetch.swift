// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ShareConsumer {
    /// One fetch from every leader; acknowledgements travel with them.
    func fetch(wait: Duration) async throws(ClientError) -> [ShareRecords] {
        let leaders: [TopicPartition: Int32]
        do throws(ClientError) {
            leaders = try await findLeaders(within: max(wait, .seconds(1)))
            obstacles[.metadata] = nil
        } catch {
            guard error.isUnreachable else { throw error }
            obstacles[.metadata] = error
            return []
        }
        guard !leaders.isEmpty else {
            // Nothing is assigned yet: heartbeats bring it.
            try await pause(min(max(wait, .milliseconds(1)), .milliseconds(100)))
            return []
        }
        var wanted: [Int32: Set<TopicPartition>] = [:]
        for (partition, leader) in leaders { wanted[leader, default: []].insert(partition) }
        // A broker that leads nothing any more may have acknowledgements to get.
        for broker in Set(sources.filter { pending[$0.key] != nil }.values) where wanted[broker] == nil {
            wanted[broker] = []
        }
        for case .fetching(let broker) in obstacles.keys where wanted[broker] == nil {
            obstacles[.fetching(broker)] = nil
        }
        return try await withTaskGroup(of: Result<[ShareRecords], ClientError>.self) { group in
            for (broker, partitions) in wanted {
                group.addTask {
                    do throws(ClientError) {
                        return .success(try await self.fetch(partitions, from: broker, wait: wait))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var records: [ShareRecords] = []
            for await part in group {
                switch part {
                case .success(let part): records += part
                case .failure: return part
                }
            }
            return .success(records.sorted { $0.partition < $1.partition })
        }.get()
    }

    private func fetch(
        _ wanted: Set<TopicPartition>, from broker: Int32, wait: Duration
    ) async throws(ClientError) -> [ShareRecords] {
        var session = sessions[broker] ?? ShareSession()
        // A session's first request can acknowledge nothing: what came with the one before is lost to it.
        let acknowledgements = takePending(for: broker)
        if session.isNew {
            for (partition, lost) in acknowledgements {
                note(partition, lost, ClientError(.broker(.shareSessionNotFound), "the share session has ended"))
            }
        }
        let sent = session.isNew ? [:] : acknowledgements
        let request = fetchRequest(wanted, sent, session, wait: wait)
        let response: ShareFetchResponse
        do throws(ClientError) {
            response = try await send(request, to: broker, wait: wait, isAwaited: !sent.isEmpty)
        } catch {
            sessions[broker] = nil
            for (partition, lost) in sent { note(partition, lost, error) }
            guard error.isUnreachable else { throw error }
            // Others may lead its partitions by now; when there are none, the heartbeats end it.
            leaders = nil
            obstacles[.fetching(broker)] = error
            try await pause(.milliseconds(100))
            return []
        }
        guard response.errorCode == .none else {
            try await reset(broker, response.errorCode, response.errorMessage, sent)
            return []
        }
        obstacles[.fetching(broker)] = nil
        session.partitions = wanted
        session.advance()
        sessions[broker] = session
        return try take(response, broker, sent, wanted)
    }

    /// - Parameter isAwaited: the request says what became of records, so that its answer counts: who is cancelled gives
    ///   the broker the time to send it.
    private func send(
        _ request: ShareFetchRequest, to broker: Int32, wait: Duration, isAwaited: Bool
    ) async throws(ClientError) -> ShareFetchResponse {
        let cluster = cluster
        let timeout = wait + min(configuration.patience ?? .seconds(600), cluster.configuration.requestTimeout)
        let task = Task { () -> Result<ShareFetchResponse, ClientError> in
            do throws(ClientError) {
                return .success(try await cluster.sendOnce(request, to: .broker(broker), timeout: timeout))
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            guard isAwaited else { return task.cancel() }
            Task {
                try? await Task.sleep(for: wait + .seconds(2))
                task.cancel()
            }
        }
        return try result.get()
    }

    /// A session that the broker has lost begins anew; any other error of a whole answer is final.
    private func reset(
        _ broker: Int32, _ code: ErrorCode, _ message: String?, _ sent: [TopicPartition: Acknowledgements]
    ) async throws(ClientError) {
        sessions[broker] = nil
        let error = ClientError(
            .broker(code),
            "fetching for share group \(configuration.group) from broker \(broker): \(message ?? code.clientMessage)")
        for (partition, lost) in sent { note(partition, lost, error) }
        let passing: Set<ErrorCode> = [
            .shareSessionNotFound, .invalidShareSessionEpoch, .shareSessionLimitReached,
        ]
        guard passing.contains(code) || code.isRetriable else { throw error }
        try await pause(.milliseconds(100))
    }

    private func take(
        _ response: ShareFetchResponse, _ broker: Int32, _ sent: [TopicPartition: Acknowledgements],
        _ wanted: Set<TopicPartition>
    ) throws(ClientError) -> [ShareRecords] {
        var taken: [ShareRecords] = []
        var answered: Set<TopicPartition> = []
        for topic in response.responses {
            guard let name = names[topic.topicID] else { continue }
            for answer in topic.partitions {
                let partition = TopicPartition(name, answer.partitionIndex)
                // Nothing counts that was not asked for, nor twice.
                guard wanted.contains(partition) || sent[partition] != nil, answered.insert(partition).inserted else {
                    continue
                }
                if let acknowledgements = sent[partition] {
                    note(
                        partition, acknowledgements,
                        Self.error(answer.acknowledgeErrorCode, answer.acknowledgeErrorMessage, partition))
                }
                guard answer.errorCode == .none else {
                    leaders = nil
                    if answer.errorCode.isRetriable || answer.errorCode == .unknownTopicID { continue }
                    throw Self.error(answer.errorCode, answer.errorMessage, partition)!
                }
                guard !answer.acquiredRecords.isEmpty else { continue }
                var bytes = ByteBuffer()
                if case .bytes(let buffer) = answer.records { bytes = buffer }
                let records = try ShareRecords(partition, bytes, answer.acquiredRecords)
                sources[partition] = broker
                for gap in records.gaps { pending[partition, default: Acknowledgements()].addGap(gap) }
                guard records.count > 0 else { continue }
                taken.append(records)
            }
        }
        for (partition, acknowledgements) in sent where !answered.contains(partition) {
            note(partition, acknowledgements, nil)
        }
        return taken
    }

    func pause(_ duration: Duration) async throws(ClientError) {
        try await delay(duration, until: .now + duration, "polling")
    }

    static func error(_ code: ErrorCode, _ message: String?, _ partition: TopicPartition) -> ClientError? {
        code == .none ? nil : ClientError(.broker(code), "\(partition): \(message ?? code.clientMessage)")
    }

    // MARK: Acknowledging alone

    /// Sends all that waits, without fetching. `closing` also ends the sessions, which gives back what is still held.
    func sendAcknowledgements(closing: Bool) async throws(ClientError) {
        let brokers = closing ? Array(sessions.keys) : Array(Set(sources.filter { pending[$0.key] != nil }.values))
        for broker in brokers.sorted() {
            let sent = takePending(for: broker)
            guard var session = sessions[broker], !session.isNew else {
                for (partition, lost) in sent {
                    note(partition, lost, ClientError(.broker(.shareSessionNotFound), "the share session has ended"))
                }
                continue
            }
            let response: ShareAcknowledgeResponse
            do throws(ClientError) {
                response = try await cluster.sendOnce(
                    acknowledgeRequest(sent, epoch: closing ? -1 : session.epoch), to: .broker(broker),
                    timeout: cluster.configuration.requestTimeout)
            } catch {
                sessions[broker] = nil
                for (partition, lost) in sent { note(partition, lost, error) }
                if closing { continue }
                guard error.isUnreachable else { throw error }
                leaders = nil
                continue
            }
            session.advance()
            sessions[broker] = closing || response.errorCode != .none ? nil : session
            note(response, sent, broker)
        }
    }

    private func note(
        _ response: ShareAcknowledgeResponse, _ sent: [TopicPartition: Acknowledgements], _ broker: Int32
    ) {
        var errors: [TopicPartition: ClientError] = [:]
        for topic in response.responses {
            guard let name = names[topic.topicID] else { continue }
            for answer in topic.partitions {
                let partition = TopicPartition(name, answer.partitionIndex)
                errors[partition] = Self.error(answer.errorCode, answer.errorMessage, partition)
            }
        }
        for (partition, acknowledgements) in sent.sorted(by: { $0.key < $1.key }) {
            let whole = Self.error(response.errorCode, response.errorMessage, partition)
            note(partition, acknowledgements, whole ?? errors[partition])
        }
    }
}
