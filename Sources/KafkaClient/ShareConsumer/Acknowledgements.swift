// SPDX-License-Identifier: Apache-2.0

/// Acknowledgements of one partition that wait to be sent.
struct Acknowledgements: Sendable, Equatable {
    /// Offsets in a row.
    struct Run: Sendable, Equatable {
        var first: Int64
        var last: Int64
        /// One for all offsets, or one for each.
        var types: [Int8]
    }

    /// Gaps of so many offsets are spelled out among the records around them.
    private static let shortGap: Int64 = 64

    /// Of records.
    private var types: [Int64: AcknowledgeType] = [:]
    /// Without records; as long as the broker likes, so never walked.
    private var gaps: [ClosedRange<Int64>] = []

    var isEmpty: Bool { types.isEmpty && gaps.isEmpty }
    /// Of records, ascending.
    var offsets: [Int64] { types.keys.sorted() }

    mutating func set(_ offset: Int64, _ type: AcknowledgeType) { types[offset] = type }

    mutating func addGap(_ range: ClosedRange<Int64>) { gaps.append(range) }

    /// As requests carry them.
    var runs: [Run] {
        let pieces =
            types.map { (range: $0.key...$0.key, type: $0.value) } + gaps.map { (range: $0, type: AcknowledgeType.gap) }
        var runs: [Run] = []
        for (range, type) in pieces.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            let (width, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
            guard !overflow, width < Self.shortGap else {
                runs.append(Run(first: range.lowerBound, last: range.upperBound, types: [type.rawValue]))
                continue
            }
            let types = [Int8](repeating: type.rawValue, count: Int(width) + 1)
            if let last = runs.indices.last, runs[last].isSpelledOut, runs[last].last &+ 1 == range.lowerBound {
                runs[last].last = range.upperBound
                runs[last].types += types
            } else {
                runs.append(Run(first: range.lowerBound, last: range.upperBound, types: types))
            }
        }
        return runs.map { run in
            var run = run
            if Set(run.types).count == 1 { run.types = [run.types[0]] }
            return run
        }
    }
}

extension Acknowledgements.Run {
    /// Whether each offset has its own type.
    fileprivate var isSpelledOut: Bool { Int64(types.count - 1) == last &- first }
}
