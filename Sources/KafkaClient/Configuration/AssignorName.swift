// SPDX-License-Identifier: Apache-2.0

/// The assignors that Kafka's clients ship, by the names that members exchange.
public enum AssignorName: String, Sendable, CaseIterable {
    /// Neighbouring partitions of each topic.
    case range
    /// One partition after the other, over all topics.
    case roundRobin = "roundrobin"
    /// Evenly, and as it was before as far as possible.
    case sticky
    /// As `sticky`; members keep reading what they keep (KIP-429).
    case cooperativeSticky = "cooperative-sticky"

    /// Takes the short name or the name of Java's class.
    public init?(_ name: String) {
        if let short = Self(rawValue: name) {
            self = short
            return
        }
        switch name.split(separator: ".").last {
        case "RangeAssignor": self = .range
        case "RoundRobinAssignor": self = .roundRobin
        case "StickyAssignor": self = .sticky
        case "CooperativeStickyAssignor": self = .cooperativeSticky
        default: return nil
        }
    }
}
