// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka reassign-partitions --generate`
struct ReassignmentGeneration: Sendable {
    private let topics: [String]
    private let brokers: [Int32]
    private let usesRacks: Bool

    init(_ arguments: Arguments) throws {
        let path = try arguments.required("topics-to-move-json-file")
        let bytes = try FileText.readBytes(path, for: "the file of --topics-to-move-json-file")
        let json: JSON
        do throws(JSON.ParseError) {
            json = try JSON.parse(bytes)
        } catch {
            throw CommandError("The file of --topics-to-move-json-file, '\(path)', is not valid JSON: \(error)")
        }
        topics = (json["topics"]?.elements ?? []).compactMap { $0["topic"]?.text }
        if topics.isEmpty { throw CommandError("'\(path)' names no topics") }
        if Set(topics).count != topics.count {
            throw CommandError(
                "List of topics to reassign contains duplicate entries: \(topics.joined(separator: ","))")
        }
        brokers = try commaSeparated(try arguments.required("broker-list")).map { word in
            guard let id = Int32(word) else { throw CommandError("'\(word)' in broker-list is no broker id") }
            return id
        }
        if Set(brokers).count != brokers.count {
            throw CommandError(
                "Broker list contains duplicate entries: \(brokers.map(String.init).joined(separator: ","))")
        }
        usesRacks = !arguments.flag("disable-rack-aware")
    }

    func run(_ admin: Admin, _ context: Context) async throws {
        let found = try await admin.cluster.describeTopics(topics)
        if let missing = found.first(where: { $0.error == .unknownTopicOrPartition }) {
            throw try await UnknownTopic.error(missing.name, admin.cluster)
        }
        let available = try await admin.cluster.brokers().filter { brokers.contains($0.id) }
        let racks = available.filter { $0.rack != nil }.count
        if usesRacks, racks > 0, racks < available.count {
            throw CommandError(
                "Not all brokers have rack information. Add --disable-rack-aware in command line to make replica "
                    + "assignment without rack information.")
        }
        var current: [TopicPartition: [Int32]] = [:]
        var proposed: [TopicPartition: [Int32]] = [:]
        let order = usesRacks && racks > 0 ? Self.alternating(available) : available.map(\.id).sorted()
        for topic in found {
            let factor = topic.partitions.first?.replicas.count ?? 1
            guard factor <= order.count, !order.isEmpty else {
                throw CommandError("Replication factor: \(factor) larger than available brokers: \(order.count).")
            }
            let start = Int.random(in: 0..<order.count)
            var shift = Int.random(in: 0..<order.count)
            for (index, partition) in topic.partitions.enumerated() {
                let name = TopicPartition(topic.name, partition.partition)
                current[name] = partition.replicas
                // Leaders go round; each round puts the followers at another distance, so that a broker's load is
                // taken over by many when it fails.
                if index > 0, index % order.count == 0 { shift += 1 }
                let first = (index + start) % order.count
                proposed[name] = (0..<factor).map { replica in
                    guard replica > 0 else { return order[first] }
                    let distance = 1 + (shift + replica - 1) % (order.count - 1)
                    return order[(first + distance) % order.count]
                }
            }
        }
        let directories = try await ReplicaMoves.directories(of: current, admin)
        context.out.line("Current partition replica assignment")
        context.out.line("\(ReassignmentPlan.json(current, in: directories).serialized())\n")
        context.out.line(
            "Proposed partition reassignment configuration\n\(ReassignmentPlan.json(proposed).serialized())")
    }

    /// Brokers so that neighbours are in different racks.
    static func alternating(_ brokers: [Broker]) -> [Int32] {
        var racks = Dictionary(grouping: brokers, by: { $0.rack ?? "" }).sorted { $0.key < $1.key }
            .map { $0.value.map(\.id).sorted()[...] }
        var order: [Int32] = []
        while order.count < brokers.count {
            for index in racks.indices { if let id = racks[index].popFirst() { order.append(id) } }
        }
        return order
    }
}
