// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging

extension TransactionCoordinator {
    /// Aborts transactions that have been open for too long, and takes up those that could not be brought to their end.
    func abortTimedOutTransactions() async {
        for (transactionalID, metadata) in transactions.sorted(by: { $0.key < $1.key }) {
            if metadata.state.isPrepared { await complete(transactionalID) }
            guard metadata.isTimedOut(now: clock.now()) else { continue }
            let outcome = await change(transactionalID) { current, newProducerID, now in
                // It may have ended, and another have begun, while others were aborted.
                guard let current, current.isTimedOut(now: now) else { return .answer(.none) }
                return current.fenced(
                    serverVersion: transactionVersion(), newProducerID: newProducerID, now: now)
            }
            guard case .written = outcome else { continue }
            logger.info("Aborting the transaction of \(transactionalID): it timed out")
            await complete(transactionalID)
        }
    }

    /// Forgets transactional ids that were not used for the expiration time.
    func removeExpiredTransactionalIDs() {
        let now = clock.now()
        let expired = transactions.filter {
            $0.value.isExpired(now: now, after: configuration.transactionalIDExpirationMs)
                && refusal(of: $0.key) == nil
        }
        for (partition, ids) in Dictionary(grouping: expired.keys, by: { topic.partition(of: $0) }) {
            guard let partition else { continue }
            remove(ids.sorted(), from: partition)
        }
    }

    private func remove(_ transactionalIDs: [String], from partition: Int32) {
        var batch: [(id: String, record: CoordinatorRecord)] = []
        var byteCount = 0
        func write() {
            guard !batch.isEmpty else { return }
            do throws(CoordinatorLogError) {
                try topic.log.append(batch.map(\.record), to: partition, transaction: nil)
                for (id, _) in batch { transactions[id] = nil }
            } catch {
                logger.error("Can't remove expired transactional ids from partition \(partition): \(error)")
            }
            batch = []
            byteCount = 0
        }
        for id in transactionalIDs {
            do throws(WireError) {
                let record = try TransactionMetadata.tombstone(transactionalID: id)
                if byteCount + record.byteCount > Self.bytesInBatch { write() }
                batch.append((id, record))
                byteCount += record.byteCount
            } catch {
                logger.error("Can't remove the expired transactional id \(id): \(error)")
            }
        }
        write()
    }

    /// Of keys of tombstones, as in Kafka: well below any limit for a batch.
    private static var bytesInBatch: Int { 16_384 }
}
