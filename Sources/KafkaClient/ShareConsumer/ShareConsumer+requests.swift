// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// ShareFetch and ShareAcknowledge carry acknowledgements in structures of the same shape, each with types of its own.

protocol AcknowledgementBatchFields: WireStructure {
    var firstOffset: Int64 { get set }
    var lastOffset: Int64 { get set }
    var acknowledgeTypes: [Int8] { get set }
}

protocol AcknowledgedPartitionFields: WireStructure {
    associatedtype Batch: AcknowledgementBatchFields
    var partitionIndex: Int32 { get set }
    var acknowledgementBatches: [Batch] { get set }
}

protocol AcknowledgedTopicFields: WireStructure {
    associatedtype Partition: AcknowledgedPartitionFields
    var topicID: KafkaUUID { get set }
    var partitions: [Partition] { get set }
}

extension ShareFetchRequest.AcknowledgementBatch: AcknowledgementBatchFields {}
extension ShareFetchRequest.FetchPartition: AcknowledgedPartitionFields {}
extension ShareFetchRequest.FetchTopic: AcknowledgedTopicFields {}
extension ShareAcknowledgeRequest.AcknowledgementBatch: AcknowledgementBatchFields {}
extension ShareAcknowledgeRequest.AcknowledgePartition: AcknowledgedPartitionFields {}
extension ShareAcknowledgeRequest.AcknowledgeTopic: AcknowledgedTopicFields {}

extension ShareConsumer {
    /// Fetches `wanted`, and sends what became of records.
    func fetchRequest(
        _ wanted: Set<TopicPartition>, _ sent: [TopicPartition: Acknowledgements], _ session: ShareSession,
        wait: Duration
    ) -> ShareFetchRequest {
        let known = session.isNew ? [] : session.partitions
        return ShareFetchRequest {
            $0.groupID = configuration.group
            $0.memberID = memberID
            $0.shareSessionEpoch = session.epoch
            $0.maxWaitMs = wait.milliseconds32
            $0.minBytes = 1
            $0.maxBytes = configuration.maxBytes
            $0.maxRecords = configuration.maxRecords
            $0.batchSize = configuration.maxRecords
            $0.shareAcquireMode = configuration.isRecordLimit ? 1 : 0
            $0.topics = topics(wanted.subtracting(known).union(sent.keys), sent)
            $0.forgottenTopicsData = byTopic(known.subtracting(wanted)).map { id, partitions in
                ShareFetchRequest.ForgottenTopic {
                    $0.topicID = id
                    $0.partitions = partitions.map(\.partition)
                }
            }
        }
    }

    /// Sends what became of records, without fetching.
    func acknowledgeRequest(_ sent: [TopicPartition: Acknowledgements], epoch: Int32) -> ShareAcknowledgeRequest {
        ShareAcknowledgeRequest {
            $0.groupID = configuration.group
            $0.memberID = memberID
            $0.shareSessionEpoch = epoch
            $0.topics = topics(Set(sent.keys), sent)
        }
    }

    /// The partitions with their acknowledgements, as either request has them.
    private func topics<Topic: AcknowledgedTopicFields>(
        _ partitions: Set<TopicPartition>, _ sent: [TopicPartition: Acknowledgements]
    ) -> [Topic] {
        byTopic(partitions).map { id, partitions in
            var topic = Topic()
            topic.topicID = id
            topic.partitions = partitions.map { partition in
                var fields = Topic.Partition()
                fields.partitionIndex = partition.partition
                fields.acknowledgementBatches = (sent[partition]?.runs ?? []).map { run in
                    var batch = Topic.Partition.Batch()
                    batch.firstOffset = run.first
                    batch.lastOffset = run.last
                    batch.acknowledgeTypes = run.types
                    return batch
                }
                return fields
            }
            return topic
        }
    }

    /// Brokers know topics by their ids alone; all that were assigned have one.
    private func byTopic(_ partitions: Set<TopicPartition>) -> [(id: KafkaUUID, partitions: [TopicPartition])] {
        Dictionary(grouping: partitions.sorted(), by: \.topic).compactMap { topic, partitions in
            topicIDs[topic].map { ($0, partitions) }
        }
    }
}
