// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Does what `kafka streams-application-reset` was told to.
struct StreamsApplicationReset: Sendable {
    private let options: StreamsApplicationResetCommand
    private let admin: Admin
    private let context: Context

    init(_ options: StreamsApplicationResetCommand, _ admin: Admin, _ context: Context) {
        self.options = options
        self.admin = admin
        self.context = context
    }

    func run() async throws {
        let topics = try await admin.cluster.describeTopics(nil).filter { $0.error == .none }
        let internals = try internalTopics(topics.map(\.name))
        try await removeMembers()
        if options.isDryRun {
            context.out.line(
                "----Dry run displays the actions which will be performed when running Streams Reset Tool----")
        }
        try await reset(topics)
        try await delete(internals)
    }

    /// What is to be deleted; asked for before anything is done.
    private func internalTopics(_ topics: [String]) throws -> [String] {
        let own = topics.filter { topic in
            !options.inputs.contains(topic) && !options.intermediates.contains(topic)
                && InternalStreamsTopic.matches(topic, application: options.application)
        }.sorted()
        guard !options.internals.isEmpty else { return own }
        if let stranger = options.internals.first(where: { !own.contains($0) }) {
            throw CommandError(
                "'\(stranger)' of --internal-topics is not an internal topic of '\(options.application)'; a --dry-run "
                    + "without --internal-topics lists them.")
        }
        return options.internals
    }

    /// A group that is still in use would write its offsets over ours.
    private func removeMembers() async throws {
        guard let (_, result) = await admin.describeGroups([options.application]).first else { return }
        let group: DescribeGroupsResponse.Group
        switch result {
        case .success(let found): group = found
        case .failure(let error) where error.errorCode == .groupIDNotFound: return
        case .failure(let error): throw error
        }
        guard !group.members.isEmpty else { return }
        guard options.isForced else {
            let members = group.members.map(\.memberID).sorted().joined(separator: ", ")
            throw CommandError(
                "Group '\(options.application)' is still active, with the members \(members): stop all instances "
                    + "of the application, or remove members that are left over with --force.")
        }
        context.out.line("Force deleting all active members in the group: \(options.application)")
        if options.isDryRun { return }
        let response = try await admin.removeMembers(
            group: options.application,
            members: group.members.map { member in
                LeaveGroupRequest.MemberIdentity {
                    // A static member is known by its own name; its member id must then be left out.
                    $0.memberID = member.groupInstanceID == nil ? member.memberID : ""
                    $0.groupInstanceID = member.groupInstanceID
                }
            })
        let codes = [response.errorCode] + response.members.map(\.errorCode)
        if let code = codes.first(where: { $0 != .none && $0 != .unknownMemberID }) {
            throw ClientError(
                .broker(code), "Members of '\(options.application)' were not removed: \(code.clientMessage)")
        }
    }

    // MARK: Offsets

    private func reset(_ topics: [TopicMetadata]) async throws {
        guard !options.inputs.isEmpty || !options.intermediates.isEmpty else {
            context.out.line("No input or intermediate topics specified. Skipping seek.")
            return
        }
        func list(_ names: [String]) -> String { "[\(names.joined(separator: ", "))]" }
        if !options.inputs.isEmpty { context.out.line("Reset-offsets for input topics \(list(options.inputs))") }
        if !options.intermediates.isEmpty {
            context.out.line("Seek-to-end for intermediate topics \(list(options.intermediates))")
        }
        let inputs = try await partitions(of: options.inputs, topics)
        let intermediates = try await partitions(of: options.intermediates, topics)
        guard !inputs.isEmpty || !intermediates.isEmpty else { return }
        var plan: [TopicPartition: Int64] = [:]
        if !inputs.isEmpty {
            context.out.line(
                "Following input topics offsets will be reset to (for consumer group \(options.application))")
            let current = options.targets.needsCurrent ? try await admin.positions(of: options.application) : [:]
            plan = try await options.targets.plan(
                for: options.application, inputs, current: current, admin, context)
            for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
                context.out.line("Topic: \(partition.topic) Partition: \(partition.partition) Offset: \(offset)")
            }
        }
        if !intermediates.isEmpty {
            context.out.line(
                "Following intermediate topics offsets will be reset to end (for consumer group \(options.application))"
            )
            for partition in intermediates { context.out.line("Topic: \(partition.topic)") }
            for (partition, end) in try await admin.listOffsets(intermediates.each(.latest)) {
                plan[partition] = try end.get().offset
            }
        }
        if !options.isDryRun, !plan.isEmpty {
            let offsets = plan.mapValues { CommittedOffset($0) }
            for (partition, result) in try await admin.commitOffsets(group: options.application, offsets) {
                if case .failure(let error) = result { context.fail("\(partition): \(error.message)") }
            }
        }
        context.out.line("Done.")
    }

    private func partitions(of names: [String], _ topics: [TopicMetadata]) async throws -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        for name in names {
            guard let topic = topics.first(where: { $0.name == name }) else {
                context.fail(try await UnknownTopic.error(name, admin.cluster).message + "; it is skipped")
                continue
            }
            partitions += topic.partitions.map { TopicPartition(name, $0.partition) }
        }
        return partitions.reduce(into: Set()) { $0.insert($1) }.sorted()
    }

    // MARK: Topics

    private func delete(_ topics: [String]) async throws {
        let kind = options.internals.isEmpty ? "inferred" : "specified"
        context.out.line("Deleting \(kind) internal topics [\(topics.joined(separator: ", "))]")
        if !options.isDryRun, !topics.isEmpty {
            for (topic, result) in try await admin.deleteTopics(topics) {
                if case .failure(let error) = result {
                    context.fail("The topic '\(topic)' could not be deleted: \(error.message)")
                }
            }
        }
        context.out.line("Done.")
    }
}
