// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging

extension TransactionCoordinator {
    /// Reads a partition back, and finishes the transactions whose outcome is known.
    func load(_ load: CoordinatorTopic.Load) async throws {
        let found = try await Self.read(load.partition, topic.log, logger)
        guard topic.accept(load) else { return }
        transactions.merge(found) { $1 }
        for (transactionalID, metadata) in found where metadata.state.isPrepared {
            logger.info("Finishing the transaction of \(transactionalID), found in \(metadata.state.name)")
            await complete(transactionalID)
        }
    }

    private static func read(
        _ partition: Int32, _ log: any CoordinatorLog, _ logger: Logger
    ) async throws -> [String: TransactionMetadata] {
        var found: [String: TransactionMetadata] = [:]
        try await log.replay(partition) { record in
            guard case .data(let data) = record.content else { return }
            let place = "offset \(record.offset) of __transaction_state-\(partition)"
            do {
                switch try TransactionLogEntry(data) {
                case .state(let transactionalID, let metadata): found[transactionalID] = metadata
                case .removed(let transactionalID): found[transactionalID] = nil
                // It stays in the log for a broker that knows it.
                case .unknown(let what): logger.warning("Passing over \(what) at \(place)")
                }
            } catch {
                logger.error("Passing over the record at \(place): \(error)")
            }
        }
        return found
    }
}
