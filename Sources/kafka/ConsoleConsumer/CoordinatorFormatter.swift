// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The records of `__consumer_offsets` and `__transaction_state` as JSON, one a line.
struct CoordinatorFormatter: RecordFormatter {
    enum Kind: Sendable {
        case offsets
        case groups
        case transactions
    }

    let kind: Kind

    var needsBatch: Bool { false }

    func write(_ record: RecordView, _ source: RecordSource, to out: inout Output.Buffer) throws {
        guard let json = try CoordinatorJSON.record(key: record.key, value: record.value, kind) else { return }
        out.append(text: json.serialized())
        out.append("\n")
    }
}
