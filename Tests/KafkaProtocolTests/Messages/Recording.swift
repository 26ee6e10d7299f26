// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import KafkaProtocol

/// A request of a real client and Apache Kafka's response, from `Golden/wire`; without the four length bytes.
struct Recording: Sendable, CustomStringConvertible {
    var file: String
    var line: Int
    var apiKey: APIKey
    var version: Int16
    var request: ByteBuffer
    var response: ByteBuffer

    var description: String { "\(file):\(line) \(apiKey) \(version)" }

    static func all() throws -> [Recording] {
        try Golden.files(in: "Tests/Golden/wire").filter { $0.hasSuffix(".txt") }.flatMap { try parse($0) }
    }

    /// Three lines for each: `java api 0 version 11`, `request …`, `response …`.
    private static func parse(_ file: String) throws -> [Recording] {
        let lines = try Golden.text("wire/" + file).split(separator: "\n")
        return try stride(from: 0, to: lines.count, by: 3).map { index in
            let title = lines[index].split(separator: " ")
            guard title.count == 5, title[1] == "api", title[3] == "version", let key = Int16(title[2]),
                let version = Int16(title[4]), lines[index + 1].hasPrefix("request "),
                lines[index + 2].hasPrefix("response ")
            else { throw SchemaError(line: lines[index]) }
            return Recording(
                file: file, line: index + 1, apiKey: APIKey(rawValue: key), version: version,
                request: try ByteBuffer(hex: lines[index + 1].dropFirst("request ".count)),
                response: try ByteBuffer(hex: lines[index + 2].dropFirst("response ".count)))
        }
    }

    /// The message type of the request, if there is one.
    var requestType: (any RequestMessage.Type)? { Self.requestTypes[apiKey] }

    private static let requestTypes: [APIKey: any RequestMessage.Type] = Dictionary(
        uniqueKeysWithValues: MessageCase.all.compactMap { $0.type as? any RequestMessage.Type }.map {
            ($0.apiKey, $0)
        })
}
