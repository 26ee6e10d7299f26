// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol

// What topics and their partitions are, and what goes in and out.
extension BrokerMetrics {
    typealias Partition = BrokerObservation.Partition

    /// A family with a series for each partition or, summed up, for each topic.
    private mutating func family(
        _ name: StaticString, _ help: StaticString, _ detail: SeriesBudget.Detail, _ value: (Partition) -> Int64?
    ) {
        guard detail != .nothing else { return }
        text.family(name, .gauge, help)
        for (topic, labels) in zip(observation.topics, topicLabels) {
            var sum: Int64 = 0
            var hasSome = false
            for (index, partition) in topic.partitions.enumerated() {
                guard let value = value(partition) else { continue }
                if detail == .partitions {
                    text.sample(labels, partition: index, value)
                } else {
                    sum = sum.addingSaturating(value)
                    hasSome = true
                }
            }
            if hasSome { text.sample(labels, sum) }
        }
    }

    /// The names of kafka_exporter.
    mutating func writeExportedTopics() {
        gauge("kafka_brokers", "Brokers in the cluster.", observation.brokerCount)
        text.family("kafka_broker_info", .gauge, "A broker, by its number and address.")
        text.sample(Labels("id", "\(observation.nodeID)").and("address", observation.address), 1)
        let topicCount = observation.topics.count
        if budget.take(topicCount) {
            text.family("kafka_topic_partitions", .gauge, "Partitions of a topic.")
            for (topic, labels) in zip(observation.topics, topicLabels) { text.sample(labels, topic.partitions.count) }
        }
        let detail = budget.detail(partitions: partitionCount * 7, topics: topicCount * 5)
        family("kafka_topic_partition_current_offset", "The offset of the next record.", detail) {
            $0.log?.highWatermark
        }
        family("kafka_topic_partition_oldest_offset", "The offset of the oldest record.", detail) {
            $0.log?.startOffset
        }
        family("kafka_topic_partition_replicas", "Replicas of a partition.", detail) { Int64($0.replicaCount) }
        family("kafka_topic_partition_in_sync_replica", "Replicas that are in sync.", detail) { Int64($0.insyncCount) }
        family("kafka_topic_partition_under_replicated_partition", "1 while a replica is not in sync.", detail) {
            $0.isUnderReplicated ? 1 : 0
        }
        guard detail == .partitions else { return }
        family("kafka_topic_partition_leader", "The number of the broker that leads a partition.", detail) {
            Int64($0.leader)
        }
        family("kafka_topic_partition_leader_is_preferred", "1 while the preferred broker leads.", detail) {
            $0.leader == $0.preferredLeader ? 1 : 0
        }
    }

    mutating func writeTraffic() {
        let known = zip(observation.topics, topicLabels).compactMap { topic, labels in
            observation.traffic[topic.name].map { (labels, $0) }
        }
        let byTopic = budget.take(known.count * 8) ? known : []
        let total = observation.totalTraffic
        func write(
            _ text: inout MetricsText, _ name: StaticString, _ help: StaticString,
            _ value: (TrafficStatistics) -> UInt64
        ) {
            text.family(name, .counter, help)
            text.sample(.none, value(total))
            for (labels, traffic) in byTopic { text.sample(labels, value(traffic)) }
        }
        write(&text, "kafka_server_brokertopicmetrics_messagesin", "Records that were appended.") { $0.messagesIn }
        write(&text, "kafka_server_brokertopicmetrics_bytesin", "Bytes that were appended.") { $0.bytesIn }
        write(&text, "kafka_server_brokertopicmetrics_bytesout", "Bytes that were fetched.") { $0.bytesOut }
        write(&text, "kafka_server_brokertopicmetrics_bytesrejected", "Bytes of batches that were too large.") {
            $0.bytesRejected
        }
        write(&text, "kafka_server_brokertopicmetrics_totalproducerequests", "Appends, by partitions.") {
            $0.produceRequests
        }
        write(&text, "kafka_server_brokertopicmetrics_failedproducerequests", "Appends that were refused.") {
            $0.failedProduceRequests
        }
        write(&text, "kafka_server_brokertopicmetrics_totalfetchrequests", "Fetches, by partitions.") {
            $0.fetchRequests
        }
        write(&text, "kafka_server_brokertopicmetrics_failedfetchrequests", "Fetches of partitions that failed.") {
            $0.failedFetchRequests
        }
    }

    mutating func writeLogs() {
        let detail = budget.detail(partitions: partitionCount * 4, topics: observation.topics.count * 4)
        family("kafka_log_log_size", "Bytes of a partition's log.", detail) { $0.log?.byteCount }
        family("kafka_log_log_logstartoffset", "The offset of the oldest record.", detail) { $0.log?.startOffset }
        family("kafka_log_log_logendoffset", "The offset of the next record.", detail) { $0.log?.endOffset }
        family("kafka_log_log_numlogsegments", "Segments of a partition's log.", detail) {
            $0.log.map { Int64($0.segmentCount) }
        }
    }

