// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ProducerSender {
    /// The connection to a leader if it is open; otherwise opens it, and a new round follows.
    func openConnection(to leader: Int32) -> Connection? {
        var link = links[leader] ?? BrokerLink()
        if let connection = link.connection, connection.isOpen { return connection }
        link.connection = nil
        defer { links[leader] = link }
        guard !link.isConnecting else { return nil }
        link.isConnecting = true
        let waiting = cluster.assumeIsolated { $0.unanswered(by: leader) }
        for partition in active where partition.leader == leader && partition.lastError == nil {
            partition.lastError = waiting
        }
        Task {
            do throws(ClientError) {
                let connection = try await cluster.connection(to: leader, lane: lane)
                links[leader]?.connection = connection
                links[leader]?.inFlight = connection.inFlight
            } catch {
                let now = ContinuousClock.now
                for partition in active where partition.leader == leader {
                    partition.lastError = error
                    // A leader that is not among the brokers fails at once, and would be asked for again at once.
                    partition.mutedUntil = max(partition.mutedUntil, now + partition.backoff.next())
                    staleTopics.insert(partition.topic.name)
                }
            }
            links[leader]?.isConnecting = false
            run()
        }
        return nil
    }

    /// Learns anew who leads the partitions of topics that gave trouble; then a new round follows.
    func refreshStaleTopics() {
        guard !staleTopics.isEmpty, !isRefreshing else { return }
        isRefreshing = true
        let names = staleTopics
        staleTopics = []
        let wait = refreshBackoff.attempts == 0 ? .zero : refreshBackoff.next()
        Task {
            if wait > .zero { try? await Task.sleep(for: wait) }
            do throws(ClientError) {
                try await cluster.refresh(names, allowAutoCreation: true)
                _ = refreshBackoff.next()
            } catch {
                for partition in active where names.contains(partition.topic.name) { partition.lastError = error }
                _ = refreshBackoff.next()
                staleTopics.formUnion(names)
            }
            isRefreshing = false
            run()
            if staleTopics.isEmpty { refreshBackoff.reset() }
        }
    }

    /// Asks for a producer id, once at a time; then a new round follows.
    func askForIdentity() {
        guard !isAskingForIdentity else { return }
        isAskingForIdentity = true
        Task {
            var backoff = cluster.retryBackoff
            while !hasStopped {
                do throws(ClientError) {
                    identity = try await initProducerID()
                    debug?(.eos, "producer id \(identity.id), epoch \(identity.epoch)")
                    break
                } catch {
                    guard error.isRetriable else {
                        fail(fatally: error)
                        break
                    }
                    for partition in active { partition.lastError = error }
                    try? await Task.sleep(for: backoff.next())
                    // Batches may have become too old meanwhile.
                    run()
                }
            }
            isAskingForIdentity = false
            run()
        }
    }

    private func initProducerID() async throws(ClientError) -> ProducerIdentity {
        let response = try await cluster.send(
            InitProducerIdRequest {
                $0.transactionalID = nil
                $0.transactionTimeoutMs = .max
            }, timeout: deliveryTimeout)
        guard response.errorCode == .none else {
            throw ClientError(response.errorCode, "getting a producer id")
        }
        guard response.producerID >= 0, response.producerEpoch >= 0 else {
            throw ClientError(.invalidResponse, "the broker gave the producer id \(response.producerID), which is none")
        }
        return ProducerIdentity(id: response.producerID, epoch: response.producerEpoch)
    }
}
