// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The state of a group and its coordinator.
struct StateTable: Sendable {
    static let row = JSONRow(
        "describe", "the group, with --state",
        [
            "group", "coordinator", "assignmentStrategy", "state", "groupEpoch", "targetAssignmentEpoch",
            "members",
        ])

    private let group: GroupDescription
    private let coordinator: GroupCoordinator

    init(_ group: GroupDescription, _ admin: Admin) async throws {
        self.group = group
        coordinator = try await GroupCoordinator.find(group.id, admin.cluster)
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
        let coordinator = coordinator.place
        let groupWidth = max(15, group.id.count)
        let width = max(25, coordinator.count)
        func line(_ cells: [String]) {
            var text =
                "\n" + cells[0].padded(groupWidth) + " " + cells[1].padded(width) + " " + cells[2].padded(20) + " "
                + cells[3].padded(20) + " "
            if verbose { text += cells[4].padded(15) + " " + cells[5].padded(25) + " " }
            context.out.write(text + cells[6])
        }
        line([
            "GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH",
            "#MEMBERS",
        ])
        line([
            group.id, coordinator, group.assignor.isEmpty ? "-" : group.assignor, group.state,
            group.epoch.map { String($0) } ?? "-", group.targetEpoch.map { String($0) } ?? "-",
            String(group.members.count),
        ])
        context.out.line()
    }
}
