// SPDX-License-Identifier: Apache-2.0

/// The records between the start and the end of a share partition, each in its state.
///
/// Runs of offsets that share everything follow one another without gaps, so that memory and work go with the number
/// of changes rather than of records; the window that a share partition may have in flight bounds both.
struct InFlightRecords: Sendable, Equatable {
    struct Run: Sendable, Equatable {
        var first: Int64
        var last: Int64
        var state: ShareRecordState
        var deliveryCount: Int16
        /// Who has acquired it.
        var memberID: String?
        /// When that ends, in milliseconds of the uptime; the last moment for what is not acquired.
        var deadline: Int64 = .max

        var count: Int64 { last - first + 1 }

        fileprivate func resembles(_ other: Run) -> Bool {
            state == other.state && deliveryCount == other.deliveryCount && deadline == other.deadline
                && memberID == other.memberID
        }
    }

    private(set) var runs: [Run] = []
    /// The first offset that is not done with (SPSO).
    private(set) var startOffset: Int64
    /// The offset behind the last that was ever in flight.
    private(set) var endOffset: Int64

    init(startOffset: Int64) {
        self.startOffset = startOffset
        endOffset = startOffset
    }

    var count: Int64 { endOffset - startOffset }

    /// Records that are done with although they are behind the start.
    var terminalCount: Int64 { runs.reduce(0) { $0 + ($1.state.isTerminal ? $1.count : 0) } }

    var earliestDeadline: Int64? { runs.lazy.map(\.deadline).min().flatMap { $0 == .max ? nil : $0 } }

    var firstAvailable: Int64? { runs.first { $0.state == .available }?.first }

    /// Position of the run that holds an offset of the window.
    func index(of offset: Int64) -> Int {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension InFlightRecords {
    /// Makes the window longer; what is there already is left as it is.
    mutating func append(through last: Int64, _ state: ShareRecordState, deliveryCount: Int16 = 0) {
        guard last >= endOffset else { return }
        runs.append(Run(first: endOffset, last: last, state: state, deliveryCount: deliveryCount))
        endOffset = last + 1
    }

    /// Changes what lies in a range, run by run; `change` sees only the part within the range.
    mutating func update<E>(_ range: ClosedRange<Int64>, _ change: (inout Run) throws(E) -> Void) throws(E) {
        let (lower, upper) = (max(range.lowerBound, startOffset), min(range.upperBound, endOffset - 1))
        guard lower <= upper else { return }
        split(at: lower)
        split(at: upper + 1)
        let first = index(of: lower)
        var next = first
        while next < runs.count, runs[next].first <= upper {
            try change(&runs[next])
            next += 1
        }
        coalesce(max(first - 1, 0)..<min(next + 1, runs.count))
    }

    private mutating func split(at offset: Int64) {
        guard offset > startOffset, offset < endOffset else { return }
        let position = index(of: offset)
        guard runs[position].first < offset else { return }
        var rest = runs[position]
        rest.first = offset
        runs[position].last = offset - 1
        runs.insert(rest, at: position + 1)
    }

    private mutating func coalesce(_ range: Range<Int>) {
        var result: [Run] = []
        for run in runs[range] {
            if let last = result.last, last.resembles(run) {
                result[result.count - 1].last = run.last
            } else {
                result.append(run)
            }
        }
        if result.count < range.count { runs.replaceSubrange(range, with: result) }
    }

    /// Moves the start behind what is done with.
    mutating func advance() {
        let done = runs.prefix { $0.state.isTerminal }
        guard let last = done.last else { return }
        startOffset = last.last + 1
        runs.removeFirst(done.count)
    }

    /// Gives up everything before an offset, in whatever state it is.
    mutating func moveStart(to offset: Int64) {
        guard offset > startOffset else { return }
        guard offset < endOffset else {
            (runs, startOffset, endOffset) = ([], offset, offset)
            return
        }
        split(at: offset)
        runs.removeFirst(index(of: offset))
        startOffset = offset
    }
}
