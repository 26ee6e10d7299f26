// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import TestSupport
import Testing

@testable import KafkaQuery

@Suite("Conditions and selections")
struct QueryTests {
    static let sample = SampleRecord(
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
        _ sample: SampleRecord = sample
    ) throws -> String? {
        var runner = QueryRunner(try RecordQuery(filters: filters, selections: selections))
        runner.begin(topic: "t")
        var out = TextBuffer()
        var isWanted = false
        try sample.withView { record, _ in
            isWanted = runner.matches(record, partition: 2)
            if isWanted { runner.writeColumns(style, to: &out) }
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
            "timestamp == 1700000000000", "timestamp < '2023-11-16'", "timestamp >= '2023-11-14T22:13:20Z'",
            "timestamp < now and timestamp > '-9999w'".replacing("now", with: "'now'"), "path ~ 'api' or nonsense > 3",
            "status2 == '503'", "path ~ '^/api/v1$'", "path ~ 'v1$'", "path !~ 'v2'", "path ~ '\\d'",
            "false or (true and not false)", "TRUE AND NOT FALSE", "path < '/b'", "path >= '/api'", "-1 < 0",
            "missing is null", "none is null", "status is not null", "not (status is null)", "path like '/api/%'",
            "path like '_api%1'", "path not like 'api%'", "path ilike '/API/%'", "path ~* '^/API'", "path !~* '^/web'",
            "status between 500 and 599", "status not between 1 and 2 and ratio between 1.5 and 1.5",
            "status between ratio and value.status", "5 between offset and offset",
            "timestamp between 2023-11-01 and timestamp",
            "status not in (1, 2)", "'x' in user.tags", "not 'z' in user.tags", "'z' not in user.tags",
            "timestamp < 2023-11-16", "timestamp >= 2023-11-14T22:13:20Z", "timestamp > now - 9999w",
            "timestamp > -9999w",
            "timestamp <= @1700000000000", "timestamp < now", "timestamp between 2023-11-01 and now",
            "big == 12345678901234567890", "big > 12345678901234567889", "big < 12345678901234567891", "big <> 1",
            "big == 1.2345678901234567890e19", "ratio == 1.500", "ratio == 15e-1", "0 == -0.0", "status < 1e999",
            "-1e999 < status", "9223372036854775807 < 9223372036854775808", "status == 503.0",
        ])
    func holds(condition: String) throws { #expect(try Self.run([condition]) != nil) }

    @Test(
        "A condition that does not hold",
        arguments: [
            "status == 500", "status == '503'", "status2 == 503", "missing", "missing > 5", "missing < 5", "none", "ok",
            "user == 1", "user.name.first == 'A'", "status.code == 503", "user.tags.x == 'x'", "path ~ '^api'",
            "headers.trace == 41", "topic == 'inner'", "true and false", "value.missing ~ ''", "ok > 1", "path > 3",
            "user.tags[0].x == null and false", "missing == gone", "none == missing", "status is null",
            "missing is not null", "path like 'api%'", "status not between 500 and 599", "status not in (503)",
            "'z' in user.tags", "'x' in path", "'x' in missing", "503 in status", "big == 12345678901234567891",
            "big == 1.2345678901234567e19", "missing between 1 and 2", "timestamp < -9999w", "path ~ '(a+)+$'",
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
            let sample = SampleRecord(key: nil, value: Array(value.utf8))
            #expect(try Self.run(["status == 503"], [], .json, sample) == nil, "\(value)")
            #expect(try Self.run(["status == null"], [], .json, sample) != nil, "\(value)")
        }
        #expect(try Self.run(["value == null and key == null"], [], .json, SampleRecord()) != nil)
    }

    @Test("Of members with the same name the last counts")
    func repeated() throws {
        let sample = SampleRecord(key: nil, value: Array(#"{"a":1,"a":{"b":"x\ty"},"a":{"b":"z\t"}}"#.utf8))
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
        let binary = SampleRecord(key: [255], value: [255, 0])
        #expect(
            try Self.run([], ["key,value"], .json, binary) == #"{"key_base64":"/w==","value_base64":"/wA="}"# + "\n")
    }

    @Test("and as text with separators between, in which nothing breaks the line")
    func text() throws {
        let style = ColumnStyle.text(separator: [9], null: Array("null".utf8))
        #expect(
            try Self.run([], ["user.name,none,user.tags,key"], style)
                == "A\\nBé\tnull\t[\"x\",\"y\"]\t{\"id\":\"k1\"}\n")
        let hard = SampleRecord(key: Array("a\tb\\".utf8), value: [10, 13])
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
            ("headers.a.b", "one name"), ("timestamp > 'soon'", "'soon' beside timestamp"), ("5x == a", "'5x'"),
            ("and", "'and' where"), ("a in 5", "'('"), ("a in ()", "')' where a field"), ("not", "the end"),
            ("status > 5 und b", "'und' where 'and', 'or' or the end should be (at character 12)"),
            ("ä == #", "'#' means nothing here (at character 6)"), ("a ~ '(?=b)'", "linear time"),
            ("a ~ '(b)\\1'", "back references"), ("status < -30m", "only timestamp is compared with times"),
            ("timestamp > 30m", "-30m is so long ago"), ("a is 5", "'5' where 'null'"), ("a between 1, 2", "'and'"),
            ("a like b", "in quotes"), ("a ~ b", "in quotes (at character 5)"), ("a[0", "the end where ']'"),
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

    @Test("What others take for JSON is read all the same")
    func lenient() throws {
        func holds(_ condition: String, _ value: [UInt8]) throws -> Bool {
            try Self.run([condition], [], .json, SampleRecord(key: nil, value: value)) != nil
        }
        let half = Array(#"{"a":"\ud83d","b":"\ude00x","c":"\ud83d\u0041","d":"\ud83d\ude00","e":1}"#.utf8)
        #expect(try holds("e == 1 and a == '\u{FFFD}' and b == '\u{FFFD}x' and c == '\u{FFFD}A' and d == '😀'", half))
        let marked = [0xEF, 0xBB, 0xBF] + Array(#"{"a":1}"#.utf8)
        #expect(try holds("a == 1", marked))
        let odd = Array(#"{"nan":NaN,"more":Infinity,"less":-Infinity,"text":"a\#tb","e":1}"#.utf8)
        #expect(
            try holds("e == 1 and more > 1e300 and less < 0 and less < more and more == more and text like 'a_b'", odd))
        #expect(try !holds("nan == nan or nan < 1 or nan >= 1 or nan is null", odd))
        #expect(try holds("a == 1 and b ~ 'x'", Array(#"{"a":1,"b":"x"#.utf8) + [0xFF] + Array(#""}"#.utf8)))
        #expect(
            try Self.run([], ["nan,more"], .json, SampleRecord(key: nil, value: odd))
                == #"{"nan":null,"more":null}"# + "\n")
        let deep = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(try !holds("a == 1", Array(#"{"a":1,"b":"#.utf8) + deep))
    }

    @Test("Elements of an array are found however they are written")
    func elements() throws {
        let value = Array(#"{"a":["x\ty",1,2.50,null,true,["x"],{"b":1},"\u00e9"]}"#.utf8)
        let sample = SampleRecord(key: Array(#"["k"]"#.utf8), value: value)
        for condition in ["'x\ty' in a", "1 in a", "2.5 in a", "null in a", "true in a", "'é' in a", "'k' in key"] {
            #expect(try Self.run([condition], [], .json, sample) != nil, "\(condition)")
        }
        for condition in ["'x' in a", "3 in a", "'1' in a", "'k' in value"] {
            #expect(try Self.run([condition], [], .json, sample) == nil, "\(condition)")
        }
    }

    @Test("A bare word on the right is a field, and said to be one")
    func bareWords() throws {
        func doubtful(_ condition: String) throws -> [String] {
            try RecordQuery(filters: [condition], selections: []).doubtful
        }
        #expect(try doubtful("name == big") == ["big"])
        #expect(try doubtful("status in (ok, 5, failed)") == ["ok", "failed"])
        for condition in [
            "name == 'big'", "a == value.big", "a == user.name", "topic == 't'", "a == offset", "a == true",
        ] {
            #expect(try doubtful(condition).isEmpty, "\(condition)")
        }
    }

    @Test("Numbers of any length are compared exactly")
    func numbers() throws {
        let ordered = [
            "-1e99999999999999999999", "-12345678901234567890123", "-12345678901234567890122.9", "-1e2", "-9.99",
            "-0.001",
            "0", "1e-99999999999999999999", "0.001", "0.0010000000000000000000001", "1", "1.5", "15", "1e2",
            "9007199254740992",
            "9007199254740993", "9223372036854775807", "9223372036854775808", "1e99999999999999999999",
        ]
        for (i, left) in ordered.enumerated() {
            for (j, right) in ordered.enumerated() {
                let order = Array(left.utf8).withUnsafeBytes { left in
                    Array(right.utf8).withUnsafeBytes { right in
                        DecimalNumber(left)!.compared(to: DecimalNumber(right)!)
                    }
                }
                #expect(order == (i - j).signum(), "\(left) and \(right)")
            }
        }
        for equal in ["100", "1e2", "100.000", "0.1e3", "1000e-1", "10.0E+1"] {
            #expect(try Self.run(["\(equal) == 100 and not \(equal) < 100"]) != nil, "\(equal)")
        }
        for none in ["", "-", ".5", "5.", "1e", "e1", "1e+", "0x1", "1 ", "NaN", "1,5"] {
            #expect(!DecimalNumber.isNumber(none))
        }
    }

    @Test("No expression traps, and what is wrong with it is always said")
    func anything() throws {
        let pieces = [
            "a", "status", "timestamp", "now", "value", "headers", ".", "[", "]", "0", "-1", "5e3", "1e999", "-30m",
            "30m",
            "2026-01-31", "@5", "'x'", "\"", "==", "!=", "<", ">=", "~", "!~*", "in", "not", "between", "and", "or",
            "is", "null",
            "like", "(", ")", ",", "true", "+", "-", "#", "é", "user.tags", "key",
        ]
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of expressions: \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let words = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            let text = words.joined(separator: Bool.random(using: &random) ? " " : "")
            do {
                _ = try Self.run([text])
            } catch {
                #expect("\(error)".contains("of option where: "), "\(text): \(error)")
            }
        }
    }

    @Test("No bytes trap where JSON should be")
    func anyBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of bytes: \(seed)")
        var random = SeededRandom(seed: seed)
        let good = Array(
            #"{"a":["x\ty",1,NaN,-Infinity],"user":{"name":"\ud83d\ude00é"},"status":-1.5e3,"b":null}"#.utf8)
        for _ in 0..<1_000 {
            var value = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<value.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: value[at] = .random(in: 0...255, using: &random)
                case 1: value.removeSubrange(at...)
                default: value.insert(UInt8.random(in: 0...255, using: &random), at: at)
                }
                if value.isEmpty { value = good }
            }
            let sample = SampleRecord(key: value, value: value)
            _ = try Self.run(
                ["user.name ~ '.' or status < 0 or 'x' in a or key.a[1] == 1"], ["user,a,key.user.name"], .json, sample)
        }
    }

    @Test("Endless nesting is refused")
    func nesting() {
        #expect(throws: InvalidExpression.self) {
            try RecordQuery(filters: [String(repeating: "(", count: 100_000)], selections: [])
        }
        #expect(throws: InvalidExpression.self) {
            try RecordQuery(filters: [String(repeating: "not ", count: 100_000) + "a"], selections: [])
        }
    }
}
