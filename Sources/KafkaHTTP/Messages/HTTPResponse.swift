// SPDX-License-Identifier: Apache-2.0

package import KafkaText
package import NIOCore

/// What is answered to a request. The server adds Date, the length, and headers that keep a browser from doing more with
/// it than was meant; a response that has one of those itself keeps its own.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes(ByteBuffer)
        /// Written piece by piece while the client takes it. The task is cancelled, and the writer throws, when the client
        /// goes away or the server stops; what it throws itself breaks the connection off, so that nobody takes a part
        /// for the whole.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: Body = .bytes(ByteBuffer())) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// - Parameter type: with its character set, if it is text.
    package init(status: Int = 200, type: String, _ bytes: ByteBuffer) {
        self.init(status: status, headers: [("Content-Type", type)], body: .bytes(bytes))
    }

    package static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, type: "text/plain; charset=utf-8", ByteBuffer(string: text))
    }

    package static func json(_ value: JSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, type: "application/json", ByteBuffer(string: value.serialized() + "\n"))
    }

    /// - Parameter location: where the client is to look instead; a path, or path and query.
    package static func redirect(to location: String, status: Int = 303) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Location", location)])
    }
}

/// An answer that says what was wrong, in a line; thrown by handlers.
package struct HTTPProblem: Error, Sendable, Equatable {
    package var status: Int
    /// For the client.
    package var message: String
    package var headers: [String: String] = [:]

    package init(_ status: Int, _ message: String, headers: [String: String] = [:]) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    /// JSON for who asks for that, else text.
    func response(to request: HTTPRequest?) -> HTTPResponse {
        let wantsJSON = request?.preferredType(["text/plain", "application/json"]) == "application/json"
        var response =
            wantsJSON
            ? HTTPResponse.json(
                .members(["status": .integer(Int64(status)), "message": .string(message)]), status: status)
            : HTTPResponse.text(message + "\n", status: status)
        response.headers += headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return response
    }
}
