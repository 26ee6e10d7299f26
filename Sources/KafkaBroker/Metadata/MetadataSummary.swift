// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What records of metadata are about, for somebody who is to decide whether they may be lost.
struct MetadataSummary {
    private(set) var recordCount = 0
    /// Records that should be there and can't be read.
    var unreadableCount: Int64 = 0
    private var topics: [KafkaUUID: String] = [:]
    private var partitionCounts: [KafkaUUID: Int] = [:]
    private var removedCount = 0
    private var configured: Set<String> = []
    private var users: Set<String> = []
    private var aclCount = 0
    private var quotaCount = 0
    private var features: Set<String> = []

    var isEmpty: Bool { recordCount == 0 && unreadableCount == 0 }

    mutating func note(_ entry: MetadataLogEntry) {
        recordCount += 1
        guard case .record(let versioned) = entry.content else { return }
        switch versioned.record {
        case let record as TopicRecord: topics[record.topicID] = record.name
        case let record as PartitionRecord: partitionCounts[record.topicID, default: 0] += 1
        case is RemoveTopicRecord: removedCount += 1
        case let record as ConfigRecord: configured.insert(Self.resource(record))
        case let record as UserScramCredentialRecord: users.insert(record.name)
        case is AccessControlEntryRecord, is RemoveAccessControlEntryRecord: aclCount += 1
        case is ClientQuotaRecord: quotaCount += 1
        case let record as FeatureLevelRecord: features.insert(record.name)
        default: break
        }
    }

    private static func resource(_ record: ConfigRecord) -> String {
        let kind =
            switch ConfigResource.Kind(rawValue: record.resourceType) {
            case .topic: "topic"
            case .broker: "broker"
            case .group: "group"
            case .clientMetrics: "client metrics"
            default: "resource"
            }
        return "\(kind) \(record.resourceName.isEmpty ? "(default)" : record.resourceName)"
    }

    /// `14 records, with topics a (3 partitions), b (1 partition); configurations of topic a`
    var text: String {
        var parts: [String] = []
        func list(_ title: String, _ items: some Sequence<String>) {
            let items = items.sorted()
            if !items.isEmpty { parts.append("\(title) \(items.joined(separator: ", "))") }
        }
        list("topics", topics.map { "\($0.value) (\(Self.count(partitionCounts[$0.key] ?? 0, "partition")))" })
        let others = partitionCounts.filter { topics[$0.key] == nil }.values.reduce(0, +)
        if others > 0 { parts.append("\(Self.count(others, "partition")) of other topics") }
        if removedCount > 0 { parts.append("the deletion of \(Self.count(removedCount, "topic"))") }
        list("configurations of", configured)
        list("logins of", users)
        if aclCount > 0 { parts.append(Self.count(aclCount, "change") + " of ACLs") }
        if quotaCount > 0 { parts.append(Self.count(quotaCount, "change") + " of quotas") }
        list("levels of", features)
        var text = recordCount == 0 ? "" : Self.count(recordCount, "record")
        if !parts.isEmpty { text += " with " + parts.joined(separator: "; ") }
        guard unreadableCount > 0 else { return text }
        let unreadable = "\(unreadableCount) that can't be read"
        return text.isEmpty ? "\(unreadableCount) records that can't be read" : "\(text), and \(unreadable)"
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