    mutating func writePartitions() {
        let detail = budget.detail(partitions: partitionCount * 5, topics: observation.topics.count * 3)
        family("kafka_cluster_partition_replicascount", "Replicas of a partition.", detail) { Int64($0.replicaCount) }
        family("kafka_cluster_partition_insyncreplicascount", "Replicas that are in sync.", detail) {
            Int64($0.insyncCount)
        }
        family("kafka_cluster_partition_underreplicated", "1 while a replica is not in sync.", detail) {
            $0.isUnderReplicated ? 1 : 0
        }
        guard detail == .partitions else { return }
        for (name, help, isBelow) in [
            (
                "kafka_cluster_partition_underminisr" as StaticString,
                "1 while fewer replicas are in sync than min.insync.replicas." as StaticString, true
            ),
            ("kafka_cluster_partition_atminisr", "1 while as many are in sync as min.insync.replicas says.", false),
        ] {
            text.family(name, .gauge, help)
            for (topic, labels) in zip(observation.topics, topicLabels) {
                for (index, partition) in topic.partitions.enumerated() {
                    let (count, limit) = (partition.insyncCount, topic.minInsyncReplicas)
                    text.sample(labels, partition: index, (isBelow ? count < limit : count == limit) ? 1 : 0)
                }
            }
        }
    }

    /// The names of the beans of replica manager and controller.
    mutating func writeCluster() {
        var (leaders, offline, underReplicated, underMin, atMin, unpreferred, unopened) = (0, 0, 0, 0, 0, 0, 0)
        for topic in observation.topics {
            for partition in topic.partitions {
                if partition.leader == observation.nodeID { leaders += 1 }
                if partition.leader < 0 { offline += 1 }
                if partition.log == nil { unopened += 1 }
                if partition.isUnderReplicated { underReplicated += 1 }
                if partition.insyncCount < topic.minInsyncReplicas { underMin += 1 }
                if partition.insyncCount == topic.minInsyncReplicas { atMin += 1 }
                if partition.leader != partition.preferredLeader { unpreferred += 1 }
            }
        }
        gauge("kafka_server_replicamanager_leadercount", "Partitions that this broker leads.", leaders)
        gauge("kafka_server_replicamanager_partitioncount", "Partitions of this broker.", partitionCount - unopened)
        gauge(
            "kafka_server_replicamanager_underreplicatedpartitions", "Partitions of which a replica is not in sync.",
            underReplicated)
        gauge("kafka_server_replicamanager_offlinereplicacount", "Partitions whose log can't be used.", unopened)
        gauge(
            "kafka_server_replicamanager_underminisrpartitioncount",
            "Partitions with fewer replicas in sync than min.insync.replicas.", underMin)
        gauge(
            "kafka_server_replicamanager_atminisrpartitioncount",
            "Partitions with as many replicas in sync as min.insync.replicas says.", atMin)
        counter("kafka_server_replicamanager_isrshrinks", "Replicas that fell behind: none, on a single node.", 0)
        counter("kafka_server_replicamanager_isrexpands", "Replicas that caught up: none, on a single node.", 0)
        gauge("kafka_controller_kafkacontroller_activecontrollercount", "1 where this node is the controller.", 1)
        gauge("kafka_controller_kafkacontroller_offlinepartitionscount", "Partitions without a leader.", offline)
        gauge(
            "kafka_controller_kafkacontroller_preferredreplicaimbalancecount",
            "Partitions that another broker leads than the preferred one.", unpreferred)
        gauge("kafka_controller_kafkacontroller_globaltopiccount", "Topics.", observation.topics.count)
        gauge("kafka_controller_kafkacontroller_globalpartitioncount", "Partitions.", partitionCount)
        gauge(
            "kafka_controller_kafkacontroller_activebrokercount", "Brokers that may lead.",
            observation.brokerCount - observation.fencedBrokerCount)
        gauge(
            "kafka_controller_kafkacontroller_fencedbrokercount", "Brokers that may not lead.",
            observation.fencedBrokerCount)
        counter(
            "kafka_controller_controllerstats_uncleanleaderelections",
            "Leaders that lacked records: none, on a single node.", 0)
        let quorum = observation.quorum
        gauge("kafka_server_raftmetrics_current_leader", "The node that leads the metadata.", Int(quorum.leader))
        gauge("kafka_server_raftmetrics_current_vote", "The node that this one voted for.", Int(quorum.leader))
        gauge("kafka_server_raftmetrics_current_epoch", "The epoch of the metadata's leader.", Int(quorum.epoch))
        gauge(
            "kafka_server_raftmetrics_high_watermark", "The end of the metadata that is committed.",
            Int(quorum.highWatermark))
        gauge("kafka_server_raftmetrics_log_end_offset", "The end of the metadata log.", Int(quorum.highWatermark))
        text.family("kafka_server_raftmetrics_current_state", .gauge, "What this node is to the quorum, by the label.")
        text.sample(Labels("current_state", "leader"), 1)
    }
}

extension BrokerObservation.Partition {
    var isUnderReplicated: Bool { insyncCount < replicaCount }
}
