// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Records of __transaction_state")
struct TransactionRecordTests {
    /// What Apache Kafka 4.0 wrote to partition 15: an open transaction.
    static let open = bytes(
        """
        0000000000000000000000680000000002def95fa3000000000000000001a1fb5ef516000001a1fb5ef516ffffffffffffffffff
        ffffffffff000000016c000000160000000774782d6f70656e4a000000000000000000020000000c350000ffffffff000001a1fb
        5ef516ffffffffffffffff0000000000000000010000007f000000000221060438000000000000000001a1fb5ef519000001a1fb
        5ef519ffffffffffffffffffffffffffff000000019801000000160000000774782d6f70656e7600000000000000000002000000
        0c35000100000001000c7472616e73616374696f6e730000000100000000000001a1fb5ef519000001a1fb5ef51900
        """)

    /// And to partition 20: two transactions committed and two aborted, all by one producer.
    static let ended = bytes(
        """
        0000000000000000000000650000000002b7495047000000000000000001a1fb5ef461000001a1fb5ef461ffffffffffffffffff
        ffffffffff0000000166000000100000000474782d314a0000000000000000000100000000ea6000ffffffff000001a1fb5ef45d
        ffffffffffffffff000000000000000001000000800000000002ea60d668000000000000000001a1fb5ef46f000001a1fb5ef46f
        ffffffffffffffffffffffffffff000000019a01000000100000000474782d317e0000000000000000000100000000ea60010000
        0001000c7472616e73616374696f6e73000000020000000100000000000001a1fb5ef46d000001a1fb5ef46d0000000000000000
        020000008000000000028d394b04000000000000000001a1fb5ef491000001a1fb5ef491ffffffffffffffffffffffffffff0000
        00019a01000000100000000474782d317e0000000000000000000100000000ea600200000001000c7472616e73616374696f6e73
        000000020000000100000000000001a1fb5ef491000001a1fb5ef46d000000000000000003000000650000000002eba549030000
        00000000000001a1fb5ef4a0000001a1fb5ef4a0ffffffffffffffffffffffffffff0000000166000000100000000474782d314a
        0000000000000000000100000000ea600400000000000001a1fb5ef493000001a1fb5ef46d000000000000000004000000800000
        0000027f75e060000000000000000001a1fb5ef4ae000001a1fb5ef4aeffffffffffffffffffffffffffff000000019a01000000
        100000000474782d317e0000000000000000000100000000ea600100000001000c7472616e73616374696f6e7300000002000000
        0100000000000001a1fb5ef4ad000001a1fb5ef4ad00000000000000000500000080000000000212561150000000000000000001
        a1fb5ef4b6000001a1fb5ef4b6ffffffffffffffffffffffffffff000000019a01000000100000000474782d317e000000000000
        0000000100000000ea600300000001000c7472616e73616374696f6e73000000020000000100000000000001a1fb5ef4b5000001
        a1fb5ef4ad000000000000000006000000650000000002c6f7c078000000000000000001a1fb5ef4b9000001a1fb5ef4b9ffffff
        ffffffffffffffffffffff0000000166000000100000000474782d314a0000000000000000000100000000ea6005000000000000
        01a1fb5ef4b6000001a1fb5ef4ad00000000000000000700000080000000000271f35e99000000000000000001a1fb5ef4ba0000
        01a1fb5ef4baffffffffffffffffffffffffffff000000019a01000000100000000474782d317e00000000000000000001000000
        00ea600100000001000c7472616e73616374696f6e73000000020000000100000000000001a1fb5ef4b9000001a1fb5ef4b90000
        00000000000008000000800000000002e2033437000000000000000001a1fb5ef4bd000001a1fb5ef4bdffffffffffffffffffff
        ffffffff000000019a01000000100000000474782d317e0000000000000000000100000000ea600200000001000c7472616e7361
        6374696f6e73000000020000000100000000000001a1fb5ef4bd000001a1fb5ef4b9000000000000000009000000650000000002
        d6742307000000000000000001a1fb5ef4bf000001a1fb5ef4bfffffffffffffffffffffffffffff000000016600000010000000
        0474782d314a0000000000000000000100000000ea600400000000000001a1fb5ef4bd000001a1fb5ef4b900000000000000000a
        000000800000000002e3b9f80a000000000000000001a1fb5ef4d4000001a1fb5ef4d4ffffffffffffffffffffffffffff000000
        019a01000000100000000474782d317e0000000000000000000100000000ea600100000001000c7472616e73616374696f6e7300
        0000020000000100000000000001a1fb5ef4d4000001a1fb5ef4d400000000000000000b0000008000000000020b92e2ec000000
        000000000001a1fb5ef4d9000001a1fb5ef4d9ffffffffffffffffffffffffffff000000019a01000000100000000474782d317e
        0000000000000000000100000000ea600300000001000c7472616e73616374696f6e73000000020000000100000000000001a1fb
        5ef4d9000001a1fb5ef4d400000000000000000c000000650000000002b938d1a5000000000000000001a1fb5ef4dc000001a1fb
        5ef4dcffffffffffffffffffffffffffff0000000166000000100000000474782d314a0000000000000000000100000000ea6005
        00000000000001a1fb5ef4da000001a1fb5ef4d400
        """)

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.filter { $0 != 10 && $0 != 32 }.map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func records(_ bytes: [UInt8]) throws -> [CoordinatorRecord] {
        var records: [CoordinatorRecord] = []
        try bytes.withUnsafeBytes { bytes in
            var reader = RecordBatchReader()
            var batches = RecordBatchSequence(bytes)
            while let (header, batch) = try batches.next() {
                try reader.forEachRecord(in: batch, header: header) { record in
                    let key = ByteBuffer(bytes: record.key!)
                    records.append(CoordinatorRecord(key: key, value: record.value.map { ByteBuffer(bytes: $0) }))
                }
            }
        }
        return records
    }

