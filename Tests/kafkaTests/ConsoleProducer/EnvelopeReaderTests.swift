// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import TestSupport
import Testing

@testable import kafka

/// A record with bytes of its own.
struct PlainRecord: Equatable {
    struct Header: Equatable {
        var key: [UInt8]
        var value: [UInt8]?
    }

    var topic: String?
    var partition: Int32?
    var timestamp: Int64?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header] = []

    init() {}

    /// What a reader makes of a line.
    init(_ line: [UInt8], _ reader: inout EnvelopeReader) throws {
        try line.withUnsafeBytes { bytes in
            let envelope = try reader.read(bytes)
            topic = envelope.topic.map { String(decoding: $0, as: UTF8.self) }
            partition = envelope.partition
            timestamp = envelope.timestamp
            key = envelope.key.map(Array.init)
            value = envelope.value.map(Array.init)
            headers = reader.headers.withHeaders { headers in
                headers.map { Header(key: Array($0.key), value: $0.value.map(Array.init)) }
            }
        }
    }
}

@Suite("A line of JSON is a record")
struct EnvelopeReaderTests {
    func record(_ line: String) throws -> PlainRecord {
        var reader = EnvelopeReader()
        return try PlainRecord(Array(line.utf8), &reader)
    }

    @Test("as kcat writes it, bytes that are not UTF-8 among it")
    func kcat() throws {
        let line =
            #"{"topic":"t","partition":3,"offset":9,"tstype":"create","ts":1796032641644,"broker":1,"#
            + #""headers":["a","1","b","","c",null],"key":null,"payload":"x\t\"\u0001"}"#
        let plain = try record(line)
        #expect(plain.topic == "t" && plain.partition == 3 && plain.timestamp == 1_796_032_641_644)
        #expect(plain.key == nil && plain.value == Array("x\t\"\u{1}".utf8))
        #expect(
            plain.headers == [
                .init(key: [97], value: [49]), .init(key: [98], value: []), .init(key: [99], value: nil),
            ])
        #expect(try record(#"{"tstype":"unknown","ts":0,"key":"k","payload":null}"#).timestamp == -1)
        #expect(try record(#"{"tstype":"logappend","ts":5,"payload":""}"#).timestamp == 5)
        var reader = EnvelopeReader()
        let binary =
            Array(#"{"broker":1,"key":""#.utf8) + [255, 254] + Array(#"","payload":""#.utf8) + [128] + Array("\"}".utf8)
        let bytes = try PlainRecord(binary, &reader)
        #expect(bytes.key == [255, 254] && bytes.value == [128])
        let ours = Array(#"{"value":""#.utf8) + [255] + Array("\"}".utf8)
        #expect(throws: EnvelopeError.self) { try PlainRecord(ours, &reader) }
        #expect(throws: EnvelopeError.self) { try record(#"{"payload":"","value":""}"#) }
        #expect(throws: EnvelopeError.self) { try record(#"{"payload":"","headers":["a"]}"#) }
    }

    @Test("with everything a record has")
    func everything() throws {
        let record = try record(
            #"""
            {"topic":"t","partition":3,"offset":99,"timestamp":-1,"key":"k\u00e9\n","headers":[{"key":"a","value":"1"},
            {"key":"a","value":null},{"value_base64":"/w==","key_base64":"/w8="}],"value_base64":"AAEC\/w=="}
            """#)
        #expect(record.topic == "t" && record.partition == 3 && record.timestamp == -1)
        #expect(record.key == Array("ké\n".utf8))
        #expect(record.value == [0, 1, 2, 255])
        #expect(
            record.headers == [
                .init(key: [97], value: [49]), .init(key: [97], value: nil), .init(key: [255, 15], value: [255]),
            ])
    }

    @Test("with little more than a value")
    func little() throws {
        #expect(try record(#"{"value":null}"#) == PlainRecord())
        var empty = PlainRecord()
        empty.value = []
        empty.key = []
        #expect(
            try record(#"{"key":"","value":"","partition":null,"topic":null,"timestamp":null,"headers":null}"#) == empty
        )
    }

    @Test("whose value may be JSON itself, which stands for its own text")
    func nested() throws {
        #expect(try record(#"{"value": {"a" : [1, "x\n"]} }"#).value == Array(#"{"a" : [1, "x\n"]}"#.utf8))
        #expect(try record(#"{"value":1.50,"key":42}"#).value == Array("1.50".utf8))
        #expect(try record(#"{"value":true,"key":[1]}"#).key == Array("[1]".utf8))
    }

    @Test("with headers in three spellings")
    func headers() throws {
        let wanted: [PlainRecord.Header] = [.init(key: [97], value: [49]), .init(key: [98], value: nil)]
        for headers in [
            #"[{"key":"a","value":"1"},{"value":null,"key":"b"}]"#, #"[["a","1"],["b",null]]"#, #"{"a":"1","b":null}"#,
            #"{"a":1,"\u0062":null}"#,
        ] {
            #expect(try record(#"{"value":"","headers":\#(headers)}"#).headers == wanted, "\(headers)")
        }
    }

    @Test(
        "or an error that says what is wrong",
        arguments: [
            ("", "the text ends too early"), ("[]", "an object expected"), ("\"x\"", "an object expected"),
            ("{}", "no field 'value'"), (#"{"key":"a"}"#, "no field 'value'"),
            (#"{"valeu":"a"}"#, "unknown field 'valeu'; did you mean 'value'?"), (#"{"x":1}"#, "unknown field 'x'"),
            (#"{"value":"a","value":"b"}"#, "'value' stands there twice"),
            (#"{"value":"a","value_base64":""}"#, "both 'value' and 'value_base64'"),
            (#"{"key":"a","key_base64":"","value":""}"#, "both 'key' and 'key_base64'"),
            (#"{"value":"a"} x"#, "more text behind the end"), (#"{"value":"a"#, "a string without end"),
            (#"{"value_base64":"a"}"#, "'value_base64' is no base64"), (#"{"value_base64":null}"#, "must be a string"),
            (#"{"value":"","partition":-1}"#, "partitions count from 0"),
            (#"{"value":"","partition":1.5}"#, "'partition' is 1.5, not a whole number"),
            (#"{"value":"","partition":2147483648}"#, "not a whole number from -2147483648 to 2147483647"),
            (#"{"value":"","partition":"1"}"#, "'partition' must be a number"),
            (#"{"value":"","timestamp":99999999999999999999}"#, "'timestamp' is 99999999999999999999"),
            (#"{"value":"","topic":7}"#, "'topic' must be a string"),
            (#"{"value":"","headers":"a"}"#, "'headers' must be an array or an object"),
            (#"{"value":"","headers":["a"]}"#, "a header must be an object"),
            (#"{"value":"","headers":[["a"]]}"#, "must be a pair"),
            (#"{"value":"","headers":[["a","b","c"]]}"#, "a pair"),
            (#"{"value":"","headers":[{"value":"a"}]}"#, "without 'key'"),
            (#"{"value":"","headers":[{"key":"a"}]}"#, "without 'value'"),
            (#"{"value":"","headers":[{"key":"a","vlue":"a"}]}"#, "did you mean 'value'?"),
            (#"{"value":"","headers":[{"key":"a","topic":"a"}]}"#, "unknown field 'topic' of a header"),
            (#"{"value":"","headers":[{"key":"a","key":"b","value":""}]}"#, "two keys"),
            (#"{"value":"\ud800"}"#, "surrogate"),
        ])
    func refused(line: String, words: String) {
        #expect {
            try record(line)
        } throws: { "\($0)".contains(words) }
    }

    @Test("What console-consumer writes of any record is the same record again")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var reader = EnvelopeReader()
        for round in 0..<1000 {
            let size = round % 50 == 0 ? 30_000 : 50
            var sample = SampleRecord()
            if Int.random(in: 0..<4, using: &random) > 0 { sample.key = random.bytes(upTo: size) }
            if Int.random(in: 0..<4, using: &random) > 0 { sample.value = random.bytes(upTo: size) }
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let name = ["a", "b", "", "\u{0}é\""].randomElement(using: &random)!
                sample.headers.append((name, Bool.random(using: &random) ? random.bytes(upTo: 20) : nil))
            }
            let line = try sample.printed(by: EnvelopeFormatter())
            #expect(line.last == 10 && !line.dropLast().contains(10), "seed \(seed)")
            var wanted = PlainRecord()
            wanted.topic = "t"
            wanted.partition = 2
            wanted.timestamp = 1_700_000_000_000
            wanted.key = sample.key
            wanted.value = sample.value
            wanted.headers = sample.headers.map { .init(key: Array($0.0.utf8), value: $0.1) }
            #expect(try PlainRecord(line, &reader) == wanted, "seed \(seed)")
        }
    }

    @Test("Lines that were cut off or changed are refused or read, and nothing else happens")
    func hostile() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var reader = EnvelopeReader()
        let line = Array(
            #"{"topic":"t","key_base64":"\/w==","headers":[{"key":"a\n","value_base64":"\/w8="}],"value":"é\u00e9\ud83d\ude00"}"#
                .utf8)
        for _ in 0..<20_000 {
            var changed = Array(line.prefix(Int.random(in: line.count / 2...line.count, using: &random)))
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                changed[Int.random(in: changed.indices, using: &random)] = line.randomElement(using: &random)!
            }
            _ = try? PlainRecord(changed, &reader)
        }
    }
}
