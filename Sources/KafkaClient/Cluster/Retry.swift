// SPDX-License-Identifier: Apache-2.0

/// Pauses that double from attempt to attempt, with a fifth of jitter so that clients don't return all at once.
struct Backoff: Sendable {
    var first: Duration
    var longest: Duration
    private(set) var attempts = 0

    init(_ first: Duration, _ longest: Duration, attempts: Int = 0) {
        // No pause at all would ask without end.
        self.first = max(first, .milliseconds(1))
        self.longest = longest
        self.attempts = attempts
    }

    /// The longest pause that there is, but for the jitter.
    var limit: Duration { max(longest, first) }

    mutating func reset() { attempts = 0 }

    mutating func next() -> Duration { next(jitter: .random(in: 0.8...1.2)) }

    mutating func next(jitter: Double) -> Duration {
        // A first pause of ages has no double.
        let doubled = first < .seconds(1_000_000) ? first * (1 << min(attempts, 20)) : limit
        attempts = min(attempts, 20) + 1
        return min(doubled, limit, .longestSleep) * jitter
    }
}

extension Duration {
    /// A clock has no room for the ages that a property may ask for.
    static var longestSleep: Duration { .seconds(1_000_000_000) }
}

extension ContinuousClock.Instant {
    /// Time left until this instant, zero if it has passed.
    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: self)) }
}

/// Waits, at most until `deadline`.
/// - Throws: `.cancelled` when the task is cancelled.
func delay(
    _ duration: Duration, until deadline: ContinuousClock.Instant, _ what: String
) async throws(ClientError) {
    do {
        try await Task.sleep(for: min(duration, deadline.remaining, .longestSleep))
    } catch {
        throw .cancelled(what)
    }
}

/// Waits for a shared task, and stops waiting when the own task is cancelled.
func value<T: Sendable>(
    of task: Task<Result<T, ClientError>, Never>, _ what: String
) async throws(ClientError) -> T {
    let once = OnceContinuation<T>()
    Task { once.resume(await task.value) }
    let result = await withTaskCancellationHandler {
        await withCheckedContinuation { once.set($0) }
    } onCancel: {
        once.resume(.failure(.cancelled(what)))
    }
    return try result.get()
}

/// Repeats `body` while it fails in a way that may pass, until the deadline.
/// - Parameters:
///   - what: what is waited for.
///   - troubles: told of what brokers refuse for now.
/// - Throws: the last failure.
func retrying<T>(
    until deadline: ContinuousClock.Instant, _ backoff: Backoff, _ what: String,
    if mayPass: (ClientError) -> Bool = \.isRetriable, troubles: Troubles? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(ClientError) -> T
) async throws(ClientError) -> T {
    var backoff = backoff
    while true {
        do throws(ClientError) {
            let result = try await body()
            troubles?.accepted(what)
            return result
        } catch {
            let duration = backoff.next()
            guard mayPass(error), duration < deadline.remaining else {
                troubles?.forget(what)
                throw error
            }
            if let code = error.errorCode { troubles?.refused(what, code.whileWaiting, cause: what) }
            try await delay(duration, until: deadline, what)
        }
    }
}
