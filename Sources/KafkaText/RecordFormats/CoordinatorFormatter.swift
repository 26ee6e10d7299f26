// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// The records of `__consumer_offsets` and `__transaction_state` as JSON, one a line:
/// `{"key":{"type":1,"data":{…}},"value":{"version":3,"data":{…}}}`.
package struct CoordinatorFormatter: RecordFormatter {
    package enum Kind: Sendable {
        case offsets
        case groups
        case transactions

        /// The keys that are shown; the others of the topic are passed over.
        func shows(_ type: Int16) -> Bool {
            switch self {
            case .offsets: type == 0 || type == 1
            case .groups: type == 2
            case .transactions: type == 0
            }
        }
    }

    let kind: Kind

    package var needsBatch: Bool { false }

    package func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) throws {
        guard let key = record.key, kind.shows(CoordinatorJSON.number(key)) else { return }
        let topic: CoordinatorJSON.Topic = kind == .transactions ? .transactions : .offsets
        let shown = try CoordinatorJSON.key(key, of: topic)
        var value = JSON.null
        if let bytes = record.value {
            let part = try CoordinatorJSON.value(bytes, behind: key, of: topic)
            value = .members([
                "version": .integer(Int64(CoordinatorJSON.number(bytes))), "data": part?.data ?? .string("unknown"),
            ])
        }
        let json = JSON.members([
            "key": .members([
                "type": .integer(Int64(CoordinatorJSON.number(key))), "data": shown?.data ?? .string("unknown"),
            ]),
            "value": value,
        ])
        json.write(to: &out)
        out.append("\n")
    }
}
