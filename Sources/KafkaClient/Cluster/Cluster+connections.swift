// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ConnectionKey: Hashable, Sendable {
    var broker: Int32
    var lane: Lane
}

/// The connection to a broker, or the attempts to get one.
struct ConnectionSlot: Sendable {
    enum State: Sendable {
        case idle
        case connecting(Task<Result<Connection, ClientError>, Never>)
        case open(Connection)
    }

    var state = State.idle
    var pause: ReconnectPause
}

extension Cluster {
    /// Reaches a bootstrap server and learns of the brokers.
    func start() async throws(ClientError) {
        let deadline = ContinuousClock.now + configuration.firstConnectTimeout
        bootstrap = try await connectToBootstrap(deadline: deadline, isTold: true)
        do throws(ClientError) {
            try await refreshBrokers(deadline: ContinuousClock.now + configuration.firstConnectTimeout)
        } catch {
            guard error.kind == .unsupported(.metadata), let bootstrap else { throw error }
            throw ClientError(
                error.kind,
                "\(bootstrap.address) is a controller, not a broker; controllers are asked with --bootstrap-controller")
        }
    }

    /// Tries the bootstrap servers one after the other, each with its share of the time.
    /// - Parameter isTold: whether a long wait is told of; not where the brokers behind them have been told of.
    private func connectToBootstrap(
        deadline: ContinuousClock.Instant, isTold: Bool
    ) async throws(ClientError) -> Connection {
        var failures: [ClientError] = []
        let servers = configuration.bootstrapServers
        let attempt = isTold ? bootstrapAttempt(servers) : nil
        if let last = bootstrap, let breakdown = last.breakdown {
            bootstrapPauses[last.address, default: ReconnectPause(configuration)]
                .broke(breakdown, openSince: last.openedAt)
            bootstrap = nil
        }
        for (index, address) in servers.enumerated() {
            let share = max(deadline.remaining / (servers.count - index), .milliseconds(100))
            let pause = bootstrapPauses[address] ?? ReconnectPause(configuration)
            do throws(ClientError) {
                let connection = try await openAbandoning(address, share, after: min(pause.remaining, share), attempt)
                attempt?.succeed()
                return connection
            } catch {
                if error.kind != .cancelled { bootstrapPauses[address, default: pause].failed() }
                failures.append(error)
                attempt?.update(failures.map(\.message).joined(separator: "; "))
                if error.kind == .cancelled { break }
            }
        }
        let first = failures.first ?? ClientError(.configuration, "no bootstrap server given")
        let message = failures.count > 1 ? failures.map(\.message).joined(separator: "; ") : first.message
        attempt?.fail(message)
        if let last = failures.last, last.kind == .cancelled { throw last }
        throw ClientError(first.kind, message)
    }

    private func bootstrapAttempt(_ servers: [BrokerAddress]) -> Troubles.Attempt? {
        let names = servers.map(\.description).joined(separator: ", ")
        return troubles?.attempt(
            servers.count == 1 ? .address(servers[0]) : .bootstrap,
            name: servers.count == 1 ? names : "one of \(names)",
            reason: "no answer yet; is the address right, and does a firewall let it through?")
    }

    /// Opens a connection; cancelling the task stops waiting for it.
    private func openAbandoning(
        _ address: BrokerAddress, _ timeout: Duration, after pause: Duration, _ attempt: Troubles.Attempt?
    ) async throws(ClientError) -> Connection {
        let task = Task { () -> Result<Connection, ClientError> in
            if pause > .zero { try? await Task.sleep(for: pause) }
            do throws(ClientError) {
                return .success(try await open(address, timeout, attempt))
            } catch {
                return .failure(error)
            }
        }
        do throws(ClientError) {
            return try await value(of: task, "connecting to \(address)")
        } catch {
            // Nobody takes it any more.
            if error.kind == .cancelled { Task { try? await task.value.get().close() } }
            throw error
        }
    }

    /// Opens a connection, which is there still when this returns.
    private func open(
        _ address: BrokerAddress, _ timeout: Duration, _ attempt: Troubles.Attempt?
    ) async throws(ClientError) -> Connection {
        let connection = try await Connection.open(
            to: address, on: eventLoop, settings: settings, timeout: timeout, attempt: attempt)
        if let breakdown = connection.breakdown { throw breakdown.cause }
        return connection
    }

    /// A connection that leads where the request must go.
    func connection(
        for destination: Destination, deadline: ContinuousClock.Instant
    ) async throws(ClientError) -> Connection {
        switch destination {
        case .any where configuration.usesControllers: return try await connection(for: .controller, deadline: deadline)
        case .any: return try await anyConnection(deadline: deadline)
        case .broker(let id): return try await connection(to: id)
        case .controller:
            if controller == nil { try await refreshBrokers(deadline: deadline) }
            // A broker passes requests for the controller on, if it knows none itself yet.
            guard let controller else { return try await anyConnection(deadline: deadline) }
            return try await connection(to: controller)
        case .group(let name): return try await connection(to: try await coordinator(.group, name, deadline: deadline))
        case .transaction(let name):
            return try await connection(to: try await coordinator(.transaction, name, deadline: deadline))
        }
    }

    /// The broker that had been taken for the right one is not, or can't be reached.
    func forget(_ destination: Destination) {
        switch destination {
        case .controller: controller = nil
        case .any where configuration.usesControllers: controller = nil
        case .group(let name): forgetCoordinator(.group, name)
        case .transaction(let name): forgetCoordinator(.transaction, name)
        case .any, .broker: break
        }
    }

