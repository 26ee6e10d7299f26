// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import KafkaText

@Suite("Records are printed byte for byte as Kafka prints them")
struct RecordFormatterTests {
    func text(_ sample: SampleRecord, _ properties: String...) throws -> String {
        var all = Properties()
        for property in properties {
            let parts = property.split(separator: "=", maxSplits: 1).map(String.init)
            all.set(parts[0], parts[1])
        }
        return String(decoding: try sample.printed(by: DefaultFormatter(all)), as: UTF8.self)
    }

    let plain = SampleRecord(key: Array("k".utf8), value: Array("v".utf8), headers: [("a", [49]), ("b", nil)])
    let empty = SampleRecord(key: nil, value: nil)

    @Test("By default the value and a newline")
    func values() throws {
        #expect(try text(plain) == "v\n")
        #expect(try text(empty) == "null\n")
        #expect(try text(SampleRecord(key: nil, value: [])) == "\n")
        #expect(try SampleRecord(key: nil, value: [0, 255, 10]).printed(by: DefaultFormatter()) == [0, 255, 10, 10])
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
            try text(SampleRecord(key: nil, value: bytes), "value.deserializer=\(package)\(name)")
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
        let sample = SampleRecord(key: Array(key.readableBytesView), value: Array(value.readableBytesView))
        let line = String(decoding: try sample.printed(by: CoordinatorFormatter(kind: .offsets)), as: UTF8.self)
        #expect(
            line == """
                {"key":{"type":1,"data":{"group":"g","topic":"t","partition":4}},"value":{"version":3,"data":\
                {"offset":12,"leaderEpoch":-1,"metadata":"m","commitTimestamp":99}}}

                """)
        #expect(try sample.printed(by: CoordinatorFormatter(kind: .groups)).isEmpty)
    }

    // MARK: JSON and patterns

    private let full = SampleRecord(
        key: Array("k".utf8), value: Array("v\n".utf8), headers: [("a", [49]), ("b", nil)])

    private func text(_ sample: SampleRecord, _ formatter: any RecordFormatter) throws -> String {
        String(decoding: try sample.printed(by: formatter), as: UTF8.self)
    }

    @Test("JSON has everything, and bytes that are no text as base64")
    func json() throws {
        #expect(
            try text(full, EnvelopeFormatter()) == #"""
                {"topic":"t","partition":2,"offset":5,"timestamp":1700000000000,"key":"k","headers":[{"key":"a","value":"1"},\#
                {"key":"b","value":null}],"value":"v\n"}

                """#)
        #expect(
            try text(.init(key: [0xFF], value: nil), EnvelopeFormatter())
                == #"{"topic":"t","partition":2,"offset":5,"timestamp":1700000000000,"key_base64":"/w==","headers":[],"value":null}"#
                + "\n")
    }

    @Test("A format string takes kcat's letters and escapes")
    func pattern() throws {
        let format = try PatternFormatter(#"%t %p %o %T %D %k/%K %s/%S/%v [%h] 100%%\x41\t\\\n"#)
        #expect(
            try text(.init(key: Array("k".utf8), value: Array("v".utf8), headers: full.headers), format)
                == "t 2 5 1700000000000 2023-11-14T22:13:20.000Z k/1 v/1/v [a=1,b=] 100%A\t\\\n")
        #expect(try text(.init(), PatternFormatter("%k%K%s%S%h")) == "-1-1")
        #expect(try text(.init(), PatternFormatter("%k %s", null: "NULL")) == "NULL NULL")
    }

    @Test(
        "A format that means nothing is refused",
        arguments: [
            (#"%q"#, "%q means nothing"), ("100%", "% at the end"), (#"%s\q"#, #"\q means nothing"#),
            (#"%s\x4"#, "two"),
        ])
    func badPattern(format: String, words: String) {
        #expect {
            try PatternFormatter(format)
        } throws: { "\($0)".contains(words) }
    }
}
