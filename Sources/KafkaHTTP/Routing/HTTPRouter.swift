// SPDX-License-Identifier: Apache-2.0

/// Finds who serves a request, by its method and path.
///
///     var router = HTTPRouter()
///     router.add(.get, "/topics/{topic}/partitions") { request in
///         .json(try await partitions(of: request.parameters["topic"]!))
///     }
///     router.add(.post, "/topics/{topic}/records", maxBodyBytes: 4 << 20) { request in … }
///     router.add(.get, "/assets/{path...}") { request in … }
///
/// A piece of a pattern is itself, `{name}` for any piece, or at the end `{name...}` for all that is left, joined by
/// slashes. Where several patterns match, the one that says more, from the left, is taken. A GET answers HEAD as well.
package struct HTTPRouter: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Who is served.
    package enum Access: Sendable {
        /// Everybody, without a login even where others have to log in.
        case open
        /// Whoever has logged in, where there are logins.
        case login
    }

    struct Route: Sendable {
        var method: HTTPRequest.Method
        var pattern: RoutePattern
        var access: Access
        var maxBodyBytes: Int
        var handler: Handler
    }

    enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// With the methods that there are.
        case wrongMethod(allowed: [String])
        case unknown
    }

    private var routes: [Route] = []

    package init() {}

    /// - Parameters:
    ///   - pattern: as above, from the first slash on.
    ///   - maxBodyBytes: a longer body is refused.
    package mutating func add(
        _ method: HTTPRequest.Method, _ pattern: String, access: Access = .login, maxBodyBytes: Int = 1 << 20,
        handler: @escaping Handler
    ) {
        routes.append(
            Route(
                method: method, pattern: RoutePattern(pattern), access: access, maxBodyBytes: maxBodyBytes,
                handler: handler))
    }

    /// The patterns that are served, without their methods.
    package var patterns: [String] { routes.map(\.pattern.text) }

    func match(_ method: HTTPRequest.Method?, _ pieces: [String]) -> Match {
        var best: (route: Route, parameters: [String: String])?
        var allowed: Set<String> = []
        for route in routes {
            guard let parameters = route.pattern.match(pieces) else { continue }
            allowed.insert(route.method.rawValue)
            if route.method == .get { allowed.insert("HEAD") }
            guard route.method == method || route.method == .get && method == .head else { continue }
            if let best, !route.pattern.isMorePrecise(than: best.route.pattern) { continue }
            best = (route, parameters)
        }
        if let best { return .found(best.route, parameters: best.parameters) }
        return allowed.isEmpty ? .unknown : .wrongMethod(allowed: allowed.sorted())
    }
}

/// The path of a route.
struct RoutePattern: Sendable {
    private enum Piece: Sendable, Equatable {
        case literal(String)
        case any(String)
        case rest(String)

        /// What says more comes first.
        var rank: Int {
            switch self {
            case .literal: 0
            case .any: 1
            case .rest: 2
            }
        }
    }

    let text: String
    private let pieces: [Piece]

    init(_ text: String) {
        self.text = text
        pieces = text.split(separator: "/").map { piece in
            guard piece.hasPrefix("{"), piece.hasSuffix("}") else { return .literal(String(piece)) }
            let name = piece.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .any(String(name))
        }
    }

    /// What the names stand for; nil if the path is another.
    func match(_ path: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (index, piece) in pieces.enumerated() {
            if case .rest(let name) = piece {
                parameters[name] = path.dropFirst(index).joined(separator: "/")
                return parameters
            }
            guard index < path.count else { return nil }
            switch piece {
            case .literal(let text): guard path[index] == text else { return nil }
            case .any(let name):
                guard !path[index].isEmpty else { return nil }
                parameters[name] = path[index]
            case .rest: break
            }
        }
        return path.count == pieces.count ? parameters : nil
    }

    func isMorePrecise(than other: RoutePattern) -> Bool {
        for (own, others) in zip(pieces, other.pieces) where own.rank != others.rank { return own.rank < others.rank }
        return pieces.count > other.pieces.count
    }
}
