// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// A record as a line of JSON tells it; the pointers are into the line or into the reader's memory, and live until the
/// next line is read. The headers are in the reader.
struct Envelope {
    /// The fields, in the order in which console-consumer writes them.
    enum Field: String, CaseIterable {
        case topic, partition, offset, timestamp, key
        case keyBase64 = "key_base64"
        case headers, value
        case valueBase64 = "value_base64"
        // What kcat -J writes instead or besides.
        case timestampType = "tstype"
        case ts, broker, payload
    }

    var topic: UnsafeRawBufferPointer?
    var partition: Int32?
    /// Milliseconds since 1970; -1 is a record without a time. Nil if the line names none.
    var timestamp: Int64?
    var key: UnsafeRawBufferPointer?
    /// Nil is a tombstone.
    var value: UnsafeRawBufferPointer?
}

extension Envelope.Field {
    /// Nil if no field has the name.
    @inline(__always)
    init?(_ name: JSONText) {
        let field: Self
        switch name.bytes.count {
        case 2: field = .ts
        case 3: field = .key
        case 5: field = name.bytes[0] == UInt8(ascii: "v") ? .value : .topic
        case 6:
            switch name.bytes[0] {
            case UInt8(ascii: "o"): field = .offset
            case UInt8(ascii: "t"): field = .timestampType
            default: field = .broker
            }
        case 7: field = name.bytes[0] == UInt8(ascii: "p") ? .payload : .headers
        case 9: field = name.bytes[0] == UInt8(ascii: "p") ? .partition : .timestamp
        case 10: field = .keyBase64
        case 12: field = .valueBase64
        default:
            self.init(rawValue: name.string)
            return
        }
        let spelling = field.spelling
        if name.bytes.isSame(
            as: UnsafeRawBufferPointer(start: spelling.utf8Start, count: spelling.utf8CodeUnitCount))
        {
            self = field
        } else {
            self.init(rawValue: name.string)
        }
    }

    private var spelling: StaticString {
        switch self {
        case .topic: "topic"
        case .partition: "partition"
        case .offset: "offset"
        case .timestamp: "timestamp"
        case .key: "key"
        case .keyBase64: "key_base64"
        case .headers: "headers"
        case .value: "value"
        case .valueBase64: "value_base64"
        case .timestampType: "tstype"
        case .ts: "ts"
        case .broker: "broker"
        case .payload: "payload"
        }
    }

    /// Tells the fields of a line apart.
    var place: Int {
        switch self {
        case .topic: 0
        case .partition: 1
        case .offset: 2
        case .timestamp: 3
        case .key: 4
        case .keyBase64: 5
        case .headers: 6
        case .value: 7
        case .valueBase64: 8
        case .timestampType: 9
        case .ts: 10
        case .broker: 11
        case .payload: 12
        }
    }
}

/// Why a line is no envelope.
struct EnvelopeError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
