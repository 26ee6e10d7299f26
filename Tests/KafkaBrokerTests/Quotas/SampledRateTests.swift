// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

@Suite("The arithmetic of quotas")
struct SampledRateTests {
    /// 11 samples of a second.
    private let window = QuotaWindow()

    private struct Use {
        var atMs: Int64
        var amount: Double
        /// What a client has to wait by a limit of 500 a second.
        var throttleTimeMs: Int32
    }

    @Test("A client waits until the rate over whole samples is at its limit again", arguments: [0, 1_795_300_000_000])
    func throttleTimes(start: Int64) {
        // Steady use of 400 a second is below the limit. In the middle of the eleventh second 2300 more make 6300 in 10.5
        // seconds: 600 a second, (600 - 500) / 500 * 10500 = 2100 ms.
        var uses = (0..<10).map { Use(atMs: $0 * 1000, amount: 400, throttleTimeMs: 0) }
        uses.append(Use(atMs: 10_500, amount: 2300, throttleTimeMs: 2100))
        // The first two samples are out of the window: 8 * 400 + 2300 + 400 in 10.6 s since 2000 are 556.6 a second.
        uses.append(Use(atMs: 12_600, amount: 400, throttleTimeMs: 1200))
        var rate = SampledRate()
        for use in uses {
            rate.record(use.amount, now: start + use.atMs, window)
            #expect(
                rate.throttleTimeMs(limit: 500, now: start + use.atMs, window) == use.throttleTimeMs, "at \(use.atMs)")
        }
    }

    @Test("A first use counts as if the samples before it were empty")
    func padded() {
        var rate = SampledRate()
        rate.record(1000, now: 5, window)
        #expect(rate.measure(now: 5, window) == (100, 10_000))
        rate.record(1000, now: 505, window)
        #expect(rate.measure(now: 505, window) == (2000 / 10.5, 10_500))
        // (190.476… - 100) / 100 * 10500
        #expect(rate.throttleTimeMs(limit: 100, now: 505, window) == 9500)
    }

    @Test("A sample counts until nothing was noted in it for the whole window")
    func forgotten() {
        var rate = SampledRate()
        rate.record(1000, now: 0, window)
        rate.record(1000, now: 900, window)
        // Both are in the sample that began at 0, of which 900 was the last use.
        #expect(rate.measure(now: 11_899, window) == (2000 / 11.899, 11_899))
        #expect(rate.measure(now: 11_900, window) == (0, 10_000))
        #expect(rate.isUnused(now: 11_900, window) == true)
    }

    @Test("What is taken back counts for nothing")
    func takenBack() {
        var rate = SampledRate()
        rate.record(700, now: 0, window)
        rate.record(-700, now: 0, window)
        #expect(rate.isUnused(now: 0, window) == true)
    }

    @Test("One sample of one second, and of 2,147,483,647 samples of as many seconds, neither trap nor wait in vain")
    func extremes() {
        let one = QuotaWindow(sampleCount: 1, sampleSeconds: 1)
        var rate = SampledRate()
        rate.record(10, now: 0, one)
        // 10 in what counts as a millisecond: 10000 a second, (10000 - 5) / 5 * 1.
        #expect(rate.throttleTimeMs(limit: 5, now: 0, one) == 1999)
        #expect(rate.measure(now: 500, one) == (20, 500))
        let long = QuotaWindow(sampleCount: Int64(Int32.max), sampleSeconds: Int64(Int32.max))
        var slow = SampledRate()
        slow.record(10, now: 0, long)
        #expect(slow.measure(now: .max, long).perSecond >= 0)
        #expect(rate.throttleTimeMs(limit: .leastNonzeroMagnitude, now: 0, window) == .max)
        #expect(rate.throttleTimeMs(limit: 0, now: 0, window) == .max)
    }

    @Test("Times are rounded as in Java, halves upwards")
    func rounding() {
        #expect([0.49, 0.5, 1.5, 2.5, -0.5, -1.5].map { Int32(rounding: $0) } == [0, 1, 2, 3, 0, -1])
        #expect(Int32(rounding: .infinity) == .max && Int32(rounding: -1e30) == .min && Int32(rounding: .nan) == 0)
    }

    @Test("A burst of changes is taken from the tokens of the whole window, and what is owed comes back with time")
    func tokens() {
        // 5 a second, 100 samples of a second: 500 tokens. 560 leave -60, which come back in 12 s.
        let window = QuotaWindow(sampleCount: 100, sampleSeconds: 1)
        var bucket = TokenBucket()
        #expect(bucket.isExhausted(rate: 5, now: 7, window) == false)
        bucket.take(560, rate: 5, now: 7, window)
        #expect(bucket.throttleTimeMs(rate: 5, now: 7, window) == 12_000)
        #expect(bucket.throttleTimeMs(rate: 5, now: 11_807, window) == 200)
        #expect(bucket.isExhausted(rate: 5, now: 12_006, window) == true)
        #expect(bucket.isExhausted(rate: 5, now: 12_008, window) == false)
        // Never more than 500.
        bucket.take(501, rate: 5, now: 1_000_000, window)
        #expect(bucket.throttleTimeMs(rate: 5, now: 1_000_000, window) == 200)
    }
}
