// SPDX-License-Identifier: Apache-2.0

/// How many series of partitions and topics there may be, and how many are left out.
struct SeriesBudget {
    /// How much is said of something.
    enum Detail: Equatable {
        case partitions
        /// What can be is summed up by topic.
        case topics
        case nothing
    }

    private var left: Int
    private(set) var omitted = 0

    init(limit: Int) { left = max(limit, 0) }

    /// - Parameters:
    ///   - partitions: series of all partitions.
    ///   - topics: the same summed up by topic.
    mutating func detail(partitions: Int, topics: Int) -> Detail {
        if partitions <= left {
            left -= partitions
            return .partitions
        }
        let isSummed = topics <= left
        omitted += partitions - (isSummed ? topics : 0)
        guard isSummed else { return .nothing }
        left -= topics
        return .topics
    }

    /// - Returns: whether there may be so many.
    mutating func take(_ count: Int) -> Bool { detail(partitions: count, topics: .max) == .partitions }

    mutating func omit(_ count: Int) { omitted += count }
}
