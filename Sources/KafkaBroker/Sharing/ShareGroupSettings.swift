// SPDX-License-Identifier: Apache-2.0

import KafkaLog

/// How records are delivered to a share group: its own configurations over the broker's.
struct ShareGroupSettings: Sendable, Equatable {
    /// `share.auto.offset.reset`: where a share partition begins that was never read.
    enum Reset: Sendable, Equatable {
        case earliest, latest
        /// So many milliseconds ago.
        case ago(Int64)
    }

    var limits = SharePartitionState.Limits()
    /// `share.record.lock.duration.ms`
    var lockDurationMs: Int32 = 30_000
    /// `share.isolation.level`
    var isolation = Isolation.readUncommitted
    var reset = Reset.latest

    init() {}

    init(_ configuration: BrokerConfiguration, group: String, _ image: MetadataImage) {
        func value(_ name: String) -> String { configuration.groupValue(name, group: group, image: image) }
        limits.deliveryCount = Int16(value("share.delivery.count.limit")) ?? limits.deliveryCount
        limits.recordLocks = Int64(value("share.partition.max.record.locks")) ?? limits.recordLocks
        lockDurationMs = Int32(value("share.record.lock.duration.ms")) ?? lockDurationMs
        isolation = value("share.isolation.level") == "read_committed" ? .readCommitted : .readUncommitted
        reset = Reset(value("share.auto.offset.reset"))
    }
}

extension ShareGroupSettings.Reset {
    init(_ text: String) {
        let (name, duration) = text.split(separator: ":", maxSplits: 1).map(String.init).halves
        switch name.lowercased() {
        case "earliest": self = .earliest
        case "by_duration": self = ISODuration.milliseconds(duration).map { .ago($0) } ?? .latest
        default: self = .latest
        }
    }
}

extension [String] {
    fileprivate var halves: (String, String) { (first ?? "", count > 1 ? self[1] : "") }
}

/// Durations as Java's `Duration.parse` reads them.
enum ISODuration {
    /// `PnDTnHnMn.nS` in milliseconds; nil for anything else, or a negative duration.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = Substring(text.uppercased())
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var units: [(letter: Character, milliseconds: Double)] = [("D", 86_400_000)]
        var total = 0.0
        while !rest.isEmpty {
            if rest.first == "T" {
                rest.removeFirst()
                units = [("H", 3_600_000), ("M", 60_000), ("S", 1000)]
                guard !rest.isEmpty else { return nil }
            }
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest.removeFirst(digits.count)
            guard let number = Double(digits), let letter = rest.popFirst(),
                let position = units.firstIndex(where: { $0.letter == letter })
            else { return nil }
            total += number * units[position].milliseconds
            units.removeFirst(position + 1)
        }
        return total < Double(Int64.max) ? Int64(total) : nil
    }
}
