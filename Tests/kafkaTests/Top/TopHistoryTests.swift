// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient
@testable import kafka

@Suite struct TopHistoryTests {
    private let start = ContinuousClock.now
    private let partition = TopicPartition("orders", 0)

    private func sample(_ second: Int, end: Int64?, committed: Int64? = nil) -> TopSample {
        var sample = TopSample(time: start + .seconds(second))
        if let end { sample.ends[partition] = end }
        if let committed {
            let listed = ListedGroup(groupID: "g", protocolType: "consumer", state: "Stable", type: "classic")
            sample.groups = [.init(listed: listed, time: sample.time, committed: [partition: committed])]
        }
        return sample
    }

    private func history(_ samples: TopSample...) -> TopHistory {
        samples.reduce(into: TopHistory()) { $0.add($1) }
    }

    @Test func aRateIsOverTheWholeOfTheLastTenSeconds() {
        #expect(history(sample(0, end: 5)).rate(partition) == nil)
        #expect(history(sample(0, end: 0), sample(1, end: 30), sample(2, end: 40)).rate(partition) == 20)
        let late = history(sample(0, end: 0), sample(10, end: 1000), sample(20, end: 1100))
        #expect(late.rate(partition) == 10)
    }

    @Test func aSlowClusterHasRatesTooThoughItsSamplesAreFarApart() {
        #expect(history(sample(0, end: 0), sample(60, end: 60), sample(120, end: 180)).rate(partition) == 2)
    }

    @Test func aTopicThatIsNewOrMadeAnewCountsFromThere() {
        #expect(history(sample(0, end: nil), sample(1, end: 10), sample(2, end: 15)).rate(partition) == 5)
        #expect(history(sample(0, end: 900), sample(1, end: 10), sample(2, end: 15)).rate(partition) == 5)
        #expect(history(sample(0, end: 900), sample(1, end: 10)).rate(partition) == nil)
        #expect(history(sample(0, end: 900), sample(1, end: nil)).rate(partition) == nil)
    }

    @Test func aGroupsMotionIsWhatItCommitsAndHowItsLagGrows() throws {
        let moving = history(sample(0, end: 100, committed: 10), sample(2, end: 110, committed: 50))
        #expect(moving.motion("g") == TopHistory.Motion(consumed: 20, growth: -15))
        let latest = try #require(moving.latest)
        let summary = GroupSummary(latest.groups[0], latest, moving)
        #expect(summary.lag == 60 && summary.secondsLeft == 4)
    }

    @Test func aGroupThatFallsBehindIsNeverDone() throws {
        let falling = history(sample(0, end: 100, committed: 100), sample(1, end: 200, committed: 110))
        let latest = try #require(falling.latest)
        #expect(GroupSummary(latest.groups[0], latest, falling).secondsLeft == .infinity)
        #expect(falling.motion("other") == nil)
    }

    @Test func offsetsOfADeletedTopicAreNoLag() {
        let gone = sample(0, end: nil, committed: 7)
        #expect(TopHistory.lag(gone.groups[0], gone.ends) == nil)
    }

    @Test func offsetsFarApartDoNotTrap() {
        let wild = history(sample(0, end: .min, committed: .max), sample(1, end: .max, committed: .min))
        #expect(wild.rate(partition) == Double(Int64.max))
        #expect(wild.motion("g") != nil)
    }
}
