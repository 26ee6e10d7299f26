// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Producer id and epoch, by which a broker tells a retried batch from a new one.
struct ProducerIdentity: Sendable, Hashable {
    var id: Int64
    var epoch: Int16

    static let none = ProducerIdentity(id: -1, epoch: -1)
    var isSet: Bool { id >= 0 }

    /// The same producer with all sequence numbers forgotten; nil once epochs are used up.
    var bumped: ProducerIdentity? {
        // Kafka keeps the highest epoch for fencing.
        epoch < .max - 1 ? ProducerIdentity(id: id, epoch: epoch + 1) : nil
    }
}

/// Sequence numbers count records from 0 and go on at 0 after the greatest.
enum SequenceNumber {
    static func advance(_ sequence: Int32, by count: Int32) -> Int32 {
        let next = Int64(sequence) + Int64(count)
        return Int32(next > Int64(Int32.max) ? next - Int64(Int32.max) - 1 : next)
    }
}
