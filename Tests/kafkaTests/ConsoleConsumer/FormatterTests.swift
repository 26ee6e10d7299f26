// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import NIOCore
import Testing

@testable import kafka

@Suite("Records are printed byte for byte as Kafka prints them")
struct FormatterTests {
    struct Sample {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [(String, [UInt8]?)] = []
    }

    /// One record at offset 5 of partition 2, of timestamp 1700000000000.
    func print(_ sample: Sample, _ formatter: any RecordFormatter) throws -> [UInt8] {
        var headers = EncodedRecordHeaders()
        for (key, value) in sample.headers { headers.append(key: key, value: value) }
        let record = try RecordBytes(sample, headers)
        let out = Output()
        try record.withRecord { view, header in
            try out.batch { buffer in
                try formatter.write(view, RecordSource(topic: "t", partition: 2, batch: header), to: &buffer)
            }
        }
        return out.bytes
    }

    func text(_ sample: Sample, _ properties: String...) throws -> String {
        var all = Properties()
        try all.add(properties, option: "property")
        return String(decoding: try print(sample, DefaultFormatter(all)), as: UTF8.self)
    }

    let plain = Sample(key: Array("k".utf8), value: Array("v".utf8), headers: [("a", [49]), ("b", nil)])
    let empty = Sample(key: nil, value: nil)

    @Test("By default the value and a newline")
    func values() throws {
        #expect(try text(plain) == "v\n")
        #expect(try text(empty) == "null\n")
        #expect(try text(Sample(key: nil, value: [])) == "\n")
        #expect(try print(Sample(key: nil, value: [0, 255, 10]), DefaultFormatter()) == [0, 255, 10, 10])
    }

    @Test("All parts stand in Kafka's order")
    func parts() throws {
        let all = [
            "print.timestamp=true", "print.partition=true", "print.offset=true", "print.headers=true", "print.key=true",
        ]
        #expect(
            try text(plain, all[0], all[1], all[2], all[3], all[4])
                == "CreateTime:1700000000000\tPartition:2\tOffset:5\ta:1,b:null\tk\tv\n")
        #expect(try text(empty, all[1], all[3], all[4]) == "Partition:2\tNO_HEADERS\tnull\tnull\n")
        #expect(try text(plain, "print.epoch=true") == "Epoch:3\tv\n")
        #expect(try text(plain, "print.delivery=true") == "Delivery:NOT_PRESENT\tv\n")
    }

    @Test("Separators and the null literal can be chosen")
    func separators() throws {
        #expect(try text(plain, "print.key=true", "key.separator= | ") == "k | v\n")
        #expect(try text(plain, "print.value=false", "print.key=true", "line.separator=;") == "k;")
        #expect(try text(plain, "print.value=false") == "")
        #expect(try text(empty, "print.key=true", "null.literal=<null>") == "<null>\t<null>\n")
        #expect(try text(plain, "print.headers=true", "headers.separator=; ") == "a:1; b:null\tv\n")
    }

    @Test("Deserializers by Kafka's names")
    func deserializers() throws {
        let package = "org.apache.kafka.common.serialization."
        func value(_ bytes: [UInt8], _ name: String) throws -> String {
            try text(Sample(key: nil, value: bytes), "value.deserializer=\(package)\(name)")
        }
        #expect(try value([0, 0, 0, 0, 0, 0, 1, 0], "LongDeserializer") == "256\n")
        #expect(try value([255, 255, 255, 255], "IntegerDeserializer") == "-1\n")
        #expect(try value([0, 7], "ShortDeserializer") == "7\n")
        #expect(
            try value([0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18], "DoubleDeserializer") == "3.141592653589793\n")
        #expect(try value(Array("x".utf8), "StringDeserializer") == "x\n")
        #expect(try value([1], "BooleanDeserializer") == "true\n")
        #expect(throws: (any Error).self) { try value([1], "LongDeserializer") }
        #expect(try text(empty, "value.deserializer=LongDeserializer") == "null\n")
    }

    @Test("Committed offsets are shown as JSON")
    func offsets() throws {
        var key = ByteBuffer()
        key.writeInteger(Int16(1))
        try OffsetCommitKey {
            $0.group = "g"
            $0.topic = "t"
            $0.partition = 4
        }.encode(into: &key, version: 0)
        var value = ByteBuffer()
        value.writeInteger(Int16(3))
        try OffsetCommitValue {
            $0.offset = 12
            $0.metadata = "m"
            $0.commitTimestamp = 99
        }.encode(into: &value, version: 3)
        let sample = Sample(key: Array(key.readableBytesView), value: Array(value.readableBytesView))
        let line = String(decoding: try print(sample, CoordinatorFormatter(kind: .offsets)), as: UTF8.self)
        #expect(
            line == """
                {"key":{"type":1,"data":{"group":"g","topic":"t","partition":4}},"value":{"version":3,"data":\
                {"offset":12,"leaderEpoch":-1,"metadata":"m","commitTimestamp":99}}}

                """)
        #expect(try print(sample, CoordinatorFormatter(kind: .groups)).isEmpty)
    }

    /// A record in a batch of one.
    struct RecordBytes {
        let batch: ByteBuffer

        init(_ sample: Sample, _ headers: EncodedRecordHeaders) throws {
            var builder = RecordBatchBuilder(capacity: 1 << 16, baseOffset: 5)
            _ = headers.withHeaders { headers in
                (sample.key ?? []).withUnsafeBytes { key in
                    (sample.value ?? []).withUnsafeBytes { value in
                        builder.append(
                            timestamp: 1_700_000_000_000, key: sample.key == nil ? nil : key,
                            value: sample.value == nil ? nil : value, headers: headers)
                    }
                }
            }
            var properties = RecordBatchProperties()
            properties.partitionLeaderEpoch = 3
            batch = builder.finish(properties)
        }

        func withRecord(_ body: (RecordView, RecordBatchHeader) throws -> Void) throws {
            try batch.withUnsafeReadableBytes { bytes in
                let header = try RecordBatchReader.validate(bytes)
                var reader = RecordBatchReader()
                try reader.forEachRecord(in: bytes, header: header) { try body($0, header) }
            }
        }
    }
}
