// SPDX-License-Identifier: Apache-2.0

import KafkaHTTP
import KafkaText
import NIOCore

extension HTTPResponse {
    /// An answer that is of now, so that nobody keeps it, and another for who wants a page.
    private static let fresh = [(name: "Cache-Control", value: "no-store"), (name: "Vary", value: "Accept")]

    static func fresh(_ value: JSON) -> HTTPResponse {
        var response = HTTPResponse.json(value)
        response.headers += fresh
        return response
    }

    static func fresh(type: String, _ text: String) -> HTTPResponse {
        var response = HTTPResponse(type: type, ByteBuffer(string: text))
        response.headers += fresh
        return response
    }

    /// Lines that come one by one.
    /// - Parameter name: of the file that a browser makes of it; nil to show it.
    static func lines(
        type: String, download name: String? = nil, _ body: @escaping @Sendable (LineWriter) async throws -> Void
    ) -> HTTPResponse {
        var headers = [(name: "Content-Type", value: type)] + fresh
        headers.append(("X-Accel-Buffering", "no"))
        if let name { headers.append(attachment(name)) }
        return HTTPResponse(headers: headers, body: .stream { try await body(LineWriter($0)) })
    }

    /// Has a browser keep the answer as a file instead of showing it.
    static func attachment(_ name: String) -> (name: String, value: String) {
        // What isn't plain is of no use in a file's name.
        let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
        return ("Content-Disposition", "attachment; filename=\"\(plain)\"")
    }
}

/// Writes the lines of a streamed answer.
struct LineWriter: Sendable {
    private let writer: HTTPBodyWriter

    init(_ writer: HTTPBodyWriter) { self.writer = writer }

    /// Returns when there is room for more; throws when nobody reads any more.
    func write(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }

    /// `{"NAME":…}` and a line's end.
    func write(_ name: String, _ value: JSON) async throws {
        var out = TextBuffer()
        JSON.object([JSON.Member(name: name, value: value)]).write(to: &out)
        out.append("\n")
        try await write(out.bytes)
    }

    func write(_ record: RecordLine) async throws {
        try await write(Array(#"{"record":"#.utf8) + record.json + Array("}\n".utf8))
    }
}
