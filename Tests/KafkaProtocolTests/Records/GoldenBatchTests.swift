// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

/// Batches that Apache Kafka's broker and clients wrote.
@Suite("Batches of other programs")
struct GoldenBatchTests {
    /// By the Java console producer: two records, the second three milliseconds later or more.
    static let java = RecordFixtures.bytes(
        """
        000000000000000000000043ffffffff02734b3ff5000000000001000001a1fb28fae6000001a1fb28faee00000000000000000000000000
        0000000002100000000261023100100010020263023300
        """.filter { !$0.isWhitespace })

    /// By librdkafka 2.16: ten records with a header each.
    static let librdkafka = RecordFixtures.bytes(
        """
        0000000000000000000000bd0000000002f0238231000000000009000001a1fb29c2df000001a1fb29c2df00000000000000020000000000
        000000000a1a000000023004763002026102621a000002023104763102026102621a000004023204763202026102621a0000060233047633
        02026102621a000008023404763402026102621a00000a023504763502026102621a00000c023604763602026102621a00000e0237047637
        02026102621a000010023804763802026102621a00001202390476390202610262
        """.filter { !$0.isWhitespace })

    /// By kcat: five records in one bare snappy block.
    static let snappy = RecordFixtures.bytes(
        """
        000000000000000a000000590000000002df11c5c7000200000004000001a1fb29b262000001a1fb29b262ffffffffffffffffffffffffff
        ff0000000528380e000000010231000e00000201023201080c0401023301083006010234000e00000801023500
        """.filter { !$0.isWhitespace })

    static let gzip = RecordFixtures.bytes(
        """
        000000000000000f000000ef0000000002290e908000010000000b000001a1fb5ecb03000001a1fb5ecb25ffffffffffffffffffffffffff
        ff0000000c1f8b08000000000000036dcf4f0b82401005f04942444422a253a73d4958b83b8b8a874e1efc1e2611987928e80ffbdd6b76f7
        38d7c76f78f35a00482e9feb7cc0fc2bfafb79e845232810b9984483065a080247344b349170e948c992d24007bb30b5445647cec88a5016
        39a490450a09ed638f348f34a122f188af53b64ea51ed53caa0dbca05c3984058bb030616ce388c278b8cd8f3744d3731c171dd46b7f2cf9
        63496f9c361ef183d00e6ab71ef183f03fe807a7b6ca5bce010000
        """.filter { !$0.isWhitespace })

    static let lz4 = RecordFixtures.bytes(
        """
        000000000000002a00000115000000000252d2829a00030000000a000001a1fb5ecb00000001a1fb5ecb24ffffffffffffffffffffffffff
        ff0000000b04224d18604082d5000000f1136e0000000a6c7a342d302a7b22636f646563223a226c7a34222c226e223a307d060a1500f106
        066c7a340a656d70747900086e756c6c016e000a0238001f353800011f353800065072001e040c70003f31352c7100001f313a0007424400
        20063a001f363a000272367d004400220823001f3723000210372300212e0a23002f3233230001203233230022300c23001f342300021034
        2300223a0e23001f3923000210392300213e1023002f3331230001203331230022401223001f322300021032230022481423000ff5000150
        3a33367d0000000000
        """.filter { !$0.isWhitespace })

    static let zstd = RecordFixtures.bytes(
        """
        0000000000000036000000bd00000000020724830b000400000008000001a1fb5ecb04000001a1fb5ecb27ffffffffffffffffffffffffff
        ff0000000928b52ffd00581d04003405440000000c7a7374642d342c7b22636f646563223a227a737464222c226e223a347d00480010020e
        31322e31327d00480014043434180636361a083737220a32313231260c3333400e33363336461039397d0016004009901858187c0c0641c0
        80122031b030f8180c828001254022b018500224028b012590caf85174c008aa0c
        """.filter { !$0.isWhitespace })

