// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore
internal import NIOHTTP1

/// A request whose header has come: who serves it, or why nobody does.
struct IncomingRequest {
    let head: HTTPRequestHead
    let method: HTTPRequest.Method?
    private(set) var target: HTTPTarget?
    private(set) var route: HTTPRouter.Route?
    private(set) var parameters: [String: String] = [:]
    private(set) var problem: HTTPProblem?
    /// Bytes that are to come; nil where only their end will tell.
    let bodyBytes: Int?
    var body = ByteBuffer()
    let began: NIODeadline

    var hasBody: Bool { bodyBytes != 0 }
    var wantsContinue: Bool { head.headers["expect"].contains { $0.lowercased() == "100-continue" } }

    init(_ head: HTTPRequestHead, _ service: HTTPService, now: NIODeadline) {
        self.head = head
        began = now
        method = HTTPRequest.Method(rawValue: head.method.rawValue)
        let isChunked = head.headers.contains(name: "transfer-encoding")
        bodyBytes = isChunked ? nil : head.headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
        do throws(HTTPProblem) { try find(service) } catch { problem = error }
    }

    private mutating func find(_ service: HTTPService) throws(HTTPProblem) {
        guard head.uri.utf8.count <= service.limits.targetBytes else {
            throw HTTPProblem(414, "the address is longer than \(service.limits.targetBytes) bytes")
        }
        let isAsterisk = head.uri == "*" && method == .options
        guard let target = HTTPTarget(isAsterisk ? "/" : head.uri) else {
            throw HTTPProblem(400, "the address can't be read")
        }
        self.target = target
        let hosts = head.headers["host"]
        guard hosts.count == 1 || hosts.isEmpty && head.isOld else {
            throw HTTPProblem(400, "a request needs one Host header")
        }
        if let authority = target.authority ?? hosts.first {
            guard service.hosts.allows(authority) else {
                throw HTTPProblem(
                    403,
                    "'\(authority.printable)' is no name of this server, which takes requests for this machine alone; see "
                        + "http.allowed.hosts")
            }
            try checkOrigin(authority, service.isEncrypted)
        }
        if isAsterisk { throw HTTPProblem(204, "") }
        if let expectation = head.headers.first(name: "expect"), expectation.lowercased() != "100-continue" {
            throw HTTPProblem(417, "only Expect: 100-continue is known")
        }
        switch service.router.match(method, target.pieces) {
        case .found(let route, let parameters): (self.route, self.parameters) = (route, parameters)
        case .unknown: throw HTTPProblem(404, "there is nothing at \(path)")
        case .wrongMethod(let allowed):
            let headers = ["Allow": (allowed + ["OPTIONS"]).joined(separator: ", ")]
            if method == .options { throw HTTPProblem(204, "", headers: headers) }
            throw HTTPProblem(
                405, "\(head.method.rawValue.printable) can't be done with \(path)", headers: headers)
        }
        if let route, let bodyBytes, bodyBytes > route.maxBodyBytes { throw Self.tooLarge(route) }
    }

    private var path: String { String(head.uri.prefix { $0 != "?" }).printable }

    static func tooLarge(_ route: HTTPRouter.Route) -> HTTPProblem {
        HTTPProblem(413, "the body is longer than \(route.maxBodyBytes) bytes")
    }

    /// A page from elsewhere can have a browser send what it can't read the answer to: nothing is changed for it.
    private func checkOrigin(_ authority: String, _ isEncrypted: Bool) throws(HTTPProblem) {
        switch method {
        case .get, .head, .options: return
        default: break
        }
        let refusal = HTTPProblem(403, "a page from elsewhere may not change anything here")
        if let site = head.headers.first(name: "sec-fetch-site"), !["same-origin", "none"].contains(site.lowercased()) {
            throw refusal
        }
        let scheme = isEncrypted ? "https://" : "http://"
        for origin in head.headers["origin"] where origin.lowercased() != scheme + authority.lowercased() {
            throw refusal
        }
    }

    func request(from address: String, isEncrypted: Bool) -> HTTPRequest? {
        guard let method, let target else { return nil }
        var request = HTTPRequest(
            method: method, target: target, headers: HTTPFields(head.headers), body: body, clientAddress: address,
            isEncrypted: isEncrypted)
        request.parameters = parameters
        return request
    }
}

extension HTTPRequestHead {
    /// Of HTTP/1.0, which knows no chunks, and of a client that may say no host.
    var isOld: Bool { version.major == 1 && version.minor == 0 }
}
