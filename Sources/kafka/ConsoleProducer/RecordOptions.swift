// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// What options say of every record: they win over what a line says, and their headers come behind the line's.
struct RecordOptions: Sendable {
    var partition: Int32?
    /// Milliseconds since 1970.
    var timestamp: Int64?
    var key: [UInt8]?
    private(set) var headers: [(key: String, value: [UInt8])] = []
    private(set) var encodedHeaders = EncodedRecordHeaders()
    /// No values: each line is a key, or `key` is the only one.
    var isTombstone = false

    init() {}

    init(_ arguments: Arguments) throws {
        partition = try arguments.integer("partition")
        if let partition, partition < 0 {
            throw CommandError("Invalid value '\(partition)' of option partition: partitions count from 0.")
        }
        key = arguments.string("key").map { Array($0.utf8) }
        isTombstone = arguments.flag("tombstone")
        if let text = arguments.string("timestamp") {
            guard let time = Int64(text) ?? TimeText.milliseconds(text), time >= 0 else {
                throw CommandError(
                    "Invalid value '\(text)' of option timestamp: it must be milliseconds since 1970, or \(TimeText.forms)."
                )
            }
            timestamp = time
        }
        for word in arguments.strings("header") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw CommandError("Invalid value '\(word)' of option header: it must have the form NAME=VALUE.")
            }
            addHeader(String(parts[0]), Array(parts[1].utf8))
        }
    }

    private mutating func addHeader(_ key: String, _ value: [UInt8]) {
        headers.append((key, value))
        encodedHeaders.append(key: key, value: value)
    }

    /// Whether lines are left as they are.
    var isEmpty: Bool { partition == nil && timestamp == nil && key == nil && headers.isEmpty && !isTombstone }

    /// Adds the headers to those of a line.
    func add(to line: inout EncodedRecordHeaders) {
        for header in headers { line.append(key: header.key, value: header.value) }
    }
}