    /// By the broker: the marker that commits a transaction.
    static let marker = RecordFixtures.bytes(
        """
        000000000000000b000000420000000002901d6de5003000000000000001a1fb29d019000001a1fb29d01900000000000000030000ffffff
        ff000000012000000008000000010c00000000000000
        """.filter { !$0.isWhitespace })

    static let all = [java, librdkafka, snappy, gzip, lz4, zstd, marker]

    @Test("A batch of the Java producer is read, and built again byte for byte")
    func javaProducer() throws {
        let records = try RecordFixtures.read(Self.java)
        #expect(records.map(\.key) == [Array("a".utf8), Array("c".utf8)])
        #expect(records.map(\.value) == [Array("1".utf8), Array("3".utf8)])
        #expect(records.map(\.offset) == [0, 1])
        #expect(records[1].timestamp - records[0].timestamp == 8)
        var properties = RecordBatchProperties()
        properties.producerID = 0
        properties.producerEpoch = 0
        properties.baseSequence = 0
        let built = try RecordFixtures.build(records, .none, properties)
        #expect(Array(built.readableBytesView) == Self.java)
    }

    @Test("A batch of librdkafka with headers is read, and built again byte for byte")
    func librdkafkaHeaders() throws {
        let records = try RecordFixtures.read(Self.librdkafka)
        #expect(records.count == 10)
        #expect(records.map(\.value) == (0..<10).map { Array("v\($0)".utf8) })
        #expect(records.allSatisfy { $0.headers == [.init(key: Array("a".utf8), value: Array("b".utf8))] })
        var properties = RecordBatchProperties()
        properties.producerID = 2
        properties.producerEpoch = 0
        properties.baseSequence = 0
        properties.partitionLeaderEpoch = 0
        let built = try RecordFixtures.build(records, .none, properties)
        #expect(Array(built.readableBytesView) == Self.librdkafka)
    }

    @Test("Compressed batches of other clients are read, whatever the codec")
    func compressed() throws {
        let snappy = try RecordFixtures.read(Self.snappy)
        #expect(snappy.map(\.value) == (1...5).map { Array("\($0)".utf8) })
        #expect(snappy.map(\.offset) == [10, 11, 12, 13, 14])
        for (batch, codec, count) in [(Self.gzip, "gzip", 12), (Self.lz4, "lz4", 11), (Self.zstd, "zstd", 9)] {
            let records = try RecordFixtures.read(batch)
            #expect(records.count == count)
            for record in records {
                let value = record.value.map { String(decoding: $0, as: UTF8.self) }
                #expect(value?.hasPrefix("{\"codec\":\"\(codec)\",\"n\":") ?? true)
            }
        }
    }

    @Test("Batches of other programs pass the broker's inspection")
    func inspected() throws {
        for batch in Self.all {
            let inspection = try RecordFixtures.inspect(batch)
            #expect(inspection.hasConsecutiveOffsets)
            #expect(inspection.correctedMaxTimestamp == nil)
            #expect(inspection.invalidRecordCount == 0)
        }
    }

    @Test("The broker's transaction marker is read, and built again byte for byte")
    func transactionMarker() throws {
        let header = Self.marker.withUnsafeBytes { RecordBatchHeader($0) }
        #expect(header.isControl && header.isTransactional)
        let record = try #require(try RecordFixtures.read(Self.marker).first)
        let marker = try RecordFixtures.withPointer(record.key) { key in
            try RecordFixtures.withPointer(record.value) { try EndTransactionMarker(key: key, value: $0) }
        }
        #expect(marker == EndTransactionMarker(isCommit: true, coordinatorEpoch: 0))
        let built = marker?.batch(
            baseOffset: 11, timestamp: record.timestamp, producerID: 3, producerEpoch: 0, partitionLeaderEpoch: 0)
        #expect(built.map { Array($0.readableBytesView) } == Self.marker)
    }
}
