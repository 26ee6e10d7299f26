// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What `kafka top` can show.
enum TopPage: Sendable, Hashable {
    case topics
    case groups
    case brokers
    case topic(String)
    case group(String)
    case records(topic: String)

    /// Where the keys 1 to 3 lead.
    static let roots: [(title: String, page: TopPage)] = [
        ("Topics", .topics), ("Groups", .groups), ("Brokers", .brokers),
    ]

    /// What Enter shows of a row.
    func inside(_ id: String) -> TopPage? {
        switch self {
        case .topics: .topic(id)
        case .groups: .group(id)
        case .topic(let topic): .records(topic: topic)
        case .brokers, .group, .records: nil
        }
    }
}

extension TopHistory {
    /// Nil for a page that is no table.
    func table(_ page: TopPage) -> TopTable? {
        guard let latest else { return nil }
        return switch page {
        case .topics: topics(latest)
        case .groups: groups(latest)
        case .brokers: brokers(latest)
        case .topic(let name): partitions(latest, name)
        case .group(let id): group(latest, id)
        case .records: nil
        }
    }

    private func topics(_ sample: TopSample) -> TopTable {
        TopTable(
            columns: ["TOPIC", "PARTITIONS", "REPLICAS", "IN/S", "RECORDS", "SIZE", "TROUBLE"],
            rows: sample.topics.map { topic in
                let summary = TopicSummary(topic, sample, self)
                return TopTable.Row(
                    id: topic.name,
                    cells: [
                        .text(topic.name), .number(Int64(topic.partitions.count)), .number(Int64(summary.replicas)),
                        .rate(summary.rate), .number(summary.records), .bytes(summary.size), .text(summary.trouble),
                    ])
            }, order: .init(column: 3, isDescending: true))
    }

    private func groups(_ sample: TopSample) -> TopTable {
        TopTable(
            columns: ["GROUP", "STATE", "MEMBERS", "TOPICS", "LAG", "LAG/S", "OUT/S", "CAUGHT UP IN"],
            rows: sample.groups.map { group in
                let summary = GroupSummary(group, sample, self)
                return TopTable.Row(
                    id: group.listed.groupID,
                    cells: [
                        .text(group.listed.groupID), .text(summary.state),
                        .number(summary.members.map { Int64($0) }), .number(Int64(summary.topics)),
                        .number(summary.lag), .rate(summary.motion?.growth), .rate(summary.motion?.consumed),
                        .time(summary.secondsLeft),
                    ])
            }, order: .init(column: 4, isDescending: true))
    }

    private func brokers(_ sample: TopSample) -> TopTable {
        var led: [Int32: (count: Int64, rate: Double)] = [:]
        var replicas: [Int32: Int64] = [:]
        for topic in sample.topics {
            for partition in topic.partitions {
                for replica in partition.replicas { replicas[replica, default: 0] += 1 }
                guard let leader = partition.leader else { continue }
                led[leader, default: (0, 0)].count += 1
                led[leader, default: (0, 0)].rate += rate(TopicPartition(topic.name, partition.partition)) ?? 0
            }
        }
        return TopTable(
            columns: ["ADDRESS", "ID", "RACK", "CONTROLLER", "LEADS", "REPLICAS", "IN/S", "SIZE", "FREE"],
            rows: sample.brokers.map { broker in
                TopTable.Row(
                    id: String(broker.id),
                    cells: [
                        .text(broker.address.description), .number(Int64(broker.id)), .text(broker.rack ?? ""),
                        .text(broker.id == sample.controller ? "yes" : ""), .number(led[broker.id]?.count ?? 0),
                        .number(replicas[broker.id] ?? 0), .rate(led[broker.id]?.rate ?? 0),
                        .bytes(sample.disks[broker.id]?.used), .bytes(sample.disks[broker.id]?.free),
                    ])
            }, order: .init(column: 1, isDescending: false))
    }

    private func partitions(_ sample: TopSample, _ name: String) -> TopTable {
        let topic = sample.topics.first { $0.name == name }
        return TopTable(
            columns: ["PARTITION", "LEADER", "REPLICAS", "IN SYNC", "START", "END", "IN/S", "SIZE"],
            rows: (topic?.partitions ?? []).map { partition in
                let key = TopicPartition(name, partition.partition)
                return TopTable.Row(
                    id: String(partition.partition),
                    cells: [
                        .number(Int64(partition.partition)), .text(partition.leader.map(String.init) ?? "none"),
                        .text(partition.replicas.map(String.init).joined(separator: ",")),
                        .text(partition.isr.map(String.init).joined(separator: ",")), .number(sample.starts[key]),
                        .number(sample.ends[key]), .rate(rate(key)), .bytes(sample.sizes[key]),
                    ])
            }, order: .init(column: 0, isDescending: false))
    }

    private func group(_ sample: TopSample, _ id: String) -> TopTable {
        let group = sample.groups.first { $0.listed.groupID == id }
        var owners: [TopicPartition: GroupDescription.Member] = [:]
        for member in group?.description?.members ?? [] {
            for partition in member.partitions { owners[partition] = member }
        }
        let committed = group?.committed ?? [:]
        return TopTable(
            columns: ["TOPIC", "PARTITION", "OFFSET", "END", "LAG", "IN/S", "CLIENT", "HOST"],
            rows: Set(committed.keys).union(owners.keys).map { partition in
                let end = sample.ends[partition]
                let offset = committed[partition]
                return TopTable.Row(
                    id: partition.description,
                    cells: [
                        .text(partition.topic), .number(Int64(partition.partition)), .number(offset), .number(end),
                        .number(offset.flatMap { offset in end.map { max(0, $0.subtractingSaturating(offset)) } }),
                        .rate(rate(partition)), .text(owners[partition]?.clientID ?? ""),
                        .text(owners[partition]?.host ?? ""),
                    ])
            }, order: .init(column: 4, isDescending: true))
    }
}
