// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Asks a cluster for one `TopSample` after the other. What changes slowly, or costs the brokers more, is asked for more
/// rarely: starts and sizes every tenth time, and of many groups a part each time.
actor TopSampler {
    /// Groups that are asked for their offsets in one sample.
    private static let groupsAtATime = 50
    private static let slowEvery = 10

    private let admin: Admin
    private var round = 0
    private var last: TopSample?
    /// Asked for before all others.
    private var focus: String?

    init(_ cluster: Cluster) { admin = Admin(cluster) }

    /// The group that is looked at.
    func attend(to group: String?) { focus = group }

    /// - Throws: when not even topics can be had; what else is missing stands in `problems`.
    func sample() async throws(ClientError) -> TopSample {
        defer { round += 1 }
        let topics = try await admin.cluster.describeTopics(nil)
        var sample = TopSample(time: .now, topics: topics)
        sample.clusterID = try await admin.cluster.clusterID()
        sample.controller = try? await admin.cluster.controllerID()
        sample.brokers = try await admin.cluster.brokers()
        let led = topics.flatMap { topic in
            topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.partition) }
        }
        sample.ends = try await offsets(led, .latest, &sample.problems)
        sample.time = .now
        if round % Self.slowEvery == 0 {
            sample.starts = try await offsets(led, .earliest, &sample.problems)
            await measure(&sample)
        } else if let last {
            sample.starts = last.starts
            sample.sizes = last.sizes
            sample.disks = last.disks
        }
        await addGroups(&sample)
        last = sample
        return sample
    }

    private func offsets(
        _ partitions: [TopicPartition], _ spec: OffsetSpec, _ problems: inout [String]
    ) async throws(ClientError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        var offsets: [TopicPartition: Int64] = [:]
        for (partition, result) in try await admin.listOffsets(partitions.each(spec)) {
            switch result {
            case .success(let listed): offsets[partition] = listed.offset
            case .failure(let error): problems.append("partition \(partition): \(error.message)")
            }
        }
        return offsets
    }

    /// Sizes are a comfort: whoever may not see them sees the rest.
    private func measure(_ sample: inout TopSample) async {
        guard let answers = try? await admin.describeLogDirs() else { return }
        for (broker, result) in answers {
            guard case .success(let response) = result else { continue }
            var disk = TopSample.Disk()
            for directory in response.results {
                if directory.usableBytes >= 0 {
                    disk.free = (disk.free ?? 0).addingSaturating(directory.usableBytes)
                }
                for topic in directory.topics {
                    for partition in topic.partitions {
                        let size = max(partition.partitionSize, 0)
                        sample.sizes[TopicPartition(topic.name, partition.partitionIndex), default: 0]
                            .addSaturating(size)
                        disk.used.addSaturating(size)
                    }
                }
            }
            sample.disks[broker] = disk
        }
    }

    private func addGroups(_ sample: inout TopSample) async {
        let listed: [ListedGroup]
        do throws(ClientError) {
            let (groups, errors) = try await admin.listGroups()
            sample.problems += errors.map { "groups: \($0.message)" }
            listed = groups
        } catch {
            sample.problems.append("groups: \(error.message)")
            return
        }
        var known: [String: TopSample.Group] = [:]
        for group in last?.groups ?? [] { known[group.listed.groupID] = group }
        let asked = Set(turn(listed, known))
        var described: [String: GroupDescription] = [:]
        for (id, result) in await GroupDescription.fetch(asked.sorted(), admin) {
            if case .success(let group) = result { described[id] = group }
        }
        let committed = await committed(asked)
        sample.groups = listed.map { group in
            let id = group.groupID
            guard asked.contains(id) else {
                var earlier = known[id] ?? TopSample.Group(listed: group, time: sample.time)
                earlier.listed = group
                return earlier
            }
            var new = TopSample.Group(listed: group, time: sample.time, description: described[id])
            switch committed[id] {
            case .success(let offsets): new.committed = offsets
            case .failure(let error): sample.problems.append("group \(id): \(error.message)")
            case nil: break
            }
            return new
        }
    }

    /// Whose turn it is: the group that is looked at, then those that were asked longest ago. Share and streams groups
    /// have no offsets of this kind.
    private func turn(_ listed: [ListedGroup], _ known: [String: TopSample.Group]) -> [String] {
        let candidates = listed.filter { ["", "classic", "consumer"].contains($0.type.lowercased()) }.map(\.groupID)
        guard candidates.count > Self.groupsAtATime else { return candidates }
        let rest = candidates.sorted { first, second in
            if (first == focus) != (second == focus) { return first == focus }
            guard let firstTime = known[first]?.time else { return known[second] != nil || first < second }
            guard let secondTime = known[second]?.time else { return false }
            return (firstTime, first) < (secondTime, second)
        }
        return Array(rest.prefix(Self.groupsAtATime))
    }

    private func committed(_ ids: Set<String>) async -> [String: Result<[TopicPartition: Int64], ClientError>] {
        let admin = admin
        return await withTaskGroup(of: (String, Result<[TopicPartition: Int64], ClientError>).self) { tasks in
            for id in ids {
                tasks.addTask {
                    do throws(ClientError) {
                        let offsets = try await admin.committedOffsets(group: id)
                        return (
                            id, .success(offsets.compactMapValues { try? $0.get().offset }.filter { $0.value >= 0 })
                        )
                    } catch {
                        return (id, .failure(error))
                    }
                }
            }
            var results: [String: Result<[TopicPartition: Int64], ClientError>] = [:]
            for await (id, result) in tasks { results[id] = result }
            return results
        }
    }
}

extension Int64 {
    fileprivate mutating func addSaturating(_ other: Int64) { self = addingSaturating(other) }
}
