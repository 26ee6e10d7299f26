// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText
import NIOCore

/// `/topics/NAME/messages?download=json`: records as a file, whole, partition by partition, from where the request says to
/// the log's end: lines that `kafka console-producer --format json` takes back, or (`raw`) values with a line's end behind
/// each.
enum Download {
    static func answer(_ data: ClusterData, _ request: HTTPRequest, _ limit: ScanLimit) async throws -> HTTPResponse {
        let format = request.parameter("download")
        guard format == "json" || format == "raw" else {
            throw HTTPProblem.badRequest("download must be json or raw")
        }
        var scan = try ScanRequest(request, topic: request.topicName, limits: 1...Int.max, usualLimit: .max)
        if case .latest = scan.start { scan.start = .earliest }
        if case .before = scan.start { scan.start = .earliest }
        let topic = try await data.topic(scan.topic)
        let lanes = try await ScanLane.lanes(scan, topic, data)
        let isRaw = format == "raw"
        let wanted = scan
        return .lines(
            type: isRaw ? "application/octet-stream" : Messages.lines,
            download: scan.topic + (isRaw ? ".txt" : ".jsonl")
        ) { out in
            try await limit.run {
                var left = wanted.limit
                for lane in lanes where left > 0 { left -= try await write(lane, wanted, left, isRaw, data, out) }
            }
        }
    }

    /// - Returns: how many records.
    private static func write(
        _ lane: ScanLane, _ request: ScanRequest, _ limit: Int, _ isRaw: Bool, _ data: ClusterData, _ out: LineWriter
    ) async throws -> Int {
        let formatter = EnvelopeFormatter()
        let partition = lane.source.partition
        let source = RecordSource(topic: partition.topic, partition: partition.partition)
        var reader = PartitionReader(data)
        var matcher = RecordMatcher(request.query, partition)
        var position = lane.start
        var count = 0
        while position < lane.end, count < limit {
            try Task.checkCancellation()
            let piece = try await reader.fetch(lane.source, from: position, maxBytes: 1 << 20)
            var text = TextBuffer(capacity: 1 << 16)
            let next = try reader.visit(piece.records, of: partition, from: position, to: lane.end) { record, _ in
                guard matcher.wants(record) else { return true }
                count += 1
                if isRaw {
                    if let value = record.value { text.append(value) }
                    text.append("\n")
                } else {
                    formatter.write(record, source, to: &text)
                }
                return count < limit
            }
            if text.written > 0 { try await out.write(text.bytes) }
            if next == position {
                guard piece.records.readableBytes == 0 else {
                    throw ClientError(.tooLarge, "the batch at offset \(position) of \(partition) is too large")
                }
                break
            }
            position = next
        }
        return count
    }
}
