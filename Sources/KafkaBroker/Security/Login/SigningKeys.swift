// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaSecurity
internal import Logging
internal import Synchronization

/// The keys that tokens are checked with, read again when they are old, and soon when a token names one that is not among
/// them. Nobody waits for that: the login that needs it fails, as in Kafka.
final class SigningKeys: Sendable {
    private struct State {
        var keys: JSONWebKeys?
        var loadedAt = Int64.min
        /// Not before this time.
        var retryAt = Int64.min
        var pauseMs: Int64
        var isLoading = false
    }

    struct Settings: Sendable {
        var source: WebAddress
        var refreshMs: Int64 = 3_600_000
        var backoffMs: Int64 = 100
        var backoffMaxMs: Int64 = 10_000
        var trustFile: String?
    }

    private let settings: Settings
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let state: Mutex<State>

    init(_ settings: Settings, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.settings = settings
        self.now = now
        self.logger = logger
        state = Mutex(State(pauseMs: max(settings.backoffMs, 1)))
    }

    func verify(_ token: JSONWebToken) -> JSONWebKeys.Verification {
        let time = now()
        let (keys, isOld) = state.withLock {
            ($0.keys, $0.loadedAt == .min || time.subtractingSaturating($0.loadedAt) >= settings.refreshMs)
        }
        let result = keys?.verify(token) ?? .unknownKey
        if isOld || result == .unknownKey { refresh(at: time) }
        return result
    }

    /// Reads the keys, unless somebody does, or has done so just now.
    private func refresh(at time: Int64) {
        let mayLoad = state.withLock { state in
            guard !state.isLoading, time >= state.retryAt else { return false }
            state.isLoading = true
            // Whoever sends tokens of unknown keys must not have the server of keys asked all the time.
            state.retryAt = time.addingSaturating(state.pauseMs)
            state.pauseMs = min(state.pauseMs.multipliedSaturating(by: 2), max(settings.backoffMaxMs, 1))
            return true
        }
        guard mayLoad else { return }
        Task {
            do { try await load() } catch { logger.warning("\(error)") }
            state.withLock { $0.isLoading = false }
        }
    }

    func load() async throws(SecurityError) {
        let text: String
        if settings.source.scheme == .file {
            text = try FileText.read(settings.source.path, for: "sasl.oauthbearer.jwks.endpoint.url")
        } else {
            var request = WebRequest(settings.source)
            request.trustFile = settings.trustFile
            let answer = try await request.send()
            guard answer.status == 200, let body = String(validating: answer.body, as: UTF8.self) else {
                throw SecurityError("\(settings.source) gave no keys, but answered \(answer.status)")
            }
            text = body
        }
        let keys: JSONWebKeys
        do throws(SecurityError) { keys = try JSONWebKeys(parsing: text) } catch {
            throw SecurityError("\(settings.source): \(error.message)")
        }
        let time = now()
        state.withLock { state in
            let isNews = state.keys?.identifiers != keys.identifiers
            state.keys = keys
            state.loadedAt = time
            if isNews { state.pauseMs = max(settings.backoffMs, 1) }
        }
    }
}
