// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension Consumer {
    /// The connection to the group's coordinator: for joining and heartbeats one of its own, as a join holds up what
    /// follows it until all members are there.
    func coordinatorConnection(
        lane: Lane, deadline: ContinuousClock.Instant? = nil
    ) async throws(ClientError) -> Connection {
        let id = group?.id ?? ""
        let deadline = deadline ?? ContinuousClock.now + cluster.configuration.defaultAPITimeout
        let broker = try await cluster.coordinator(.group, id, deadline: deadline)
        return try await cluster.connection(to: broker, lane: lane)
    }

    func startHeartbeats() {
        stopHeartbeats()
        group?.lastHeartbeat = .now
        scheduleHeartbeat()
    }

    func stopHeartbeats() {
        group?.heartbeat?.cancel()
        group?.heartbeat = nil
    }

    private func scheduleHeartbeat() {
        guard let group, !isClosed else { return }
        self.group?.heartbeat = eventLoop.scheduleTask(in: group.heartbeatInterval.timeAmount) {
            self.assumeIsolated { consumer in
                _ = Task { await consumer.beat() }
            }
        }
    }

    /// Whether `max.poll.interval.ms` is over; whoever waits in poll polls.
    var hasStoppedPolling: Bool {
        group.map { !$0.isPolling && $0.lastPoll + configuration.maxPollInterval < .now } ?? false
    }

    private func beat() async {
        guard let group, group.membership == .stable, !isClosed else { return }
        let generation = group.generation
        if hasStoppedPolling {
            // Whoever does not poll must not keep its partitions (KIP-62).
            await sendLeave(reason: "consumer poll timeout has expired.")
            return lose(memberID: "")
        }
        do throws(ClientError) {
            let connection = try await coordinatorConnection(lane: groupLane)
            let version = try connection.version(of: HeartbeatRequest.self)
            let response = try await connection.send(
                HeartbeatRequest {
                    $0.groupID = group.id
                    $0.generationID = group.generation
                    $0.memberID = group.memberID
                    if version >= 3 { $0.groupInstanceID = configuration.groupInstanceID }
                }, timeout: min(configuration.sessionTimeout, cluster.configuration.requestTimeout))
            // A rebalance may have begun and ended meanwhile.
            guard self.group?.generation == generation, self.group?.membership == .stable else { return }
            await handle(response.errorCode)
        } catch {
            await cluster.forgetCoordinator(.group, group.id)
            guard self.group?.generation == generation, self.group?.membership == .stable else { return }
            // After that time the coordinator has given the partitions to others.
            if group.lastHeartbeat + configuration.sessionTimeout < .now { lose(memberID: group.memberID) }
        }
        if self.group?.membership == .stable, self.group?.generation == generation { scheduleHeartbeat() }
    }

    private func handle(_ code: ErrorCode) async {
        switch code {
        case .none:
            group?.lastHeartbeat = .now
            group?.quietHeartbeats += 1
        case .rebalanceInProgress:
            group?.lastHeartbeat = .now
            group?.mustRejoin = true
            signal()
        case .illegalGeneration:
            lose(memberID: group?.memberID ?? "")
        case .unknownMemberID:
            lose(memberID: "")
        case .notCoordinator, .coordinatorNotAvailable:
            await cluster.forgetCoordinator(.group, group?.id ?? "")
        case .coordinatorLoadInProgress:
            break
        default:
            fail(ClientError(code, "group \(group?.id ?? "")"))
        }
    }

    /// The coordinator has given this member's partitions away: join anew.
    func lose(memberID: String) {
        group?.memberID = memberID
        group?.generation = -1
        group?.membership = .outside
        group?.hasLostPartitions = true
        group?.mustRejoin = true
        stopHeartbeats()
        signal()
    }

    // MARK: Leaving

    /// Ends the membership: the others get the partitions at once and not after the session timeout.
    /// - Returns: why the last offsets were not committed.
    func leaveGroup() async -> ClientError? {
        guard let group else { return nil }
        let deadline = ContinuousClock.now + Self.partingTime
        var failure: ClientError?
        if !group.hasLostPartitions {
            failure = await commitBeforeRevoking(within: Self.partingTime)
        } else if hasUncommitted {
            failure = ClientError(
                .broker(.unknownMemberID), "group \(group.id) has given the partitions to others meanwhile")
        }
        stopHeartbeats()
        let owned = assignment()
        if group.membership == .stable, !owned.isEmpty, !isManual { await group.listener?.revoked(owned) }
        let timeLeft = max(deadline.remaining, .milliseconds(100))
        do throws(ClientError) {
            try await bounded(by: timeLeft, "leaving") { () async throws(ClientError) in await self.sayGoodbye() }
        } catch {
            // The session timeout does it then.
        }
        self.group?.membership = .outside
        self.group?.memberID = ""
        return failure
    }

    private func sayGoodbye() async {
        // A static member stays, so that it gets its partitions again when it is back within the session timeout.
        if configuration.groupProtocol == .consumer {
            if !isManual { await leaveConsumerGroup() }
        } else if configuration.groupInstanceID == nil {
            await sendLeave(reason: "the consumer is being closed")
        }
    }

    private var isManual: Bool {
        if case .some(.none) = group?.subscription { true } else { false }
    }

    private func sendLeave(reason: String) async {
        guard let group, !group.memberID.isEmpty, configuration.groupInstanceID == nil else { return }
        do throws(ClientError) {
            let connection = try await coordinatorConnection(lane: .control)
            let version = try connection.version(of: LeaveGroupRequest.self)
            _ = try await connection.send(
                LeaveGroupRequest {
                    $0.groupID = group.id
                    if version >= 3 {
                        $0.members = [
                            LeaveGroupRequest.MemberIdentity {
                                $0.memberID = group.memberID
                                $0.reason = reason
                            }
                        ]
                    } else {
                        $0.memberID = group.memberID
                    }
                }, timeout: .seconds(5))
        } catch {
            // The session timeout does it then.
        }
    }
}
