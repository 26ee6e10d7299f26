// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Tokens for changes of topics, which come back with time (KIP-599): a burst is taken at once and paid for afterwards.
struct TokenBucket: Sendable {
    private var tokens = 0.0
    /// Nil until it was looked at first: it is full then.
    private var last: Int64?

    /// - Parameters:
    ///   - amount: may be more than there is; what is missing is owed.
    ///   - rate: tokens that come back in a second; as many as come in the window fit in.
    mutating func take(_ amount: Double, rate: Double, now: Int64, _ window: QuotaWindow) {
        refill(rate, now, window)
        tokens -= amount
    }

    /// Whether more was taken than there was.
    mutating func isExhausted(rate: Double, now: Int64, _ window: QuotaWindow) -> Bool {
        refill(rate, now, window)
        return tokens < 0
    }

    /// Milliseconds until nothing is owed any more.
    mutating func throttleTimeMs(rate: Double, now: Int64, _ window: QuotaWindow) -> Int32 {
        isExhausted(rate: rate, now: now, window) ? Int32(rounding: -tokens / rate * 1000) : 0
    }

    private mutating func refill(_ rate: Double, _ now: Int64, _ window: QuotaWindow) {
        let most = window.lengthSeconds * rate
        tokens = last.map { min(most, tokens + rate * Double(now.subtractingSaturating($0)) / 1000) } ?? most
        last = now
    }
}
