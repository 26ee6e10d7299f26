// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A group as the answers to the requests that describe groups tell of it.
protocol GroupAnswer: WireStructure {
    var groupID: String { get set }
    var errorCode: ErrorCode { get set }
    var authorizedOperations: Int32 { get set }
}

/// One that tells of topics as well, and is hidden from who may not describe them.
protocol GroupAnswerWithTopics: GroupAnswer {
    var errorMessage: String? { get set }
    /// Of what its members have.
    var topicNames: [String] { get }
}

extension GroupAnswer {
    fileprivate static func refusal(_ groupID: String, _ errorCode: ErrorCode) -> Self {
        var group = Self()
        (group.groupID, group.errorCode) = (groupID, errorCode)
        return group
    }
}

extension RequestContext {
    /// Describes those groups that the client may describe.
    /// - Parameter withOperations: also says what the client may do with each.
    func describe<Group: GroupAnswer>(
        groups ids: [String], withOperations: Bool, _ body: (_ ids: [String]) async -> [Group]
    ) async -> [Group] {
        let ids = ids.distinct()
        let refused = refused(.describe, .group, ids)
        var groups = await body(ids.filter { !refused.contains($0) })
        if withOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = authorizedOperations(.group, groups[index].groupID)
            }
        }
        return groups + refused.sorted().map { .refusal($0, .groupAuthorizationFailed) }
    }

    /// Tells nothing of groups with a topic that the client may not describe.
    func hidingTopics<Group: GroupAnswerWithTopics>(_ groups: [Group]) -> [Group] {
        let hidden = refused(.describe, .topic, Set(groups.flatMap(\.topicNames)))
        return groups.map { group in
            guard !hidden.isDisjoint(with: group.topicNames) else { return group }
            var refusal = Group.refusal(group.groupID, .topicAuthorizationFailed)
            refusal.errorMessage = "The group has described topic(s) that the client is not authorized to describe."
            return refusal
        }
    }
}
