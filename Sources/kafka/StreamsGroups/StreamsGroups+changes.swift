// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension StreamsGroups {
    func delete() async throws {
        let listed = try await GroupTables.list("streams", admin, context)
            .reduce(into: [:]) { $0[$1.groupID] = $1.state }
        var empty: [String] = []
        for id in try await ids() {
            switch listed[id] {
            case "Empty"?, ""?: empty.append(id)
            case nil:
                let hint = suggestion(for: id, among: listed.keys.sorted())
                context.fail(
                    "Group '\(id)' could not be deleted: it does not exist or is not a streams group\(hint)")
            case let state?:
                context.fail(
                    "Group '\(id)' could not be deleted: it is not empty, but \(state); stop its members first.")
            }
        }
        // Who the topics belong to is told by the group, so it is asked before it goes.
        var topics: [String: [String]] = [:]
        if options.deletesInternalTopics {
            for (id, result) in await admin.describeStreamsGroups(empty) {
                topics[id] = internalTopics(try result.get())
            }
        }
        var deleted: [String] = []
        for (id, result) in await admin.deleteGroups(empty) {
            switch result {
            case .success: deleted.append(id)
            case .failure(let error): context.fail("Group '\(id)' could not be deleted: \(error.message)")
            }
        }
        guard !deleted.isEmpty else { return }
        func names(_ ids: [String]) -> String { ids.map { "'\($0)'" }.joined(separator: ", ") }
        context.out.line("Deletion of requested streams groups (\(names(deleted))) was successful.")
        var cleaned: [String] = []
        for id in deleted {
            guard let topics = topics[id], !topics.isEmpty else { continue }
            if try await delete(topics: topics, of: id) { cleaned.append(id) }
        }
        if !cleaned.isEmpty {
            context.out.line(
                "Deletion of associated internal topics of the streams groups (\(names(cleaned))) was successful.")
        }
    }

    /// What the application made for itself, by its topology and by name.
    private func internalTopics(_ group: Group) -> [String] {
        let parts = group.topology?.subtopologies ?? []
        let sources = Set(parts.flatMap(\.sourceTopics))
        let topics = Set(parts.flatMap { ($0.repartitionSourceTopics + $0.stateChangelogTopics).map(\.name) })
        return topics.subtracting(sources).sorted().filter { topic in
            if InternalStreamsTopic.matches(topic, application: group.groupID) { return true }
            context.fail(
                "The topic '\(topic)' is not named as an internal topic of group '\(group.groupID)', so it stays.")
            return false
        }
    }

    /// Whether all went.
    private func delete(topics: [String], of group: String) async throws -> Bool {
        var isDone = true
        for (topic, result) in try await admin.deleteTopics(topics) {
            guard case .failure(let error) = result else { continue }
            isDone = false
            context.fail("The internal topic '\(topic)' of group '\(group)' could not be deleted: \(error.message)")
        }
        return isDone
    }

    func reset(_ targets: OffsetTargets, _ executes: Bool, _ exports: Bool) async throws {
        var plans: [GroupTables.ResetPlan] = []
        for (id, result) in await admin.describeStreamsGroups(try await ids()) {
            var group: Group?
            switch result {
            case .success(let found): group = found
            // A group that does not exist yet may get offsets to begin with.
            case .failure(let error) where error.errorCode == .groupIDNotFound: break
            case .failure(let error) where error.isUnsupported: throw error
            case .failure(let error):
                context.fail("Streams group '\(id)': \(error.message)")
                continue
            }
            let state = group?.groupState ?? "Dead"
            guard state == "Empty" || state == "Dead" else {
                context.fail(
                    "Offsets can only be reset if the group '\(id)' is inactive, but the current state is \(state).")
                continue
            }
            let committed = try await sources(of: id, group)
            guard let scope = try await scope(of: id, committed) else { continue }
            let plan = try await targets.plan(for: id, scope, current: committed.mapValues(\.offset), admin, context)
            if executes {
                for (partition, result) in try await admin.commitOffsets(
                    group: id, plan.mapValues { CommittedOffset($0) })
                {
                    if case .failure(let error) = result { context.fail("\(partition): \(error.message)") }
                }
                var topics = options.internalTopics
                if options.deletesInternalTopics, let group { topics = internalTopics(group) }
                if !topics.isEmpty { _ = try await delete(topics: topics, of: id) }
            }
            plans.append((id, plan))
        }
        GroupTables.show(plans, asCSV: exports, single: options.groups.count == 1, context)
    }

    /// The group's offsets of topics that it reads from outside.
    private func sources(of id: String, _ group: Group?) async throws -> [TopicPartition: CommittedOffset] {
        let committed = try await committed(id)
        guard let parts = group?.topology?.subtopologies else { return committed }
        let sources = Set(parts.flatMap(\.sourceTopics))
        return committed.filter { sources.contains($0.key.topic) }
    }

    /// What is to be reset; nil when it isn't the group's.
    private func scope(
        of id: String, _ committed: [TopicPartition: CommittedOffset]
    ) async throws -> [TopicPartition]? {
        guard !options.topics.isEmpty else {
            if case .reset(let targets, _, _) = options.action, targets.isFile { return [] }
            return committed.keys.sorted()
        }
        let named = try await GroupTables.partitions(options.topics, admin.cluster)
        if let stranger = named.first(where: { committed[$0] == nil }) {
            context.fail("Group '\(id)' has no offset of \(stranger), so that topic is not one of its input topics.")
            return nil
        }
        return named
    }

    func deleteOffsets(of group: String) async throws {
        let partitions: [TopicPartition]
        if options.topics.isEmpty {
            let described = try await admin.describeStreamsGroups([group]).first?.result.get()
            partitions = try await sources(of: group, described).keys.sorted()
        } else {
            partitions = try await GroupTables.partitions(options.topics, admin.cluster)
        }
        guard !partitions.isEmpty else { throw CommandError("Group '\(group)' has no offsets of input topics.") }
        let results = try await admin.deleteOffsets(group: group, partitions)
        var deleted: [TopicPartition] = []
        for partition in results.keys.sorted() {
            switch results[partition]! {
            case .success: deleted.append(partition)
            case .failure(let error): context.fail("Offsets of \(partition) were not deleted: \(error.message)")
            }
        }
        if context.writesJSON { return GroupTables.write(deletedOffsets: deleted, of: group, context) }
        guard !deleted.isEmpty else { return }
        context.out.line("Request succeeded for deleting offsets from group \(group).")
        let width = deleted.map(\.topic.count).reduce(15, max)
        func row(_ topic: String, _ partition: String, _ status: String) {
            context.out.line("\(topic.padded(width)) \(partition.padded(10)) \(status.padded(15))")
        }
        context.out.line()
        row("TOPIC", "PARTITION", "STATUS")
        for partition in deleted { row(partition.topic, String(partition.partition), "Successful") }
    }
}

/// The names that Kafka Streams gives to the topics it makes for itself.
enum InternalStreamsTopic {
    static func matches(_ topic: String, application: String) -> Bool {
        guard topic.hasPrefix(application + "-") else { return false }
        let suffixes = [
            "-changelog", "-repartition", "-subscription-registration-topic", "-subscription-response-topic",
        ]
        if suffixes.contains(where: topic.hasSuffix) { return true }
        return ["REGISTRATION", "RESPONSE"].contains { isForeignKeyJoin(topic, $0) }
    }

    /// `…-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000042-topic`
    private static func isForeignKeyJoin(_ topic: String, _ kind: String) -> Bool {
        guard topic.hasSuffix("-topic"),
            let range = topic.firstRange(of: "-KTABLE-FK-JOIN-SUBSCRIPTION-\(kind)-"),
            range.lowerBound > topic.startIndex,
            let end = topic.lastIndex(of: "-"), range.upperBound < end
        else { return false }
        return topic[range.upperBound..<end].allSatisfy { $0.isASCII && $0.isNumber }
    }
}
