// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the group and on the topics: of all topics, the others are left out; asked for, they are refused. An id that
// nobody has is unknown.
struct OffsetFetchHandler: AsyncRequestHandler {
    typealias Request = OffsetFetchRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: OffsetFetchRequest, _ context: RequestContext) async -> OffsetFetchResponse {
        guard context.apiVersion >= 8 else {
            let group = await fetch(Self.onlyGroup(of: request), request, context)
            return Self.flat(group, request, apiVersion: context.apiVersion)
        }
        var groups: [OffsetFetchResponse.Group] = []
        for group in request.groups.distinct(by: \.groupID) { groups.append(await fetch(group, request, context)) }
        return OffsetFetchResponse { $0.groups = groups }
    }

    private func fetch(
        _ group: OffsetFetchRequest.Group, _ request: OffsetFetchRequest, _ context: RequestContext
    ) async -> OffsetFetchResponse.Group {
        guard context.authorize(.describe, .group, group.groupID) else {
            return .init { ($0.groupID, $0.errorCode) = (group.groupID, .groupAuthorizationFailed) }
        }
        func fetch(_ group: OffsetFetchRequest.Group) async -> OffsetFetchResponse.Group {
            await coordinator.fetchOffsets(
                group, requireStable: request.requireStable, apiVersion: context.apiVersion)
        }
        if context.isOpen { return await fetch(group) }
        guard let asked = group.topics else {
            var everything = await fetch(group)
            let hidden = context.refused(.describe, .topic, everything.topics.map(\.name))
            everything.topics.removeAll { hidden.contains($0.name) }
            return everything
        }
        let names = asked.map { topic in
            context.apiVersion >= 10 ? coordinator.topics.topic(id: topic.topicID)?.name : topic.name
        }
        let refused = context.refused(.describe, .topic, names.compactMap { $0 })
        let isAllowed = names.map { $0.map { !refused.contains($0) } ?? true }
        var allowed = group
        allowed.topics = zip(asked, isAllowed).filter(\.1).map(\.0)
        var fetched = await fetch(allowed)
        guard fetched.errorCode == .none else { return fetched }
        var found = fetched.topics[...]
        fetched.topics = zip(asked, isAllowed).map { $1 ? found.removeFirst() : .refused($0) }
        return fetched
    }

    /// Until version 7 a request is about one group.
    private static func onlyGroup(of request: OffsetFetchRequest) -> OffsetFetchRequest.Group {
        OffsetFetchRequest.Group {
            $0.groupID = request.groupID
            $0.topics = request.topics?.map { topic in
                OffsetFetchRequest.GroupTopic {
                    $0.name = topic.name
                    $0.partitionIndexes = topic.partitionIndexes
                }
            }
        }
    }

    /// The answer about one group; version 1 has no error of the whole group, so each partition gets it.
    private static func flat(
        _ group: OffsetFetchResponse.Group, _ request: OffsetFetchRequest, apiVersion: Int16
    ) -> OffsetFetchResponse {
        guard group.errorCode == .none || apiVersion >= 2 else { return failed(request, group.errorCode) }
        return OffsetFetchResponse {
            $0.errorCode = group.errorCode
            $0.topics = group.topics.map { topic in
                OffsetFetchResponse.Topic {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { partition in
                        OffsetFetchResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            $0.committedOffset = partition.committedOffset
                            $0.committedLeaderEpoch = partition.committedLeaderEpoch
                            $0.metadata = partition.metadata
                            $0.errorCode = partition.errorCode
                        }
                    }
                }
            }
        }
    }

    private static func failed(_ request: OffsetFetchRequest, _ error: ErrorCode) -> OffsetFetchResponse {
        OffsetFetchResponse {
            $0.topics = (request.topics ?? []).map { topic in
                OffsetFetchResponse.Topic {
                    $0.name = topic.name
                    $0.partitions = topic.partitionIndexes.map { partition in
                        OffsetFetchResponse.Partition {
                            $0.partitionIndex = partition
                            $0.committedOffset = -1
                            $0.errorCode = error
                        }
                    }
                }
            }
        }
    }
}

extension OffsetFetchResponse.GroupTopic {
    fileprivate static func refused(_ topic: OffsetFetchRequest.GroupTopic) -> Self {
        .init {
            ($0.name, $0.topicID) = (topic.name, topic.topicID)
            $0.partitions = topic.partitionIndexes.map { partition in
                .init {
                    ($0.partitionIndex, $0.committedOffset) = (partition, -1)
                    $0.errorCode = .topicAuthorizationFailed
                }
            }
        }
    }
}
