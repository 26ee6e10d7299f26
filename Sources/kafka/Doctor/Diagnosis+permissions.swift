// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What may be done with a topic.
struct TopicDiagnosis: Sendable {
    private let topic: String
    private let diagnosis: Diagnosis
    private let cluster: Cluster

    init(_ topic: String, _ diagnosis: Diagnosis, _ cluster: Cluster) {
        self.topic = topic
        self.diagnosis = diagnosis
        self.cluster = cluster
    }

    func run() async {
        guard let partition = await describe() else { return }
        await diagnosis.step("read", partition.description, cure: { Cure.ofPermission($0, "Read", "--topic \(topic)") })
        {
            let consumer = try Consumer(cluster)
            do {
                await consumer.assign([partition: .fromEnd(1)])
                let found = try await consumer.poll(timeout: min(.seconds(1), diagnosis.options.timeout))
                await consumer.close()
                return found.isEmpty ? "allowed; there is no record" : "the newest record was read"
            } catch {
                await consumer.close()
                throw error
            }
        }
        guard diagnosis.options.writes else { return }
        await diagnosis.step("write", topic, cure: { Cure.ofPermission($0, "Write", "--topic \(topic)") }) {
            let producer = try await Producer(cluster)
            do {
                let stored = try await producer.send(topic, key: "kafka-doctor", value: "written by kafka doctor")
                await producer.close()
                return "partition \(stored.partition), offset \(stored.offset.map(String.init) ?? "unknown")"
            } catch {
                await producer.close()
                throw error
            }
        }
    }

    /// The first partition that has a leader.
    private func describe() async -> TopicPartition? {
        var first: TopicPartition?
        await diagnosis.step(
            "topic", topic,
            cure: { error in
                error.errorCode == .unknownTopicOrPartition
                    ? "correct the name: kafka topics --list shows those that this user may see"
                    : Cure.ofPermission(error, "Describe", "--topic \(topic)")
            }
        ) {
            let found = try await cluster.describeTopics([topic]).first
            guard let found else { throw ClientError(.invalidResponse, "the broker's metadata lacks the topic") }
            guard found.error == .none else { throw ClientError(found.error, "topic \(topic)") }
            let leaderless = found.partitions.filter { $0.leader == nil }.map { String($0.partition) }
            guard leaderless.isEmpty else {
                throw ClientError(
                    .broker(.leaderNotAvailable), "no leader for partition \(leaderless.joined(separator: ", "))")
            }
            first = found.partitions.first.map { TopicPartition(topic, $0.partition) }
            return "\(found.partitions.count) partition\(found.partitions.count == 1 ? "" : "s")"
        }
        return first
    }
}

/// What may be done with a group.
struct GroupDiagnosis: Sendable {
    private let group: String
    private let diagnosis: Diagnosis
    private let cluster: Cluster

    init(_ group: String, _ diagnosis: Diagnosis, _ cluster: Cluster) {
        self.group = group
        self.diagnosis = diagnosis
        self.cluster = cluster
    }

    func run() async {
        let option = "--group \(group)"
        let isDescribed = await diagnosis.step(
            "group", group, cure: { Cure.ofPermission($0, "Describe", option) }
        ) {
            let offsets = try await Admin(cluster).committedOffsets(group: group)
            return offsets.isEmpty ? "no offsets are committed" : "offsets of \(offsets.count) partitions"
        }
        guard isDescribed else { return }
        // A stranger's heartbeat changes nothing, and is refused as a stranger's only where members may come.
        await diagnosis.step("read by", group, cure: { Cure.ofPermission($0, "Read", option) }) {
            let answer = try await cluster.send(
                HeartbeatRequest {
                    $0.groupID = group
                    $0.generationID = 0
                    $0.memberID = "kafka-doctor"
                }, to: .group(group))
            switch answer.errorCode {
            case .groupAuthorizationFailed, .coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator:
                throw ClientError(answer.errorCode, "group \(group)")
            default: return "allowed"
            }
        }
    }
}
