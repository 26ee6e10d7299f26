// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a record of `__transaction_state` says.
enum TransactionLogEntry: Sendable, Equatable {
    case state(transactionalID: String, TransactionMetadata)
    case removed(transactionalID: String)
    /// A type of key or a status that this version doesn't know, perhaps left by a newer one.
    case unknown(String)

    init(_ record: CoordinatorRecord) throws(WireError) {
        var keyBytes = record.key
        guard let type: Int16 = keyBytes.readInteger() else { throw .truncated }
        guard type == TransactionLogKey.recordType else {
            self = .unknown("key of type \(type)")
            return
        }
        let id = try TransactionLogKey.decode(keyBytes, version: 0).transactionalID
        guard var valueBytes = record.value else {
            self = .removed(transactionalID: id)
            return
        }
        guard let version: Int16 = valueBytes.readInteger() else { throw .truncated }
        let value = try TransactionLogValue.decode(valueBytes, version: version)
        guard let metadata = TransactionMetadata(value) else {
            self = .unknown("status \(value.transactionStatus) of \(id)")
            return
        }
        self = .state(transactionalID: id, metadata)
    }
}
