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

    // MARK: Heartbeats

    /// Instead of the heartbeat that is scheduled.
    func scheduleHeartbeat(after pause: Duration) {
        stopHeartbeats()
        guard !isClosed else { return }
        group?.heartbeat = eventLoop.scheduleTask(in: pause.timeAmount) {
            self.assumeIsolated { consumer in
                _ = Task { await consumer.beat() }
            }
        }
    }

    func stopHeartbeats() {
        group?.heartbeat?.cancel()
        group?.heartbeat = nil
    }

    /// Whether `max.poll.interval.ms` is over; whoever waits in poll polls.
    private var hasStoppedPolling: Bool {
        guard case .over(let last) = group?.polling else { return false }
        return last + configuration.maxPollInterval < .now
    }

    private func beat() async {
        guard !isClosed else { return }
        switch tell(.heartbeatDue(hasStoppedPolling: hasStoppedPolling)) {
        case .heartbeat(let heartbeat):
            do throws(ClientError) {
                tell(try await send(heartbeat))
            } catch {
                tell(.heartbeatFailed(error, number: heartbeat.number))
            }
        case .leave(let identity):
            await sayGoodbye(as: identity, "consumer poll timeout has expired.")
        default:
            break
        }
    }

    /// - Returns: what the coordinator answers.
    private func send(_ heartbeat: Heartbeat) async throws(ClientError) -> GroupEvent {
        switch configuration.groupProtocol {
        case .classic: try await sendClassic(heartbeat)
        case .consumer: try await sendConsumer(heartbeat)
        }
    }

    private func sendClassic(_ heartbeat: Heartbeat) async throws(ClientError) -> GroupEvent {
        let id = group?.id ?? ""
        let connection = try await coordinatorConnection(lane: groupLane)
        let version = try connection.version(of: HeartbeatRequest.self)
        let response = try await connection.send(
            HeartbeatRequest {
                $0.groupID = id
                $0.generationID = heartbeat.identity.generation
                $0.memberID = heartbeat.identity.memberID
                if version >= 3 { $0.groupInstanceID = configuration.groupInstanceID }
            }, timeout: min(configuration.sessionTimeout, cluster.configuration.requestTimeout))
        guard response.errorCode == .none else {
            return .heartbeatRefused(ClientError(response.errorCode, "group \(id)"), number: heartbeat.number)
        }
        return .heartbeatAccepted(HeartbeatAnswer(), number: heartbeat.number)
    }

    // MARK: Leaving

    /// Ends the membership: the others get the partitions at once and not after the session timeout.
    /// - Returns: why the last offsets were not committed.
    func leaveGroup() async -> ClientError? {
        guard let group else { return nil }
        let deadline = ContinuousClock.now + Self.partingTime
        var failure: ClientError?
        if !group.membership.hasLost {
            failure = await commitBeforeRevoking(within: Self.partingTime)
        } else if hasUncommitted {
            failure = ClientError(
                .broker(.unknownMemberID), "group \(group.id) has given the partitions to others meanwhile")
        }
        stopHeartbeats()
        let owned = assignment()
        if group.membership.isMember, !owned.isEmpty { await group.listener?.revoked(owned) }
        guard case .leave(let identity) = tell(.closed) else { return failure }
        let timeLeft = max(deadline.remaining, .milliseconds(100))
        do throws(ClientError) {
            try await bounded(by: timeLeft, "leaving") { () async throws(ClientError) in
                await self.sayGoodbye(as: identity, "the consumer is being closed")
            }
        } catch {
            // The session timeout does it then.
        }
        return failure
    }

    private func sayGoodbye(as identity: MemberIdentity, _ reason: String) async {
        let id = group?.id ?? ""
        do throws(ClientError) {
            let connection = try await coordinatorConnection(lane: .control)
            switch configuration.groupProtocol {
            case .consumer:
                _ = try await connection.send(consumerLeave(id, identity), timeout: .seconds(5))
            case .classic:
                let version = try connection.version(of: LeaveGroupRequest.self)
                _ = try await connection.send(
                    LeaveGroupRequest {
                        $0.groupID = id
                        if version >= 3 {
                            $0.members = [
                                LeaveGroupRequest.MemberIdentity {
                                    $0.memberID = identity.memberID
                                    $0.reason = reason
                                }
                            ]
                        } else {
                            $0.memberID = identity.memberID
                        }
                    }, timeout: .seconds(5))
            }
        } catch {
            // The session timeout does it then.
        }
    }
}
