// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension GroupCoordinator {
    /// Where a share group is.
    /// - Parameter end: the end of a partition; nil if there is none.
    func describeShareOffsets(
        _ request: DescribeShareGroupOffsetsRequest.Group, end: @Sendable (String, Int32) -> Int64?
    ) async -> DescribeShareGroupOffsetsResponse.Group {
        var response = DescribeShareGroupOffsetsResponse.Group { $0.groupID = request.groupID }
        do throws(CoordinatorLogError) {
            let shares = try shareStates()
            if request.groupID.isEmpty { throw CoordinatorLogError(code: .invalidGroupID, message: "") }
            let asked = if let named = request.topics { named } else { try initializedTopics(of: request.groupID) }
            for topic in asked {
                let facts = topics.topic(named: topic.topicName)
                // One that was deleted meanwhile is left out, unless it was asked for.
                if facts == nil && request.topics == nil { continue }
                var described = DescribeShareGroupOffsetsResponse.Topic {
                    ($0.topicName, $0.topicID) = (topic.topicName, facts?.id ?? .zero)
                }
                for partition in topic.partitions {
                    described.partitions.append(
                        await describe(request.groupID, facts, partition, shares, end(topic.topicName, partition)))
                }
                response.topics.append(described)
            }
        } catch {
            (response.errorCode, response.errorMessage) = (
                error.clientCode, error.message.isEmpty ? nil : error.message
            )
        }
        return response
    }

    private func initializedTopics(
        of groupID: String
    ) throws(CoordinatorLogError) -> [DescribeShareGroupOffsetsRequest.Topic] {
        let group = try Self.unwrap(try shard(of: groupID).existing(groupID))
        return group.initialized.values.sorted { $0.name < $1.name }.map { named in
            .init { ($0.topicName, $0.partitions) = (named.name, named.partitions.sorted()) }
        }
    }

    private func describe(
        _ groupID: String, _ topic: TopicFacts?, _ partition: Int32, _ shares: any ShareStates, _ end: Int64?
    ) async -> DescribeShareGroupOffsetsResponse.Partition {
        var described = DescribeShareGroupOffsetsResponse.Partition {
            ($0.partitionIndex, $0.startOffset) = (partition, -1)
        }
        // Where there is no topic nothing is known of it, which is no error.
        guard let topic else { return described }
        guard partition >= 0, partition < topic.partitionCount else {
            described.errorCode = .unknownTopicOrPartition
            return described
        }
        do throws(ShareError) {
            guard let state = try await shares.summary(SharePartitionKey(groupID, topic.id, partition)) else {
                return described
            }
            described.startOffset = state.startOffset
            described.leaderEpoch = state.leaderEpoch
            if let end, state.startOffset >= 0, state.deliveryCompleteCount >= 0 {
                described.lag = max(
                    end.subtractingSaturating(state.startOffset).subtractingSaturating(
                        Int64(state.deliveryCompleteCount)), 0)
            }
        } catch { (described.errorCode, described.errorMessage) = (error.code, error.message) }
        return described
    }

    /// Puts an empty share group elsewhere; one that does not exist yet begins there.
    func alterShareOffsets(_ request: AlterShareGroupOffsetsRequest) async -> AlterShareGroupOffsetsResponse {
        do throws(CoordinatorLogError) {
            let shares = try shareStates()
            if request.groupID.isEmpty { throw CoordinatorLogError(code: .invalidGroupID, message: "") }
            let partition = try await locate(request.groupID)
            let (result, failure) = perform(partition) { shard, context, effects in
                Result { () throws(GroupError) in try shard.beginAlteration(request.groupID, context, &effects) }
            }
            if let failure { throw failure }
            let epoch = try Self.unwrap(result)
            var response = AlterShareGroupOffsetsResponse()
            var done: [SharePartitionKey] = []
            for topic in request.topics {
                let facts = topics.topic(named: topic.topicName)
                var altered = AlterShareGroupOffsetsResponse.Topic {
                    ($0.topicName, $0.topicID) = (topic.topicName, facts?.id ?? .zero)
                }
                for wanted in topic.partitions {
                    let key = SharePartitionKey(request.groupID, facts?.id ?? .zero, wanted.partitionIndex)
                    let error = await alter(key, facts, wanted.startOffset, epoch, shares)
                    if error == nil { done.append(key) }
                    altered.partitions.append(
                        .init {
                            $0.partitionIndex = wanted.partitionIndex
                            ($0.errorCode, $0.errorMessage) = (error?.code ?? .none, error?.message)
                        })
                }
                response.responses.append(altered)
            }
            let kept = done
            let recorded = perform(partition) { shard, context, effects in
                shard.initialized(request.groupID, kept, failed: [], context.topics, &effects)
            }
            if let failure = recorded.failure { throw failure }
            return response
        } catch {
            let (code, message) = (error.clientCode, error.message.isEmpty ? nil : error.message)
            return AlterShareGroupOffsetsResponse { ($0.errorCode, $0.errorMessage) = (code, message) }
        }
    }

    private func alter(
        _ key: SharePartitionKey, _ topic: TopicFacts?, _ startOffset: Int64, _ epoch: Int32, _ shares: any ShareStates
    ) async -> ShareError? {
        guard let topic, key.partition >= 0, key.partition < topic.partitionCount else {
            return ShareError(.unknownTopicOrPartition)
        }
        do throws(ShareError) {
            try await shares.initialize(key, stateEpoch: epoch, startOffset: startOffset)
            return nil
        } catch { return error }
    }
}

extension GroupShard {
    fileprivate func existing(_ groupID: String) -> Result<ShareGroup, GroupError> {
        do throws(GroupError) { return .success(try shareGroup(groupID, creating: false)) } catch {
            return .failure(error)
        }
    }
}
