// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A header of a record (KIP-82): something about it, such as the id of a trace. Keys may repeat.
public struct RecordHeader: Sendable, Hashable {
    /// What it says something of.
    public var key: String
    /// What it says; nil is not the same as no bytes.
    public var value: RecordData?

    /// A header to send, such as `RecordHeader("trace", "4bf92f35")`.
    public init(_ key: String, _ value: (any RecordContent)?) {
        self.key = key
        self.value = value?.recordData
    }

    init(_ header: RecordHeaders.Element) {
        key = String(decoding: header.key, as: UTF8.self)
        value = header.value.map { RecordData($0) }
    }
}

extension [RecordHeader] {
    /// As records carry them.
    var encoded: EncodedRecordHeaders {
        var encoded = EncodedRecordHeaders()
        for header in self { encoded.append(key: header.key, value: header.value?.bytes) }
        return encoded
    }

    /// The value of the last header with this key, which is the one that counts where keys repeat; nil if there is none
    /// or it has no value.
    public subscript(key: String) -> RecordData? { last { $0.key == key }?.value }
}
