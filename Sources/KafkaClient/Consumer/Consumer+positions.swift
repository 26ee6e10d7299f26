// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc

extension Consumer {
    /// Finds out where partitions begin, in the background, once at a time.
    func resolvePositions() {
        guard !isResolving, !isClosed else { return }
        var pending: [TopicPartition: StartPosition] = [:]
        for (name, partition) in partitions {
            if case .pending(let start) = partition.fetchPosition { pending[name] = start }
        }
        guard !pending.isEmpty else { return }
        isResolving = true
        let tokens = pending.keys.reduce(into: [:]) { $0[$1] = partitions[$1]?.token }
        Task {
            do throws(ClientError) {
                let found = try await resolve(pending)
                for (name, start) in found where partitions[name] != nil && partitions[name]?.token == tokens[name] {
                    partitions[name]?.fetchPosition = .at(start.offset)
                    partitions[name]?.position = start.offset
                    partitions[name]?.leaderEpoch = start.leaderEpoch
                }
                guard found.count >= pending.count else {
                    throw ClientError(.broker(.leaderNotAvailable), "the brokers don't say where partitions begin")
                }
                resolveBackoff.reset()
                note(.positions, nil)
            } catch {
                if error.isRetriable && error.errorCode != .unknownTopicOrPartition {
                    note(.positions, error)
                    try? await Task.sleep(for: resolveBackoff.next())
                } else {
                    failure = error
                }
            }
            isResolving = false
            if failure == nil { resolvePositions() }
            sendFetches()
            signal()
        }
    }

    private func resolve(
        _ pending: [TopicPartition: StartPosition]
    ) async throws(ClientError) -> [TopicPartition: CommittedOffset] {
        var starts = pending
        var found: [TopicPartition: CommittedOffset] = [:]
        let wantsCommitted = starts.filter { $0.value == .committed }.map(\.key)
        if !wantsCommitted.isEmpty {
            let committed = try await committed(wantsCommitted)
            for name in wantsCommitted {
                if let offset = committed[name] {
                    found[name] = offset
                    starts[name] = nil
                } else {
                    starts[name] = try resetPosition(for: name, "no offset is committed")
                }
            }
        }
        var specs: [TopicPartition: OffsetSpec] = [:]
        var needsEnd: [TopicPartition: OffsetSpec] = [:]
        for (name, start) in starts {
            switch start {
            case .earliest: specs[name] = .earliest
            case .latest: specs[name] = .latest
            case .offset(let offset): found[name] = CommittedOffset(offset)
            case .timestamp(let time):
                specs[name] = .timestamp(time)
                needsEnd[name] = .latest
            case .fromEnd:
                specs[name] = .earliest
                needsEnd[name] = .latest
            case .committed: break
            }
        }
        let admin = Admin(cluster)
        let first = try await list(admin, specs)
        let ends = try await list(admin, needsEnd)
        for (name, listed) in first {
            let offset =
                switch starts[name] {
                case .fromEnd(let count): max(listed, (ends[name] ?? listed).subtractingSaturating(count))
                case .timestamp: listed >= 0 ? listed : ends[name] ?? -1
                default: listed
                }
            guard offset >= 0 else {
                throw ClientError(.invalidResponse, "partition \(name): the broker names \(offset) as an offset")
            }
            found[name] = CommittedOffset(offset)
        }
        return found
    }

    private func list(
        _ admin: Admin, _ specs: [TopicPartition: OffsetSpec]
    ) async throws(ClientError) -> [TopicPartition: Int64] {
        guard !specs.isEmpty else { return [:] }
        var offsets: [TopicPartition: Int64] = [:]
        for (name, result) in try await admin.listOffsets(specs, isolation: configuration.isolationLevel) {
            offsets[name] = try result.get().offset
        }
        return offsets
    }

    /// What `auto.offset.reset` says.
    private func resetPosition(for name: TopicPartition, _ why: String) throws(ClientError) -> StartPosition {
        switch configuration.autoOffsetReset {
        case .earliest: return .earliest
        case .latest: return .latest
        case .byDuration(let duration): return .timestamp(WallClock.milliseconds() - duration.milliseconds)
        case .none:
            throw ClientError(
                .broker(.offsetOutOfRange), "partition \(name): \(why), and auto.offset.reset=none forbids to guess")
        }
    }

    /// The position is of no use: `auto.offset.reset` decides.
    func resetPosition(_ name: TopicPartition, _ why: String) {
        do throws(ClientError) {
            place(name, try resetPosition(for: name, why))
            resolvePositions()
        } catch {
            stop(name, error)
        }
    }
}
