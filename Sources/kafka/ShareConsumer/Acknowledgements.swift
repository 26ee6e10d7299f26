// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What a member of a share group says of a record.
enum AcknowledgeType: Int8, Sendable {
    /// There is no record at the offset.
    case gap = 0
    case accept = 1
    /// Someone else may have it.
    case release = 2
    /// Nobody shall have it again.
    case reject = 3
}

/// What became of acknowledgements of one partition.
struct AcknowledgeResult: Sendable {
    var partition: TopicPartition
    /// Ascending; gaps are not among them.
    var offsets: [Int64]
    var error: ClientError?
}

/// Acknowledgements of one partition that wait to be sent.
struct Acknowledgements: Sendable, Equatable {
    /// Offsets in a row.
    struct Run: Sendable, Equatable {
        var first: Int64
        var last: Int64
        /// One for all offsets, or one for each.
        var types: [Int8]
    }

    private(set) var types: [Int64: AcknowledgeType] = [:]

    var isEmpty: Bool { types.isEmpty }
    /// Of records, ascending.
    var offsets: [Int64] { types.filter { $0.value != .gap }.keys.sorted() }

    mutating func set(_ offset: Int64, _ type: AcknowledgeType) { types[offset] = type }

    mutating func merge(_ other: Acknowledgements) { types.merge(other.types) { $1 } }

    /// As requests carry them.
    var runs: [Run] {
        var runs: [Run] = []
        for (offset, type) in types.sorted(by: { $0.key < $1.key }) {
            if let last = runs.indices.last, runs[last].last + 1 == offset {
                runs[last].last = offset
                runs[last].types.append(type.rawValue)
            } else {
                runs.append(Run(first: offset, last: offset, types: [type.rawValue]))
            }
        }
        return runs.map { run in
            var run = run
            if Set(run.types).count == 1 { run.types = [run.types[0]] }
            return run
        }
    }
}
