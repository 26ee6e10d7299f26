// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct DescribeGroupsHandler: AsyncRequestHandler {
    typealias Request = DescribeGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DescribeGroupsRequest, _ context: RequestContext) async -> DescribeGroupsResponse {
        var groups = await coordinator.describe(request.groups.distinct(), GroupClient(context))
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = GroupOperations.all
            }
        }
        return DescribeGroupsResponse { $0.groups = groups }
    }
}

/// What can be done with a group, as the bits that the protocol has for it: bit n is operation n of ACLs.
enum GroupOperations {
    /// Read, delete, describe, and describe and alter its configuration; nobody is refused any of it.
    static let all: Int32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11
}