    /// An open connection if there is one, else a new one to any broker, else to a bootstrap server.
    func anyConnection(deadline: ContinuousClock.Instant) async throws(ClientError) -> Connection {
        if isClosed { throw .clientClosed }
        if let bootstrap, bootstrap.isOpen { return bootstrap }
        for (key, slot) in slots where key.lane == .control {
            if case .open(let connection) = slot.state, connection.isOpen { return connection }
        }
        var failed: [BrokerAddress] = []
        for broker in nodes.values.shuffled().sorted(by: { pause(before: $0) < pause(before: $1) }) {
            do throws(ClientError) {
                let connection = try await connection(to: broker.id)
                troubles?.forgive(failed)
                return connection
            } catch {
                if error.kind == .cancelled || error.kind == .closed { throw error }
                failed.append(broker.address)
            }
        }
        let connection = try await connectToBootstrap(
            deadline: min(deadline, ContinuousClock.now + configuration.connectTimeout), isTold: failed.isEmpty)
        troubles?.forgive(failed)
        if isClosed {
            connection.close()
            throw .clientClosed
        }
        bootstrap = connection
        return connection
    }

    private func pause(before broker: Broker) -> Duration {
        slots[ConnectionKey(broker: broker.id, lane: .control)]?.pause.remaining ?? .zero
    }

    /// The connection to a broker in a lane; opened if there is none, after a pause if that failed just now, or if the
    /// last one broke soon.
    func connection(to id: Int32, lane: Lane = .control) async throws(ClientError) -> Connection {
        if isClosed { throw .clientClosed }
        guard let broker = nodes[id] else {
            throw ClientError(.broker(.brokerNotAvailable), "the cluster has no broker \(id)")
        }
        if lane == .control, let bootstrap, bootstrap.isOpen, isSingle || bootstrap.address == broker.address {
            // Brought us here, so it leads there, whatever name the broker gives itself.
            return bootstrap
        }
        let key = ConnectionKey(broker: id, lane: lane)
        var slot = slots[key] ?? ConnectionSlot(pause: ReconnectPause(configuration))
        switch slot.state {
        case .open(let connection) where connection.isOpen && connection.address == broker.address:
            return connection
        case .connecting(let task):
            return try await value(of: task, "connecting to \(broker.address)")
        case .open(let connection):
            if let breakdown = connection.breakdown { slot.pause.broke(breakdown, openSince: connection.openedAt) }
        case .idle:
            break
        }
        let wait = slot.pause.remaining
        let hint = advertisedHint(broker)
        let attempt = troubles?.attempt(
            .address(broker.address), name: "broker \(id)",
            reason: "\(broker.address) does not answer yet", hint: hint)
        let task = Task { () -> Result<Connection, ClientError> in
            if wait > .zero { try? await Task.sleep(for: wait) }
            return await self.open(broker, key, attempt, hint: hint)
        }
        slot.state = .connecting(task)
        slots[key] = slot
        return try await value(of: task, "connecting to \(broker.address)")
    }

    private func open(
        _ broker: Broker, _ key: ConnectionKey, _ attempt: Troubles.Attempt?, hint: String
    ) async -> Result<Connection, ClientError> {
        do throws(ClientError) {
            let connection = try await open(broker.address, configuration.connectTimeout, attempt)
            if isClosed {
                connection.close()
                return .failure(.clientClosed)
            }
            slots[key]?.state = .open(connection)
            attempt?.succeed()
            return .success(connection)
        } catch {
            slots[key]?.state = .idle
            slots[key]?.pause.failed()
            attempt?.fail(error.message)
            return .failure(error.mayBeAstray ? ClientError(error.kind, error.message + hint) : error)
        }
    }

    /// Why something waits while a connection is being opened.
    func unanswered(by id: Int32) -> ClientError {
        guard let broker = nodes[id] else { return ClientError(.connection, "broker \(id) is not known") }
        return ClientError(.connection, "\(broker.address) does not answer\(advertisedHint(broker))")
    }

    /// A broker that only its advertised address leads to, and that does not, is usually misconfigured.
    private func advertisedHint(_ broker: Broker) -> String {
        guard let bootstrap, bootstrap.isOpen else { return "" }
        return " (broker \(broker.id) advertises this address; \(bootstrap.address) was reached: see "
            + "advertised.listeners)"
    }

    /// The versions and features that were finalized last, of those that connected brokers have told.
    var newestVersions: APIVersionTable? {
        var open = slots.values.compactMap { slot in
            if case .open(let connection) = slot.state, connection.isOpen { connection.versions } else { nil }
        }
        if let bootstrap, bootstrap.isOpen { open.append(bootstrap.versions) }
        return open.max { $0.response.finalizedFeaturesEpoch < $1.response.finalizedFeaturesEpoch }
    }

    /// Closes the connections of a lane that has had its day.
    func closeLane(_ lane: Lane) {
        for (key, slot) in slots where key.lane == lane {
            if case .open(let connection) = slot.state { connection.close() }
            slots[key] = nil
        }
    }
}

extension ClientError {
    /// Whether it may be because the address leads to somebody else, or nowhere.
    fileprivate var mayBeAstray: Bool {
        switch kind {
        case .connection, .timedOut, .tlsExpected, .plaintextExpected, .encryption, .invalidResponse: true
        default: false
        }
    }
}
