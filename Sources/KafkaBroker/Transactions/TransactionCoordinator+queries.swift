// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension TransactionCoordinator {
    /// What is known of a transactional id, or the code that says why nothing is.
    func describe(_ transactionalID: String) -> (ErrorCode, TransactionMetadata?) {
        guard !transactionalID.isEmpty else { return (.invalidRequest, nil) }
        if let refusal = refusal(of: transactionalID) { return (refusal, nil) }
        guard let metadata = transactions[transactionalID], metadata.state != .dead else {
            return (.transactionalIDNotFound, nil)
        }
        return (.none, metadata)
    }

    /// All transactional ids that `isIncluded` accepts, in order.
    func list(
        where isIncluded: @Sendable (_ transactionalID: String, TransactionMetadata, _ now: Int64) -> Bool
    ) -> (ErrorCode, [(transactionalID: String, metadata: TransactionMetadata)]) {
        guard !topic.isStopped else { return (.coordinatorNotAvailable, []) }
        discover()
        guard !topic.isLoading else { return (.coordinatorLoadInProgress, []) }
        let now = clock.now()
        let found = transactions.filter { $0.value.state != .dead && isIncluded($0.key, $0.value, now) }
        return (.none, found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
