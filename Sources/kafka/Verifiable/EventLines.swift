// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// What the verifiable tools print: one JSON object a line, read by Kafka's system tests.
struct EventLines: Sendable {
    let context: Context
    /// Milliseconds since 1970.
    var now: @Sendable () -> Int64 = { Timestamps.now() }

    /// Prints an event; `flush` makes it visible.
    func add(_ name: String, _ members: KeyValuePairs<String, JSON> = [:]) {
        let head = [JSON.Member(name: "timestamp", value: .integer(now())), .init(name: "name", value: .string(name))]
        let rest = members.map { JSON.Member(name: $0.key, value: $0.value) }
        context.write(.object(head + rest))
    }

    func print(_ name: String, _ members: KeyValuePairs<String, JSON> = [:]) {
        add(name, members)
        context.out.flush()
    }

    /// A consumed record, for `--verbose`.
    func add(_ record: RecordView, of partition: TopicPartition) {
        add(
            "record_data",
            [
                "key": Self.text(record.key), "value": Self.text(record.value), "topic": .string(partition.topic),
                "partition": .integer(Int64(partition.partition)), "offset": .integer(record.offset),
            ])
    }

    private static func text(_ bytes: UnsafeRawBufferPointer?) -> JSON {
        bytes.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
    }

    static func partition(_ partition: TopicPartition, _ more: KeyValuePairs<String, JSON> = [:]) -> JSON {
        let head = [
            JSON.Member(name: "topic", value: .string(partition.topic)),
            .init(name: "partition", value: .integer(Int64(partition.partition))),
        ]
        return .object(head + more.map { JSON.Member(name: $0.key, value: $0.value) })
    }
}

extension ClientError {
    /// The name of the exception that Kafka's Java client has for this error.
    var javaClass: String {
        let name: String
        switch kind {
        case .broker(let code): name = Self.exception(of: code)
        case .timedOut: name = "TimeoutException"
        case .unsupported: name = "UnsupportedVersionException"
        case .tooLarge: name = "RecordTooLargeException"
        case .encryption: name = "SslAuthenticationException"
        case .authentication: name = "SaslAuthenticationException"
        case .connection: name = "NetworkException"
        default: name = "KafkaException"
        }
        return "class org.apache.kafka.common.errors.\(name)"
    }

    /// `NOT_LEADER_OR_FOLLOWER` is NotLeaderOrFollowerException.
    private static func exception(of code: ErrorCode) -> String {
        if code == .requestTimedOut { return "TimeoutException" }
        if code == .messageTooLarge { return "RecordTooLargeException" }
        let words = code.description.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }
        let name = words.joined()
        return name.hasSuffix("Exception") ? name : name + "Exception"
    }
}
