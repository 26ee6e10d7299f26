// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A record of random letters, to be known again when it comes back.
struct EndToEndRecord: Equatable {
    struct Shape: Sendable {
        var valueSize: Int
        /// 0: no key.
        var keySize: Int
        var headerCount: Int
        var headerKeySize: Int
        /// -1: null.
        var headerValueSize: Int
    }

    struct Header: Equatable {
        var key: [UInt8]
        var value: [UInt8]?
    }

    var key: [UInt8]?
    var value: [UInt8]
    var headers: [Header]

    init(_ shape: Shape) {
        key = shape.keySize > 0 ? Self.letters(shape.keySize) : nil
        value = Self.letters(shape.valueSize)
        headers = (0..<shape.headerCount).map { _ in
            Header(
                key: Self.letters(shape.headerKeySize),
                value: shape.headerValueSize < 0 ? nil : Self.letters(shape.headerValueSize))
        }
    }

    init(_ record: RecordView) {
        key = record.key.map(Array.init)
        value = record.value.map(Array.init) ?? []
        headers = record.headers.map { Header(key: Array($0.key), value: $0.value.map(Array.init)) }
    }

    private static func letters(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 65...90) } }

    func append(to topic: ProducerTopic, _ appender: inout ProducerAppender) throws -> AppendResult {
        var encoded = EncodedRecordHeaders()
        for header in headers { encoded.append(key: header.key, value: header.value) }
        return try encoded.withHeaders { headers in
            try value.withUnsafeBytes { value in
                guard let key else { return try appender.append(topic, value: value, headers: headers) }
                return try key.withUnsafeBytes {
                    try appender.append(topic, value: value, key: $0, headers: headers)
                }
            }
        }
    }
}
