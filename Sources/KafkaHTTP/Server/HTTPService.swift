// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import KafkaText
internal import Logging
internal import NIOCore
internal import Synchronization

/// What the connections of a server have in common.
final class HTTPService: Sendable {
    let router: HTTPRouter
    let login: (any HTTPLogin)?
    let hosts: HostRule
    let limits: HTTPLimits
    let isEncrypted: Bool
    let logger: Logger
    let warnings: RepeatedWarnings
    private let now: @Sendable () -> Int64
    /// Bytes of bodies that are in memory.
    private let bodies = Atomic<Int>(0)

    /// - Parameter now: milliseconds since 1970.
    init(
        router: HTTPRouter, login: (any HTTPLogin)?, hosts: HostRule, limits: HTTPLimits, isEncrypted: Bool,
        logger: Logger, now: @escaping @Sendable () -> Int64
    ) {
        self.router = router
        self.login = login
        self.hosts = hosts
        self.limits = limits
        self.isEncrypted = isEncrypted
        self.logger = logger
        self.now = now
        warnings = RepeatedWarnings(logger)
    }

    /// Whether there is room for so many bytes more; they are counted then.
    func take(_ count: Int) -> Bool {
        guard bodies.add(count, ordering: .relaxed).newValue <= limits.bodiesBytes else {
            give(count)
            return false
        }
        return true
    }

    func give(_ count: Int) { bodies.subtract(count, ordering: .relaxed) }

    /// Serves a request: first finds out who asks.
    func answer(_ request: HTTPRequest, _ route: HTTPRouter.Route) async -> HTTPResponse {
        do {
            var request = request
            // A certificate that the listener has accepted is a login.
            if let login, route.access == .login, request.principal == .anonymous {
                request.principal = try await principal(of: request, login)
            }
            return try await route.handler(request)
        } catch let problem as HTTPProblem {
            return problem.response(to: request)
        } catch is CancellationError {
            return HTTPProblem(503, "the server is stopping").response(to: request)
        } catch let error as BrokerError {
            return HTTPProblem(503, error.description).response(to: request)
        } catch {
            warnings.log(
                .error, "pages that failed",
                "\(request.method.rawValue) \(route.pattern.text) failed: \("\(error)".printable)")
            return HTTPProblem(500, "this went wrong here; the broker's log says what").response(to: request)
        }
    }

    private func principal(of request: HTTPRequest, _ login: any HTTPLogin) async throws -> Principal {
        let headers = ["WWW-Authenticate": login.challenges.joined(separator: ", ")]
        guard let header = request.headers["authorization"] else {
            throw HTTPProblem(401, "log in as over Kafka's protocol", headers: headers)
        }
        guard let credentials = HTTPCredentials(header) else {
            throw HTTPProblem(401, "the Authorization header can't be read", headers: headers)
        }
        switch await login.check(credentials, from: request.clientAddress) {
        case .principal(let principal): return principal
        case .refused(let delayMs):
            if delayMs > 0 { try await Task.sleep(for: .milliseconds(delayMs)) }
            throw HTTPProblem(401, "user, password or token is wrong", headers: headers)
        }
    }

    /// What a browser may do with a page that says nothing itself: nothing.
    private static let standard = [
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]

    private static let dates = DateFormat("EEE, dd MMM yyyy HH:mm:ss 'GMT'", .utc)

    /// The header fields of a response but for those that tell its length.
    func headers(of response: HTTPResponse, isKeptAlive: Bool) -> [(String, String)] {
        var fields = response.headers
        for (name, value) in Self.standard
        where !fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            fields.append((name, value))
        }
        if let date = Self.dates { fields.append(("Date", date.text(now()))) }
        if !isKeptAlive { fields.append(("Connection", "close")) }
        return fields
    }
}
