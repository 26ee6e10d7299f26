// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How much of something is used in a second, measured over samples: Apache Kafka's arithmetic of `Rate`, to the
/// millisecond, because clients are tuned to its times.
///
/// A sample begins with the first use behind the end of the one before. The oldest counts until nothing was noted in it for
/// the whole window.
struct SampledRate: Sendable {
    private struct Sample {
        var begin: Int64
        var last: Int64
        var sum = 0.0

        init(_ now: Int64) { (begin, last) = (now, now) }
    }

    /// One more than the window has, for the one that overlaps its beginning.
    private var samples: [Sample] = []
    private var current = 0

    /// Notes a use, or with a negative amount takes one back.
    /// - Parameter now: milliseconds that never run backwards.
    mutating func record(_ amount: Double, now: Int64, _ window: QuotaWindow) {
        if samples.isEmpty { samples.append(Sample(now)) }
        if now.subtractingSaturating(samples[current].begin) >= window.sampleMs {
            current = Int((Int64(current) + 1) % (window.sampleCount + 1))
            if current < samples.count { samples[current] = Sample(now) } else { samples.append(Sample(now)) }
        }
        samples[current].sum += amount
        samples[current].last = now
    }

    /// The use in a second, and the milliseconds over which it was measured: at least all samples but one.
    mutating func measure(now: Int64, _ window: QuotaWindow) -> (perSecond: Double, overMs: Int64) {
        var (sum, oldest) = (0.0, now)
        for index in samples.indices {
            if now.subtractingSaturating(samples[index].last) >= window.lengthMs { samples[index] = Sample(now) }
            sum += samples[index].sum
            oldest = min(oldest, samples[index].begin)
        }
        var elapsed = now.subtractingSaturating(oldest)
        let missing = window.sampleCount - 1 - elapsed / window.sampleMs
        if missing > 0 { elapsed = elapsed.addingSaturating(missing.multipliedSaturating(by: window.sampleMs)) }
        elapsed = max(elapsed, 1)
        return (sum / (Double(elapsed) / 1000), elapsed)
    }

    /// Milliseconds in which nothing may be used, until the rate is at its limit again; 0 while it isn't above.
    mutating func throttleTimeMs(limit: Double, now: Int64, _ window: QuotaWindow) -> Int32 {
        let (perSecond, overMs) = measure(now: now, window)
        guard perSecond > limit else { return 0 }
        return Int32(rounding: (perSecond - limit) / limit * Double(overMs))
    }

    /// Whether nothing was used within the window.
    mutating func isUnused(now: Int64, _ window: QuotaWindow) -> Bool { measure(now: now, window).perSecond <= 0 }
}

extension Int32 {
    /// The nearest whole number, halves upwards as Java rounds; at the limits what lies beyond them.
    init(rounding value: Double) {
        let rounded = (value + 0.5).rounded(.down)
        self = rounded >= Double(Int32.max) ? .max : rounded <= Double(Int32.min) ? .min : Int32(exactly: rounded) ?? 0
    }
}
