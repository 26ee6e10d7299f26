// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension ClusterData {
    /// Where the log of a partition begins and ends.
    struct Range: Sendable {
        var start: Int64
        var end: Int64
        var count: Int64 { max(0, end.subtractingSaturating(start)) }
    }

    /// An offset of each partition from its leader.
    /// - Parameter spec: of which; `.timestamp` gives -1 where no record is so young.
    func offsets(
        _ partitions: [LedPartition], _ spec: OffsetSpec
    ) async -> [TopicPartition: Result<Int64, ClientError>] {
        let leaders = Dictionary(grouping: partitions, by: \.leader).sorted { $0.key < $1.key }
        let answers = await Self.each(leaders) { leader, partitions in
            await offsets(partitions.map(\.partition), spec, at: leader)
        }
        return answers.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }

    private func offsets(
        _ partitions: [TopicPartition], _ spec: OffsetSpec, at leader: Int32
    ) async -> [TopicPartition: Result<Int64, ClientError>] {
        let request = ListOffsetsRequest {
            $0.replicaID = -1
            $0.timeoutMs = 10_000
            $0.topics = Dictionary(grouping: partitions, by: \.topic).map { topic, partitions in
                ListOffsetsRequest.Topic {
                    $0.name = topic
                    $0.partitions = partitions.map { partition in
                        ListOffsetsRequest.Partition {
                            $0.partitionIndex = partition.partition
                            $0.timestamp = spec.timestamp
                        }
                    }
                }
            }
        }
        do throws(ClientError) {
            let response = try await calls.send(request, to: .broker(leader))
            var found: [TopicPartition: Result<Int64, ClientError>] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    let name = TopicPartition(topic.name, partition.partitionIndex)
                    found[name] =
                        partition.errorCode == .none
                        ? .success(partition.offset) : .failure(ClientError(partition.errorCode, "partition \(name)"))
                }
            }
            return found
        } catch {
            return Dictionary(partitions.map { ($0, .failure(error)) }) { first, _ in first }
        }
    }

    /// Where logs begin and end; partitions that can't be asked are left out.
    func ranges(_ partitions: [LedPartition]) async -> [TopicPartition: Range] {
        async let starts = offsets(partitions, .earliest)
        async let ends = offsets(partitions, .latest)
        let (first, last) = await (starts, ends)
        return first.reduce(into: [:]) { ranges, pair in
            guard case .success(let start) = pair.value, case .success(let end)? = last[pair.key] else { return }
            ranges[pair.key] = Range(start: start, end: max(start, end))
        }
    }

    /// Bytes of partitions at their leaders; those that may not be asked for are left out.
    func sizes(_ partitions: [LedPartition]) async -> [TopicPartition: Int64] {
        let leaders = Dictionary(grouping: partitions, by: \.leader).sorted { $0.key < $1.key }
        let answers = await Self.each(leaders) { leader, partitions -> [TopicPartition: Int64] in
            let request = DescribeLogDirsRequest {
                $0.topics = Dictionary(grouping: partitions, by: \.partition.topic).map { topic, partitions in
                    DescribeLogDirsRequest.DescribableLogDirTopic {
                        $0.topic = topic
                        $0.partitions = partitions.map(\.partition.partition)
                    }
                }
            }
            guard let response = try? await calls.send(request, to: .broker(leader)) else { return [:] }
            var sizes: [TopicPartition: Int64] = [:]
            for topic in response.results.lazy.flatMap(\.topics) {
                for partition in topic.partitions where !partition.isFutureKey {
                    sizes[TopicPartition(topic.name, partition.partitionIndex)] = partition.partitionSize
                }
            }
            return sizes
        }
        return answers.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }
}
