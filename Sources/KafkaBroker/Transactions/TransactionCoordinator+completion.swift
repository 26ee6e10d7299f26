// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging

extension TransactionCoordinator {
    /// Brings a transaction whose outcome is written to its end: markers, then the record that says so.
    ///
    /// What can't be written is tried again at the next request and at the next check; until then the id answers
    /// CONCURRENT_TRANSACTIONS.
    func complete(_ transactionalID: String) async {
        guard let prepared = transactions[transactionalID], prepared.state.isPrepared, !topic.isStopped,
            completing.insert(transactionalID).inserted
        else { return }
        defer { completing.remove(transactionalID) }

        let written = writeMarkers(of: prepared, transactionalID)
        let commit = prepared.state == .prepareCommit
        for partition in written where partition.topic == TopicName.offsets {
            await groups.transactionEnded(
                producerID: prepared.producerID, partition: partition.partition, commit: commit)
        }
        // The topic may be gone after the wait.
        guard transactions[transactionalID] == prepared else { return }
        guard marked[transactionalID]?.isSuperset(of: prepared.partitions) ?? prepared.partitions.isEmpty else {
            return
        }
        if write(prepared.completed(now: clock.now()), of: transactionalID) == .none {
            marked[transactionalID] = nil
        }
    }

    /// Writes the markers that are missing, and returns their partitions.
    private func writeMarkers(of prepared: TransactionMetadata, _ transactionalID: String) -> [TopicPartition] {
        let marker = EndTransactionMarker(
            isCommit: prepared.state == .prepareCommit, coordinatorEpoch: coordinatorEpoch(of: transactionalID))
        var written: [TopicPartition] = []
        for partition in prepared.partitions.subtracting(marked[transactionalID] ?? []).sorted() {
            do throws(LogError) {
                // A partition that is gone needs no marker.
                if try partitions.append(marker, of: prepared.identity, to: partition, now: clock.now()) {
                    written.append(partition)
                }
            } catch {
                warnings.log(
                    .error, "markers that could not be written",
                    "Can't end the transaction of \(transactionalID.printable) in \(partition): \(error)")
                // Others know better: the partition has seen a later epoch of the producer or of the coordinator.
                guard [.invalidProducerEpoch, .transactionCoordinatorFenced].contains(error.code) else { continue }
            }
            marked[transactionalID, default: []].insert(partition)
        }
        return written
    }

    /// The leader epoch of the partition that keeps the id, by which markers of an earlier coordinator are told.
    private func coordinatorEpoch(of transactionalID: String) -> Int32 {
        let partition = topic.partition(of: transactionalID) ?? 0
        let place = TopicPartition(TopicName.transactions, partition)
        return partitions.leaderEpoch(of: place) ?? 0
    }
}
