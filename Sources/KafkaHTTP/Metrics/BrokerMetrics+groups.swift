// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol

// What groups have read, and the states that they are in.
extension BrokerMetrics {
    /// The names of kafka_exporter, and how old what is unread is.
    mutating func writeGroups() {
        let groups = observation.groups
        var (offsetCount, topicCount) = (0, 0)
        for group in groups {
            offsetCount += group.offsets.count
            topicCount += group.topics.count
        }
        if budget.take(groups.count) {
            text.family("kafka_consumergroup_members", .gauge, "Members of a group.")
            for group in groups { text.sample(Labels("consumergroup", group.id), group.memberCount) }
        }
        let hasSums = budget.take(topicCount * 2)
        let detail = budget.detail(partitions: offsetCount * 3, topics: topicCount)
        // Made once for each group and topic, as there are several families.
        let all = groups.flatMap { group in
            group.topics.map { topic in
                (
                    labels: Labels("consumergroup", group.id).and("topic", group.offsets[topic.lowerBound].topic),
                    offsets: group.offsets[topic]
                )
            }
        }
        if hasSums {
            text.family("kafka_consumergroup_current_offset_sum", .gauge, "Offsets of a group, summed up over a topic.")
            for (labels, offsets) in all {
                text.sample(labels, offsets.reduce(0) { $0.addingSaturating($1.committed) } as Int64)
            }
            text.family("kafka_consumergroup_lag_sum", .gauge, "Records of a topic that a group has not read.")
            for (labels, offsets) in all {
                text.sample(labels, offsets.reduce(0) { $0.addingSaturating($1.lag ?? 0) } as Int64)
            }
        }
        if detail == .partitions {
            text.family("kafka_consumergroup_current_offset", .gauge, "The offset that a group reads next.")
            for (labels, offsets) in all {
                for offset in offsets { text.sample(labels, partition: Int(offset.partition), offset.committed) }
            }
            text.family("kafka_consumergroup_lag", .gauge, "Records of a partition that a group has not read.")
            for (labels, offsets) in all {
                for offset in offsets {
                    if let lag = offset.lag { text.sample(labels, partition: Int(offset.partition), lag) }
                }
            }
        }
        guard detail != .nothing else { return }
        text.family(
            "kafka_consumergroup_lag_seconds", .gauge,
            "The age of the oldest record that a group has not read; 0 if it has.")
        for (labels, offsets) in all {
            if detail == .topics {
                if let most = offsets.compactMap(\.lagMs).max() { text.sample(labels, seconds: most) }
            } else {
                for offset in offsets {
                    if let lag = offset.lagMs { text.sample(labels, partition: Int(offset.partition), seconds: lag) }
                }
            }
        }
    }

    /// The names of the group coordinator's beans.
    mutating func writeCoordinator() {
        let groups = observation.groups
        func count(_ states: String...) -> Int { groups.count { states.contains($0.state) } }
        gauge("kafka_coordinator_group_groupmetadatamanager_numgroups", "Groups.", groups.count)
        gauge(
            "kafka_coordinator_group_groupmetadatamanager_numgroupsstable", "Groups that are stable.", count("Stable"))
        gauge("kafka_coordinator_group_groupmetadatamanager_numgroupsempty", "Groups without members.", count("Empty"))
        gauge(
            "kafka_coordinator_group_groupmetadatamanager_numgroupsdead", "Groups that are about to go.", count("Dead"))
        gauge(
            "kafka_coordinator_group_groupmetadatamanager_numgroupspreparingrebalance",
            "Groups that wait for members to join.", count("PreparingRebalance", "Assigning"))
        gauge(
            "kafka_coordinator_group_groupmetadatamanager_numgroupscompletingrebalance",
            "Groups that wait for their assignment.", count("CompletingRebalance", "Reconciling"))
        gauge(
            "kafka_coordinator_group_groupmetadatamanager_numoffsets", "Offsets that groups have committed.",
            groups.reduce(0) { $0 + $1.offsets.count })
        text.family("kafka_consumergroup_state_groups", .gauge, "Groups, by their type and state.")
        var counts: [String: (labels: Labels, count: Int)] = [:]
        for group in groups {
            let labels = Labels("type", group.type).and("state", group.state)
            counts["\(group.type) \(group.state)", default: (labels, 0)].count += 1
        }
        for (_, entry) in counts.sorted(by: { $0.key < $1.key }) { text.sample(entry.labels, entry.count) }
    }
}

extension BrokerObservation.Group {
    /// Where the offsets of each topic are.
    fileprivate var topics: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for index in offsets.indices
        where index + 1 == offsets.count || offsets[index + 1].topic != offsets[index].topic {
            ranges.append(start..<(index + 1))
            start = index + 1
        }
        return ranges
    }
}
