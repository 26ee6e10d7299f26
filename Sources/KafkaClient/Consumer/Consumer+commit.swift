// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension Consumer {
    /// Commits the positions: what is done with.
    public func commit() async throws(ClientError) {
        try await commit(reached())
    }

    /// Commits offsets: those of the next records to read.
    /// - Throws: the broker's error, with group and partition; `.illegalGeneration` and the like when the group has
    ///   rebalanced meanwhile, so that the partitions may belong to others.
    public func commit(_ offsets: [TopicPartition: CommittedOffset]) async throws(ClientError) {
        guard let group else {
            throw ClientError(.configuration, "group.id is not set, which committing offsets needs")
        }
        guard !offsets.isEmpty else { return }
        let deadline = ContinuousClock.now + cluster.configuration.defaultAPITimeout
        try await retrying(
            until: deadline, cluster.retryBackoff, "committing offsets of group \(group.id)",
            // The next heartbeat brings the epoch that the coordinator knows.
            if: { $0.isRetriable || $0.errorCode == .staleMemberEpoch }, troubles: cluster.troubles
        ) { () throws(ClientError) in
            try await commitOnce(offsets, deadline: deadline)
        }
    }

    private func commitOnce(
        _ offsets: [TopicPartition: CommittedOffset], deadline: ContinuousClock.Instant
    ) async throws(ClientError) {
        guard let group else { return }
        let identity = group.membership.identity
        let connection: Connection
        let response: OffsetCommitResponse
        do throws(ClientError) {
            connection = try await coordinatorConnection(lane: .control, deadline: deadline)
            let version = try connection.version(of: OffsetCommitRequest.self, within: Admin.namedOffsetVersions)
            var request = OffsetCommitRequest(group: group.id, offsets)
            request.generationIDOrMemberEpoch = identity.generation
            request.memberID = identity.generation < 0 ? "" : identity.memberID
            if version >= 7, identity.generation >= 0 { request.groupInstanceID = configuration.groupInstanceID }
            response = try await connection.send(
                request, versions: Admin.namedOffsetVersions, timeout: cluster.configuration.requestTimeout)
        } catch {
            await cluster.forgetCoordinator(.group, group.id)
            throw error
        }
        for topic in response.topics {
            for partition in topic.partitions where partition.errorCode != .none {
                let name = TopicPartition(topic.name, partition.partitionIndex)
                switch partition.errorCode {
                case .notCoordinator, .coordinatorNotAvailable:
                    await cluster.forgetCoordinator(.group, group.id)
                default:
                    tell(.commitRefused(partition.errorCode, generation: identity.generation))
                }
                throw ClientError(
                    partition.errorCode, "committing the offset of \(name) for group \(group.id)")
            }
        }
    }

    /// What the group has committed; partitions without an offset are left out.
    public func committed(
        _ names: [TopicPartition]
    ) async throws(ClientError) -> [TopicPartition: CommittedOffset] {
        guard let group else { return [:] }
        let deadline = ContinuousClock.now + cluster.configuration.defaultAPITimeout
        return try await retrying(
            until: deadline, cluster.retryBackoff, "offsets of group \(group.id)", troubles: cluster.troubles
        ) { () throws(ClientError) in
            let found = try await Admin(cluster).committedOffsets(
                group: group.id, partitions: names, requireStable: configuration.isolationLevel == .readCommitted)
            var offsets: [TopicPartition: CommittedOffset] = [:]
            for (name, result) in found { offsets[name] = try result.get() }
            return offsets
        }
    }

    // MARK: Automatic commits

    /// How long a member that gives up its partitions tries to commit and to say so; the session timeout does it later.
    static let partingTime: Duration = .seconds(5)

    var hasUncommitted: Bool { configuration.enableAutoCommit && group != nil && !uncommitted().isEmpty }

    /// Begins to commit when it is time to; polling goes on meanwhile. A failure that passes is made up for next time.
    func autoCommit() {
        guard configuration.enableAutoCommit, let group, group.commits.underway == nil, group.commits.next <= .now
        else { return }
        let offsets = uncommitted()
        guard !offsets.isEmpty else { return }
        self.group?.commits.next = .now + configuration.autoCommitInterval
        self.group?.commits.underway = Task {
            var result = Result<Void, ClientError>.success(())
            do throws(ClientError) {
                try await commitOnce(offsets, deadline: .now + Self.partingTime)
                note(offsets)
            } catch {
                if !error.isRetriable && !Self.isAboutMembership(error) { fail(error) }
                // An interval of 0 would ask a broker that is away without end.
                self.group?.commits.next = .now + max(configuration.autoCommitInterval, .milliseconds(100))
                result = .failure(error)
            }
            self.group?.commits.underway = nil
            // A commit may be due again by now.
            signal()
            return result
        }
    }

    private static func isAboutMembership(_ error: ClientError) -> Bool {
        let codes: [ErrorCode?] = [
            .rebalanceInProgress, .illegalGeneration, .unknownMemberID, .staleMemberEpoch, .fencedMemberEpoch,
        ]
        return codes.contains(error.errorCode)
    }

    /// The last commit before partitions go to others.
    /// - Returns: why it failed.
    func commitBeforeRevoking(within limit: Duration) async -> ClientError? {
        guard configuration.enableAutoCommit, let group else { return nil }
        do throws(ClientError) {
            try await bounded(by: limit, "committing the last offsets of group \(group.id)") {
                () async throws(ClientError) in
                try await self.commitLast(deadline: .now + limit)
            }
            return nil
        } catch {
            return error.kind == .timedOut ? obstacle ?? error : error
        }
    }

    private func commitLast(deadline: ContinuousClock.Instant) async throws(ClientError) {
        // Offsets that are on their way must not come after these.
        if let committing = group?.commits.underway { _ = try? await value(of: committing, "committing") }
        let offsets = uncommitted()
        guard !offsets.isEmpty else { return }
        try await retrying(
            until: deadline, cluster.retryBackoff, "committing offsets of group \(group?.id ?? "")",
            troubles: cluster.troubles
        ) { () throws(ClientError) in
            try await commitOnce(offsets, deadline: deadline)
        }
        note(offsets)
    }

    private func uncommitted() -> [TopicPartition: CommittedOffset] {
        reached().filter { group?.commits.offsets[$0.key] != $0.value.offset }
    }

    /// The positions, with the leader epochs of what is before them.
    private func reached() -> [TopicPartition: CommittedOffset] {
        settleLoop()
        return partitions.compactMapValues { partition in
            partition.position.map { CommittedOffset($0, leaderEpoch: partition.leaderEpoch) }
        }
    }

    private func note(_ offsets: [TopicPartition: CommittedOffset]) {
        for (name, offset) in offsets where partitions[name] != nil { group?.commits.offsets[name] = offset.offset }
    }
}
