// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("Conditions and selections")
struct QueryTests {
    static let sample = FormatterTests.Sample(
        key: Array(#"{"id":"k1"}"#.utf8),
        value: Array(
            #"""
            {"status":503,"path":"/api/v1","ok":false,"none":null,"user":{"name":"A\nB\u00e9","tags":["x","y"]},"ratio":1.5,
            "big":12345678901234567890,"topic":"inner","odd name":1,"status2":"503"}
            """#.utf8),
        headers: [("trace", Array("41".utf8)), ("trace", Array("42".utf8)), ("empty", nil), ("a.b", [120])])

    /// What is printed of the sample, offset 5 of partition 2 of topic t, from 1700000000000; nil if it isn't wanted.
    static func run(
        _ filters: [String] = [], _ selections: [String] = [], _ style: ColumnStyle = .json,
        _ sample: FormatterTests.Sample = sample
    ) throws -> String? {
        var headers = EncodedRecordHeaders()
        for (key, value) in sample.headers { headers.append(key: key, value: value) }
        var runner = QueryRunner(try RecordQuery(filters: filters, selections: selections))
        runner.begin(topic: "t")
        let out = Output()
        var isWanted = false
        try FormatterTests.RecordBytes(sample, headers).withRecord { record, _ in
            isWanted = runner.matches(record, partition: 2)
            if isWanted { out.batch { runner.writeColumns(style, to: &$0) } }
        }
        return isWanted ? out.text : nil
    }

    @Test(
        "A condition that holds",
        arguments: [
            "status == 503", "status = 503", "status >= 500 and path ~ \"^/api\"", "status > 502.5", "status == 5.03e2",
            "status < 504 && not (ok)", "ok == false", "ok or status != 500", "!ok", "none == null", "missing == null",
            "missing != 5", "not missing", "user.name == \"A\nBé\"", "user.name ~ 'B.$'", "user['name'] ~ 'Bé'",
            "user.tags[1] == 'y'", "user.tags[2] == null", "user.tags ~ '\"x\"'", "ratio < 2", "ratio == 1.5",
            "big > 1e19", "value[\"odd name\"] == 1", "value.topic == 'inner' and topic == 't'",
            "path in ('/x', '/api/v1')",
            "status in (1, 503)", "not status in (1, 2)", "key.id == 'k1'", "key ~ 'k1'", "value ~ '\"status\"'",
            "headers.trace == 42", "headers.trace == '42'", "headers.trace > 5", "headers.empty == null",
            "headers['a.b'] == 'x'", "headers.nosuch == null", "partition == 2 and offset == 5",
            "timestamp == 1700000000000", "timestamp < '2023-11-15'", "timestamp >= '2023-11-14T22:13:20Z'",
            "timestamp < now and timestamp > '-9999w'".replacing("now", with: "'now'"), "path ~ 'api' or nonsense > 3",
            "status2 == '503'", "path ~ '^/api/v1$'", "path ~ 'v1$'", "path !~ 'v2'", "path ~ '\\d'",
            "false or (true and not false)", "TRUE AND NOT FALSE", "path < '/b'", "path >= '/api'", "-1 < 0",
        ])
    func holds(condition: String) throws { #expect(try Self.run([condition]) != nil) }

    @Test(
        "A condition that does not hold",
        arguments: [
            "status == 500", "status == '503'", "status2 == 503", "missing", "missing > 5", "missing < 5", "none", "ok",
            "user == 1", "user.name.first == 'A'", "status.code == 503", "user.tags.x == 'x'", "path ~ '^api'",
            "headers.trace == 41", "topic == 'inner'", "true and false", "value.missing ~ ''", "ok > 1", "path > 3",
            "user.tags[0].x == null and false",
        ])
    func fails(condition: String) throws { #expect(try Self.run([condition]) == nil) }

    @Test("Several conditions must all hold")
    func several() throws {
        #expect(try Self.run(["status == 503", "ok == false"]) != nil)
        #expect(try Self.run(["status == 503", "ok"]) == nil)
    }

    @Test("A value that is no JSON has no fields")
    func noJSON() throws {
        for value in ["", "plain", "{\"status\":503", "{\"status\":503} x", "[503]", "\"status\""] {
            let sample = FormatterTests.Sample(key: nil, value: Array(value.utf8))
            #expect(try Self.run(["status == 503"], [], .json, sample) == nil, "\(value)")
            #expect(try Self.run(["status == null"], [], .json, sample) != nil, "\(value)")
        }
        #expect(try Self.run(["value == null and key == null"], [], .json, FormatterTests.Sample()) != nil)
    }

    @Test("Of members with the same name the last counts")
    func repeated() throws {
        let sample = FormatterTests.Sample(key: nil, value: Array(#"{"a":1,"a":{"b":"x\ty"},"a":{"b":"z\t"}}"#.utf8))
        #expect(try Self.run([], ["a.b"], .json, sample) == #"{"a.b":"z\t"}"# + "\n")
    }

    @Test("Selected fields are printed as JSON under the names that were typed")
    func json() throws {
        #expect(
            try Self.run([], ["status, user.name,user.tags", "nope,key.id,headers.trace,timestamp,ratio,ok"])
                == #"""
                {"status":503,"user.name":"A\nBé","user.tags":["x","y"],"nope":null,"key.id":"k1","headers.trace":"42",\#
                "timestamp":1700000000000,"ratio":1.5,"ok":false}

                """#)
        let binary = FormatterTests.Sample(key: [255], value: [255, 0])
        #expect(
            try Self.run([], ["key,value"], .json, binary) == #"{"key_base64":"/w==","value_base64":"/wA="}"# + "\n")
    }

    @Test("and as text with separators between, in which nothing breaks the line")
    func text() throws {
        let style = ColumnStyle.text(separator: [9], null: Array("null".utf8))
        #expect(
            try Self.run([], ["user.name,none,user.tags,key"], style)
                == "A\\nBé\tnull\t[\"x\",\"y\"]\t{\"id\":\"k1\"}\n")
        let hard = FormatterTests.Sample(key: Array("a\tb\\".utf8), value: [10, 13])
        #expect(try Self.run([], ["key,value"], style, hard) == "a\\tb\\\\\t\\n\\r\n")
    }

    @Test(
        "An expression that means nothing is refused with its cause",
        arguments: [
            ("", "the end where a field"), ("a ==", "the end where a field"), ("== 1", "'==' where a field"),
            ("a b", "'b' where 'and', 'or' or the end"), ("(a", "the end where ')'"), ("a)", "')' where"),
            ("a ~ b", "in quotes"), ("a ~ '('", "no regular expression"), ("a == 'x", "has no end"), ("a # b", "'#'"),
            ("a.", "must be a name"), ("a[", "in brackets"), ("a[-1]", "count from 0"), ("a[1.5]", "count from 0"),
            ("a[x]", "in brackets"), ("topic.x == 1", "value.topic"), ("headers == 1", "headers.NAME"),
            ("headers.a.b", "one name"), ("timestamp > 'soon'", "'soon' beside timestamp"), ("1e999 == a", "'1e999'"),
            ("and", "'and' where"), ("a in 5", "'('"), ("a in ()", "')' where a field"), ("not", "the end"),
        ])
    func refused(condition: String, words: String) {
        #expect {
            try RecordQuery(filters: [condition], selections: [])
        } throws: { "\($0)".contains(words) && "\($0)".contains("option where") }
    }

    @Test("A selection that means nothing is refused", arguments: ["", "a,,b", "a == 1", "5", "a,"])
    func refusedSelection(fields: String) {
        #expect {
            try RecordQuery(filters: [], selections: [fields])
        } throws: { "\($0)".contains("option select") }
    }

    @Test("Endless nesting is refused")
    func nesting() {
        #expect(throws: CommandError.self) {
            try RecordQuery(filters: [String(repeating: "(", count: 100_000)], selections: [])
        }
        #expect(throws: CommandError.self) {
            try RecordQuery(filters: [String(repeating: "not ", count: 100_000) + "a"], selections: [])
        }
    }
}
