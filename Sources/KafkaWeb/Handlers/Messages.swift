// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText
import NIOCore

/// `/topics/NAME/messages`: the records of a topic, as one object of JSON, as lines of JSON while they are found
/// (`Accept: application/x-ndjson`), as they are written (`live=1`), or as a file (`download=json` or `raw`).
enum Messages {
    static let lines = "application/x-ndjson"

    static func answer(_ data: ClusterData, _ request: HTTPRequest, _ limit: ScanLimit) async throws -> HTTPResponse {
        if request.parameter("download") != nil { return try await Download.answer(data, request, limit) }
        let scan = try ScanRequest(request, topic: request.topicName)
        // What is wrong with the request is said before anything else.
        let topic = try await data.topic(scan.topic)
        if request.parameter("live") != nil {
            let tail = try await RecordTail(scan, topic, data)
            return .lines(type: lines) { out in try await limit.run { try await follow(tail, out) } }
        }
        let reader = try await RecordScan(scan, topic, data)
        guard request.preferredType(["application/json", lines]) == lines else {
            return try await limit.run { .fresh(try await collect(reader)) }
        }
        return .lines(type: lines) { out in
            try await reporting(out) {
                try await limit.run {
                    var reader = reader
                    let end = try await reader.run { event in
                        switch event {
                        case .record(let record): try await out.write(record)
                        case .progress(let progress): try await out.write("progress", json(progress))
                        }
                    }
                    try await out.write("end", json(end, scan))
                }
            }
        }
    }

    /// An answer that has begun can say only in itself what went wrong.
    static func reporting(_ out: LineWriter, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ClientError where error.kind != .cancelled {
            try await out.write("error", .string(error.message))
        } catch let error as HTTPProblem {
            try await out.write("error", .string(error.message))
        }
    }

    private static func collect(_ reader: RecordScan) async throws -> JSON {
        var reader = reader
        let end = try await reader.run { _ in }
        guard case .object(var members) = json(end, reader.request) else { return .null }
        let objects = try reader.found.map { try JSON.parse($0.json) }
        members.insert(.init(name: "records", value: .array(objects)), at: 0)
        return .object(members)
    }

    private static func follow(_ tail: RecordTail, _ out: LineWriter) async throws {
        var tail = tail
        try await reporting(out) {
            while true {
                let begin = ContinuousClock.now
                let tick = try await tail.next()
                for record in tick.records { try await out.write(record) }
                try await out.write(
                    "tick",
                    .members([
                        "arrived": .integer(tick.arrived), "hidden": .integer(tick.hidden),
                        "unread": .integer(tick.unread),
                    ]))
                try await Task.sleep(until: begin + RecordTail.interval, clock: .continuous)
            }
        }
    }

    private static func json(_ progress: RecordScan.Progress) -> JSON {
        .members([
            "scanned": .integer(Int64(progress.scanned)),
            "matched": .integer(Int64(progress.matched)),
            "bytes": .integer(Int64(progress.bytes)),
            "offsets": .integer(progress.offsets),
            "total": .integer(progress.total),
            "time": progress.time.map { .integer($0) } ?? .null,
        ])
    }

    private static func json(_ end: RecordScan.End, _ request: ScanRequest) -> JSON {
        guard case .object(var members) = json(end.progress) else { return .null }
        members += [
            .init(name: "complete", value: .bool(end.isComplete)),
            .init(name: "direction", value: .string(request.isBackwards ? "before" : "after")),
            .init(name: "next", value: .optional(ScanRequest.text(of: end.next))),
            .init(name: "ends", value: .optional(ScanRequest.text(of: end.ends))),
        ]
        return .object(members)
    }

    // MARK: One record

    /// `/topics/NAME/messages/PARTITION/OFFSET/value` or `key`: all bytes of it.
    static func part(_ data: ClusterData, _ request: HTTPRequest) async throws -> HTTPResponse {
        guard let index = request.parameters["partition"].flatMap(Int32.init), index >= 0,
            let offset = request.parameters["offset"].flatMap(Int64.init), offset >= 0, offset < .max,
            let part = request.parameters["part"], part == "value" || part == "key"
        else { throw HTTPProblem.notFound("an address of a record ends in /PARTITION/OFFSET/value or /key") }
        let topic = try await data.topic(request.topicName)
        guard let source = LedPartition.of(topic).first(where: { $0.partition.partition == index }) else {
            throw HTTPProblem.notFound("topic \(request.topicName) has no partition \(index) with a leader")
        }
        var reader = PartitionReader(data)
        let piece = try await reader.fetch(source, from: offset, maxBytes: 64 << 10)
        var found: [UInt8]??
        _ = try reader.visit(piece.records, of: source.partition, from: offset, to: offset + 1) { record, _ in
            if record.offset == offset { found = .some((part == "key" ? record.key : record.value).map { Array($0) }) }
            return false
        }
        guard let found else {
            throw HTTPProblem.notFound("there is no record at offset \(offset) of \(source.partition)")
        }
        guard let bytes = found else { throw HTTPProblem.notFound("the record has no \(part)") }
        var response = HTTPResponse(type: "application/octet-stream", ByteBuffer(bytes: bytes))
        response.headers.append(("Cache-Control", "no-store"))
        response.headers.append(HTTPResponse.attachment("\(request.topicName)-\(index)-\(offset).\(part)"))
        return response
    }
}
