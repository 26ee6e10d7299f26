// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("A line is taken apart as Kafka's LineMessageReader does")
struct LineFormatTests {
    struct Record: Equatable {
        var key: String?
        var value: String?
        var headers: [String]
    }

    func parse(_ line: String, _ properties: String...) throws -> Record {
        var all = Properties()
        try all.add(properties, option: "property")
        let format = try LineFormat(all)
        var headers = EncodedRecordHeaders()
        return try Array(line.utf8).withUnsafeBytes { bytes in
            let parts = try format.parse(bytes, number: 7, &headers)
            func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
            return headers.withHeaders { encoded in
                Record(
                    key: text(parts.key), value: text(parts.value),
                    headers: encoded.map { "\(text($0.key)!)=\(text($0.value) ?? "null")" })
            }
        }
    }

    @Test("The key ends at the first separator")
    func keys() throws {
        #expect(try parse("k\tv\tw", "parse.key=true") == Record(key: "k", value: "v\tw", headers: []))
        #expect(try parse("k::v", "parse.key=true", "key.separator=::") == Record(key: "k", value: "v", headers: []))
        #expect(try parse(":", "parse.key=true", "key.separator=:") == Record(key: "", value: "", headers: []))
    }

    @Test("Headers come first")
    func headers() throws {
        let properties = [
            "parse.headers=true", "parse.key=true", "headers.delimiter=|", "key.separator=:", "null.marker=NULL",
        ]
        func parsed(_ line: String) throws -> Record {
            var all = Properties()
            try all.add(properties, option: "property")
            return try parse(line, properties[0], properties[1], properties[2], properties[3], properties[4])
        }
        #expect(
            try parsed("trace:abc,span:1|k1:v1") == Record(key: "k1", value: "v1", headers: ["trace=abc", "span=1"]))
        #expect(try parsed("trace:def|k2:NULL") == Record(key: "k2", value: nil, headers: ["trace=def"]))
        #expect(try parsed("NULL|NULL:v3") == Record(key: nil, value: "v3", headers: []))
        #expect(try parsed("a:NULL|k:v").headers == ["a=null"])
    }

    @Test("The separator of headers is a regular expression, and one character is itself")
    func separators() throws {
        func headers(_ line: String, _ separator: String) throws -> [String] {
            try parse(line + "\tv", "parse.headers=true", "headers.separator=\(separator)").headers
        }
        for separator in ["\\|", "|", "[|]", "\\Q|\\E", "(?:\\|)"] {
            #expect(try headers("a:1|b:2", separator) == ["a=1", "b=2"], "\(separator)")
        }
        #expect(try headers("a:1, b:2 ;c:3", " *[,;] *") == ["a=1", "b=2", "c=3"])
        #expect(try headers("a:1.b:2", ".") == ["a=1", "b=2"])
        #expect(try headers("a:1||b:2", "||") == ["a=1", "b=2"], "matches between any two characters")
        #expect(try headers("a:1((b:2", "((") == ["a=1", "b=2"], "no regular expression")
        #expect(try headers("a:1++b:x|y", "\\++") == ["a=1", "b=x|y"])
    }

    @Test("Headers that are empty at the end count for nothing, as in Java")
    func emptyHeaders() throws {
        for line in ["a:1,", "a:1,,,", "a:1"] {
            #expect(try parse(line + "\tv", "parse.headers=true").headers == ["a=1"], "\(line)")
        }
        #expect(try parse(",\tv", "parse.headers=true") == Record(key: nil, value: "v", headers: []))
        for line in [",a:1", "a:1,,b:2", ""] {
            #expect {
                try parse(line + "\tv", "parse.headers=true")
            } throws: { "\($0)".contains("in pair '' on line number 7") }
        }
        #expect(
            try parse("a:1,,b\tv", "parse.headers=true", "ignore.error=true").headers == ["a=1", "=null", "b=null"])
    }

    @Test("A line without separator is an error that names the line, unless errors are ignored")
    func missingSeparator() throws {
        #expect {
            try parse("no separator here", "parse.key=true")
        } throws: { "\($0)" == "No key separator found on line number 7: 'no separator here'" }
        #expect(try parse("x", "parse.key=true", "ignore.error=true") == Record(key: nil, value: "x", headers: []))
        #expect {
            try parse("a\tv", "parse.headers=true")
        } throws: { "\($0)".contains("'a' on line number 7") }
    }
}
