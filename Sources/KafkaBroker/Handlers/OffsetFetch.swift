// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

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
        await coordinator.fetchOffsets(
            group, requireStable: request.requireStable, apiVersion: context.apiVersion)
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
