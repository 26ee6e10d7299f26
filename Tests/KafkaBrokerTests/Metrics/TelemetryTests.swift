// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOEmbedded
import Testing

@testable import KafkaBroker

@Suite("What a broker counts")
struct TelemetryTests {
    @Test("Each time is in the bucket that begins at or below it, and none is wider than a quarter")
    func buckets() {
        var last = -1
        for bucket in 0..<LatencyHistogram.bucketCount {
            let start = LatencyHistogram.start(of: bucket)
            #expect(LatencyHistogram.bucket(of: start) == bucket)
            if bucket > 0 { #expect(LatencyHistogram.bucket(of: start - 1) == bucket - 1) }
            if bucket >= 4 { #expect(LatencyHistogram.start(of: bucket + 1) - start <= start / 4) }
            #expect(bucket > last)
            last = bucket
        }
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
        #expect(LatencyHistogram.bucket(of: 0) == 0)
    }

    @Test("Quantiles are within a quarter of the exact ones")
    func quantiles() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = seed | 1
        var histogram = LatencyHistogram()
        var times: [UInt64] = []
        for _ in 0..<10_000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = (random >> 33) >> (random & 15) &+ 10_000
            times.append(time)
            histogram.note(time)
        }
        times.sort()
        #expect(histogram.count == 10_000)
        #expect(histogram.nanoseconds == times.reduce(0, +))
        for fraction in [0.5, 0.75, 0.95, 0.99, 0.999] {
            let exact = Double(times[Int(fraction * 10_000) - 1]) / 1_000_000
            let told = try #require(histogram.quantileMs(fraction))
            #expect(told >= exact * 0.75 && told <= exact * 1.26, "\(fraction): \(told) for \(exact)")
        }
        #expect(LatencyHistogram().quantileMs(0.5) == nil)
        #expect(histogram.since(histogram).isEmpty)
    }

    @Test("What loops have counted is added up by API and version")
    func requests() throws {
        let loops = [LoopCounters(), LoopCounters()]
        loops[0].answered(.produce, version: 9, total: 5_000_000, local: 2_000_000)
        loops[0].answered(.produce, version: 9, total: 5_000_000, local: 9_000_000)
        loops[1].answered(.produce, version: 3, total: 5_000_000, local: 5_000_000)
        loops[1].answered(.metadata, version: 12, total: 1_000, local: 1_000)
        // Numbers from outside end in no memory but their own.
        loops[1].answered(APIKey(rawValue: -1), version: 0, total: 1, local: 1)
        loops[1].answered(APIKey(rawValue: 500), version: 0, total: 1, local: 1)
        loops[1].answered(.fetch, version: .max, total: .max, local: 0)
        var statistics: [RequestStatistics] = []
        for loop in loops { loop.collect(into: &statistics) }
        #expect(statistics.map(\.key) == [.produce, .fetch, .metadata])
        #expect(statistics[0].versions == [9: 2, 3: 1])
        #expect(statistics[0].total.count == 3)
        #expect(statistics[0].total.nanoseconds == 15_000_000)
        #expect(statistics[0].local.nanoseconds == 12_000_000)
        #expect(statistics[0].remote.nanoseconds == 3_000_000)
    }

    @Test("The sum of all topics doesn't fall when one is deleted")
    func deletedTopics() {
        let table = TrafficTable()
        table.topic("a").appended(bytes: 10, messages: 2)
        table.topic("b").appended(bytes: 1, messages: 1)
        table.topic("b").fetched(bytes: 5, isFailure: false)
        table.topic("b").refused(bytes: 7, isTooLarge: true)
        _ = table.topic("unused")
        table.remove("a")
        let (topics, total) = table.statistics
        #expect(Set(topics.keys) == ["b"])
        #expect((total.bytesIn, total.messagesIn, total.produceRequests) == (11, 3, 3))
        #expect((total.bytesOut, total.fetchRequests, total.bytesRejected) == (5, 1, 7))
        table.topic("a").appended(bytes: 1, messages: 1)
        #expect(table.statistics.topics["a"]?.bytesIn == 1)
        #expect(table.statistics.total.bytesIn == 12)
    }
}
