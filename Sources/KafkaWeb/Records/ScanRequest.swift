// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaQuery
import KafkaText

/// Which records of a topic are wanted.
struct ScanRequest: Sendable {
    /// Where reading begins, and in which direction.
    enum Start: Sendable {
        /// Backwards from the end.
        case latest
        case earliest
        case offset(Int64)
        /// Milliseconds since 1970.
        case timestamp(Int64)
        /// Backwards from before these offsets, in these partitions alone.
        case before([Int32: Int64])
        /// From these offsets on, in these partitions alone.
        case after([Int32: Int64])
    }

    var topic: String
    /// Nil for all.
    var partitions: Set<Int32>?
    var start: Start
    var limit: Int
    var query: RecordQuery?

    static let limits = 1...1000

    var isBackwards: Bool {
        switch start {
        case .latest, .before: true
        case .earliest, .offset, .timestamp, .after: false
        }
    }

    /// `partition=0,2`, `from=latest|earliest|TIME`, `offset=42`, `before=0:42,1:7`, `after=…`, `limit=50`, `where=…`.
    init(_ request: HTTPRequest, topic: String, limits: ClosedRange<Int> = limits, usualLimit: Int = 50)
        throws(HTTPProblem)
    {
        self.topic = topic
        partitions = try request.parameter("partition").map { (text) throws(HTTPProblem) in
            var numbers: Set<Int32> = []
            for part in text.split(separator: ",") {
                guard let number = Int32(part), number >= 0 else {
                    throw .badRequest("partition must be numbers with commas between, not '\(text)'")
                }
                numbers.insert(number)
            }
            return numbers
        }
        limit = try request.number("limit", in: limits) ?? usualLimit
        query = try request.parameter("where").map { (text) throws(HTTPProblem) in
            do throws(InvalidExpression) {
                return try RecordQuery(filters: [text], selections: [])
            } catch {
                throw .badRequest("filter: \(error.error)")
            }
        }
        start = try Self.start(request)
    }

    private static func start(_ request: HTTPRequest) throws(HTTPProblem) -> Start {
        if let text = request.parameter("before") { return .before(try offsets(text, "before")) }
        if let text = request.parameter("after") { return .after(try offsets(text, "after")) }
        if let offset = try request.number("offset", in: 0...Int64.max) { return .offset(offset) }
        switch request.parameter("from") {
        case nil, "latest": return .latest
        case "earliest": return .earliest
        case let text?:
            guard let time = TimeText.milliseconds(text) else {
                throw .badRequest("from must be latest, earliest, \(TimeText.forms); not '\(text)'")
            }
            return .timestamp(time)
        }
    }

    private static func offsets(_ text: String, _ name: String) throws(HTTPProblem) -> [Int32: Int64] {
        var offsets: [Int32: Int64] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: ":")
            guard sides.count == 2, let partition = Int32(sides[0]), let offset = Int64(sides[1]), partition >= 0,
                offset >= 0
            else { throw .badRequest("\(name) must be pairs such as 0:42,1:7, not '\(text)'") }
            offsets[partition] = offset
        }
        return offsets
    }

    /// As `before` and `after` have it; nil for more than fits an address.
    static func text(of offsets: [Int32: Int64]) -> String? {
        guard !offsets.isEmpty, offsets.count <= 400 else { return nil }
        return offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
    }
}
