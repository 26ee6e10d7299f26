// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The samples of the last seconds, and what changed between them. A rate is over the whole of that time: those of two
/// samples alone would jump.
struct TopHistory: Sendable {
    /// How much of the past a rate is made of.
    static let span = Duration.seconds(10)

    private struct Moment {
        var time: ContinuousClock.Instant
        var ends: [TopicPartition: Int64]
    }

    /// What a group's offsets came to.
    private struct Progress {
        var time: ContinuousClock.Instant
        var committed: [TopicPartition: Int64]
        var lag: Int64
    }

    /// How a group moves, records a second.
    struct Motion: Sendable, Equatable {
        var consumed: Double
        /// Of the lag: positive where it grows.
        var growth: Double
    }

    private(set) var latest: TopSample?
    private var moments: [Moment] = []
    private var progress: [String: [Progress]] = [:]

    mutating func add(_ sample: TopSample) {
        latest = sample
        moments.append(Moment(time: sample.time, ends: sample.ends))
        Self.forget(&moments, before: sample.time - Self.span) { $0.time }
        var kept: [String: [Progress]] = [:]
        for group in sample.groups {
            var past = progress[group.listed.groupID] ?? []
            if past.last?.time != group.time {
                past.append(
                    Progress(time: group.time, committed: group.committed, lag: Self.lag(group, sample.ends) ?? 0))
                Self.forget(&past, before: group.time - Self.span) { $0.time }
            }
            kept[group.listed.groupID] = past
        }
        progress = kept
    }

    /// At least two stay.
    private static func forget<Element>(
        _ elements: inout [Element], before time: ContinuousClock.Instant,
        _ when: (Element) -> ContinuousClock.Instant
    ) {
        let old = elements.firstIndex { when($0) >= time } ?? elements.endIndex
        elements.removeFirst(min(old, max(0, elements.count - 2)))
    }

    /// Records written to a partition a second; nil before there are two samples of it.
    func rate(_ partition: TopicPartition) -> Double? {
        guard let last = moments.last, let end = last.ends[partition] else { return nil }
        // One that was created meanwhile has only a part of the time; one that was created anew begins again.
        for moment in moments.dropLast() {
            guard let before = moment.ends[partition], before <= end else { continue }
            return Self.perSecond(end.subtractingSaturating(before), moment.time, last.time)
        }
        return nil
    }

    /// Nil before there are two samples of the group.
    func motion(_ group: String) -> Motion? {
        guard let past = progress[group], let first = past.first, let last = past.last, past.count > 1 else {
            return nil
        }
        var consumed: Int64 = 0
        for (partition, offset) in last.committed {
            guard let before = first.committed[partition] else { continue }
            consumed = consumed.addingSaturating(offset.subtractingSaturating(before))
        }
        guard let rate = Self.perSecond(consumed, first.time, last.time),
            let growth = Self.perSecond(last.lag.subtractingSaturating(first.lag), first.time, last.time)
        else { return nil }
        return Motion(consumed: rate, growth: growth)
    }

    /// Records that a group has before it; nil if it has committed nothing that is known.
    static func lag(_ group: TopSample.Group, _ ends: [TopicPartition: Int64]) -> Int64? {
        var lag: Int64?
        for (partition, offset) in group.committed {
            guard let end = ends[partition] else { continue }
            lag = (lag ?? 0).addingSaturating(max(0, end.subtractingSaturating(offset)))
        }
        return lag
    }

    private static func perSecond(
        _ count: Int64, _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant
    ) -> Double? {
        let seconds = start.duration(to: end) / .seconds(1)
        return seconds > 0 ? Double(count) / seconds : nil
    }
}
