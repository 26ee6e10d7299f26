// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group and on the topics; an id that nobody has is unknown.
struct OffsetCommitHandler: AsyncRequestHandler {
    typealias Request = OffsetCommitRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: OffsetCommitRequest, _ context: RequestContext) async -> OffsetCommitResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return OffsetCommitResponse(request, failing: .groupAuthorizationFailed)
        }
        return await context.commit(request, namesTopicsByID: context.apiVersion >= 10, coordinator.topics) {
            await coordinator.commit($0, GroupClient(context))
        }
    }
}

extension RequestContext {
    /// Has the offsets committed of those topics that the client may read; the others are refused in their places.
    func commit<Request: OffsetsToCommit, Response: OffsetsCommitted>(
        _ request: Request, namesTopicsByID: Bool, _ topics: any TopicLookup, _ body: (Request) async -> Response
    ) async -> Response {
        if isOpen { return await body(request) }
        let names = request.topics.map { namesTopicsByID ? topics.topic(id: $0.topicID)?.name : $0.name }
        let refused = refused(.read, .topic, names.compactMap { $0 })
        let isAllowed = names.map { $0.map { !refused.contains($0) } ?? true }
        guard isAllowed.contains(true) else { return Response(request, failing: .topicAuthorizationFailed) }
        var allowed = request
        allowed.topics = zip(request.topics, isAllowed).filter(\.1).map(\.0)
        var committed = await body(allowed).topics[...]
        var response = Response(request, failing: .topicAuthorizationFailed)
        for index in response.topics.indices where isAllowed[index] {
            response.topics[index] = committed.removeFirst()
        }
        return response
    }
}
