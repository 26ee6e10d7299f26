// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import Libc
import Logging

/// A log of JSON objects, one a line: time in UTC, level and logger as Kafka calls them, the message, and what else is
/// known of it.
struct JSONLog: LogHandler {
    let descriptor: Int32
    /// Milliseconds since 1970.
    var now: @Sendable () -> Int64 = WallClock.milliseconds
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let bytes = Array((Self.line(event, metadata, time: now()) + "\n").utf8)
        var rest = bytes[...]
        // A line in one piece, as long as whoever reads it keeps up.
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func line(_ event: LogEvent, _ metadata: Logger.Metadata, time: Int64) -> String {
        var members: [JSON.Member] = [
            .init(name: "time", value: .string(format?.text(time) ?? "")),
            .init(name: "level", value: .string(event.level.rawValue)),
            .init(name: "logger", value: .string(event.source)),
            .init(name: "message", value: .string(event.message.description)),
        ]
        let more = metadata.merging(event.metadata ?? [:]) { $1 }
        for (name, value) in more.sorted(by: { $0.key < $1.key }) {
            members.append(.init(name: name, value: .string("\(value)")))
        }
        return JSON.object(members).serialized()
    }

    private static let format = DateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", .utc)
}
