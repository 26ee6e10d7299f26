// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// The state of a group and its coordinator.
struct StateTable: Sendable {
    static let row = JSONRow(
        "describe", "the group, with --state",
        [
            "group", "coordinator", "assignmentStrategy", "state", "groupEpoch", "targetAssignmentEpoch",
            "members",
        ])

    private let group: GroupDescription
    private let coordinator: FoundCoordinator

    init(_ group: GroupDescription, _ admin: Admin) async throws {
        self.group = group
        coordinator = try await FoundCoordinator.find(group.id, admin.cluster)
    }

    func print(_ context: Context, verbose: Bool) {
        DescribeConsumerGroups.noteState(group, context)
        if context.writesJSON {
            return context.write(
                Self.row(
                    .string(group.id), coordinator.json, group.assignor.isEmpty ? .null : .string(group.assignor),
                    .string(group.state), .optional(group.epoch), .optional(group.targetEpoch),
                    .number(group.members.count)))
        }
        let place = coordinator.place
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.id.count), cut: 2), .init("COORDINATOR (ID)", max(25, place.count), cut: 1),
            .init("ASSIGNMENT-STRATEGY", 20), .init("STATE", 20), .init("GROUP-EPOCH", 15, if: verbose),
            .init("TARGET-ASSIGNMENT-EPOCH", 25, if: verbose), .init("#MEMBERS", 0),
        ]
        let cells = [
            group.id, place, group.assignor.isEmpty ? "-" : group.assignor, group.state,
            group.epoch.map { String($0) } ?? "-", group.targetEpoch.map { String($0) } ?? "-",
            String(group.members.count),
        ]
        Table(columns: columns, rows: [cells]).printBelow(context)
    }
}