    private func states(_ bytes: [UInt8]) throws -> [TransactionMetadata] {
        try Self.records(bytes).map {
            guard case .state(_, let metadata) = try TransactionLogEntry($0) else { throw CancellationError() }
            return metadata
        }
    }

    @Test("Apache Kafka's records are read as its own tool prints them")
    func golden() throws {
        let transactions = (0...1).map { TopicPartition("transactions", $0) }
        let open = try states(Self.open)
        #expect(open.map(\.state) == [.empty, .ongoing])
        #expect(open.allSatisfy { $0.identity == ProducerIdentity(id: 2, epoch: 0) && $0.timeoutMs == 800_000 })
        #expect(open[1].partitions == [transactions[0]])
        #expect(open.map(\.lastUpdateTimestamp) == [1_795_218_666_774, 1_795_218_666_777])

        let ended = try states(Self.ended)
        let round: [TransactionState] = [
            .ongoing, .prepareCommit, .completeCommit, .ongoing, .prepareAbort, .completeAbort,
        ]
        #expect(ended.map(\.state) == [.empty] + round + round)
        #expect(ended.allSatisfy { $0.identity == ProducerIdentity(id: 1, epoch: 0) && $0.timeoutMs == 60_000 })
        for metadata in ended {
            #expect(
                metadata.partitions
                    == (metadata.state == .ongoing || metadata.state.isPrepared ? Set(transactions) : []))
        }
        #expect(ended[0].startTimestamp == -1)
        #expect(ended.last?.lastUpdateTimestamp == 1_795_218_666_714)
    }

    @Test("Below transaction.version 1 our records have the bytes of Apache Kafka's")
    func identical() throws {
        for record in try Self.records(Self.open) + Self.records(Self.ended) {
            guard case .state(let id, let metadata) = try TransactionLogEntry(record) else {
                Issue.record("a record is no state")
                return
            }
            let written = try metadata.record(transactionalID: id, transactionVersion: 0)
            #expect(written.key == record.key)
            // The order of partitions comes from a hash table there.
            if metadata.partitions.count < 2 { #expect(written.value == record.value) }
            #expect(try TransactionLogEntry(written) == .state(transactionalID: id, metadata))
        }
    }

    @Test("What is written is read back", arguments: TransactionState.allCases)
    func roundTrip(_ state: TransactionState) throws {
        var metadata = TransactionMetadata.sample(state)
        metadata.previousProducerID = 5
        metadata.nextProducerID = 6
        metadata.lastProducerEpoch = 3
        let full = try metadata.record(transactionalID: "tx", transactionVersion: 2)
        #expect(try TransactionLogEntry(full) == .state(transactionalID: "tx", metadata))
        // Version 0 has no room for what the newer protocol needs.
        metadata.previousProducerID = -1
        metadata.nextProducerID = -1
        metadata.lastProducerEpoch = -1
        metadata.clientTransactionVersion = 0
        let old = try TransactionMetadata.sample(state).record(transactionalID: "tx", transactionVersion: 0)
        #expect(try TransactionLogEntry(old) == .state(transactionalID: "tx", metadata))
        #expect(old.value?.getInteger(at: 0, as: Int16.self) == 0)
        #expect(full.value?.getInteger(at: 0, as: Int16.self) == 1)
    }

    @Test("A tombstone removes, and what a later version wrote is passed over")
    func others() throws {
        #expect(
            try TransactionLogEntry(TransactionMetadata.tombstone(transactionalID: "tx"))
                == .removed(transactionalID: "tx"))
        var record = try TransactionMetadata.sample(.empty).record(transactionalID: "tx", transactionVersion: 0)
        record.key.setInteger(Int16(9), at: 0)
        #expect(try TransactionLogEntry(record) == .unknown("key of type 9"))
        var value = TransactionLogValue()
        value.transactionStatus = 12
        let strange = try CoordinatorRecord(TransactionLogKey { $0.transactionalID = "tx" }, value, version: 1)
        #expect(try TransactionLogEntry(strange) == .unknown("status 12 of tx"))
        #expect(throws: WireError.self) {
            try TransactionLogEntry(CoordinatorRecord(key: ByteBuffer(), value: nil))
        }
    }

    @Test(
        "The transaction that Apache Kafka left open is aborted at the first check, and its partition gets the marker")
    func goldenAbort() async throws {
        let partition = TopicPartition("transactions", 0)
        let world = TransactionWorld(partitions: [partition], topicPartitions: 50)
        world.transactionVersion = 0
        world.now = 1_795_218_700_000
        for (index, bytes) in [(Int32(15), Self.open), (20, Self.ended)] {
            _ = try world.append(try Self.records(bytes), to: index, transaction: nil)
        }
        #expect(JavaString.partition(of: "tx-open", count: 50) == 15)
        let coordinator = await world.restarted()
        let written = world.records[15]?.count
        await coordinator.abortTimedOutTransactions()
        #expect(world.records[15]?.count == written, "it has time until 800 s after its start")
        world.now += 800_000
        await coordinator.abortTimedOutTransactions()
        #expect(
            world.log(partition) == [.marker(ProducerIdentity(id: 2, epoch: 1), commit: false, coordinatorEpoch: 3)])
        #expect(try world.history("tx-open").compactMap(\.self) == [.empty, .ongoing, .prepareAbort, .completeAbort])
        #expect(try world.stored("tx-1")?.state == .completeAbort)
    }
}
