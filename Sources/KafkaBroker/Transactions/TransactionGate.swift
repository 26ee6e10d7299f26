// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// Which partitions of a transactional Produce request may be written.
struct TransactionAdmission: Sendable, Equatable {
    /// The partitions that may not, with the code for the client.
    var refusals: [TopicPartition: ErrorCode] = [:]
    /// To be brought to the log with the append, which refuses it if the transaction ended in between (KIP-890).
    var guards: [TopicPartition: VerificationGuard] = [:]
}

/// What producing asks of the transaction coordinator.
protocol TransactionGate: Sendable {
    /// Decides which partitions of a transactional Produce request may be written, and adds them to the transaction
    /// where the request's version says so (KIP-890). Calls `proceed` on `eventLoop`, at once if it can.
    /// - Parameter mayWrite: whether the client may write to a topic; one that it may not is none of the transaction's.
    func admit(
        _ request: ProduceRequest, _ transactionalID: String, version: Int16, on eventLoop: any EventLoop,
        where mayWrite: (_ topic: String) -> Bool, _ proceed: @escaping @Sendable (TransactionAdmission) -> Void)
}
