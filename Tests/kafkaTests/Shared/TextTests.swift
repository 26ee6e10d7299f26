// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Testing

@testable import kafka

@Suite("Texts that options and files bring")
struct TextTests {
    @Test("A properties file is read as Java reads it")
    func properties() {
        let text = "# comment\n! too\na=1\nb : 2\nc 3\nd = x\\\n   y\ne=\\u00e9\\t\\=\nf\n  g=h=i\r\nkey\\ two=v\n"
        let properties = Properties(parsing: text)
        #expect(properties.entries.map(\.name) == ["a", "b", "c", "d", "e", "f", "g", "key two"])
        #expect(properties.entries.map(\.value) == ["1", "2", "3", "xy", "é\t=", "", "h=i", "v"])
    }

    @Test("A topic pattern matches whole names, commas mean or")
    func filters() throws {
        #expect(try TopicFilter("o.*").matches("orders"))
        #expect(try !TopicFilter("o.*").matches("zoo"))
        #expect(try TopicFilter("orders, payments").matches("payments"))
        #expect(try TopicFilter("\"orders\"").literal == "orders")
        #expect(try TopicFilter("my\\.topic").matches("my.topic"))
        #expect(try !TopicFilter("my\\.topic").matches("my-topic"))
        #expect(try TopicFilter("(?i)ORD[a-z]{3}\\w*").matches("orders"))
        #expect(try !TopicFilter(".*").allows("__consumer_offsets", excludeInternal: true))
        #expect(try !TopicFilter("(a+)+b").matches(String(repeating: "a", count: 249)))
        for bad in ["", " ", "'\"", "a[", "(?=a)"] {
            #expect(throws: CommandError.self, "\(bad)") { try TopicFilter(bad) }
        }
    }

    @Test("Pairs of escapes are one character, and a byte order mark is none")
    func unusualProperties() {
        let properties = Properties(parsing: "\u{FEFF}a=\\ud83d\\ude00!\nb=\\ud83dx\nc=\\u12\n")
        #expect(properties.entries.map(\.name) == ["a", "b", "c"])
        #expect(properties.entries.map(\.value) == ["😀!", "\u{FFFD}x", "u12"])
        #expect(try! JSON.parse("\u{FEFF}[1]") == .array([.integer(1)]))
    }

    @Test("Times are those of the asked zone unless they name one")
    func times() {
        #expect(Timestamps.parse("1970-01-01T00:00:00.000", .utc) == 0)
        #expect(Timestamps.parse("2020-01-01T00:00:00.000", .utc) == 1_577_836_800_000)
        #expect(Timestamps.parse("2020-02-29T12:30:15.250Z", .utc) == 1_582_979_415_250)
        #expect(Timestamps.parse("2020-01-01T01:00:00+01:00", .local) == 1_577_836_800_000)
        #expect(Timestamps.parse("2019-12-31T19:00-0500", .local) == 1_577_836_800_000)
        for bad in ["2020-13-01T00:00", "T", "2020-01-01T25:00", "", "2020-01-01T00:00:00.x", "2020-01-01T", "2020-01"]
        {
            #expect(Timestamps.parse(bad, .utc) == nil, "\(bad)")
        }
    }

    @Test(
        "A reset takes Kafka's times as UTC, and local times and durations as all options do, but no day, which could be both"
    )
    func resets() throws {
        func targets(_ option: String, _ text: String) throws -> OffsetTargets {
            let arguments = try OptionParser.parse(["--\(option)", text], ConsumerGroupsCommand.definition)
            return try OffsetTargets(arguments, among: OffsetTargets.names, for: "reset-offsets", group: "g")
        }
        for time in ["2026-01-31T08:00:00.000", "2026-01-31T08:00:00Z", "2026-01-31 08:00", "-30m", "@5", "now"] {
            #expect(throws: Never.self, "\(time)") { try targets("to-datetime", time) }
        }
        for duration in ["PT30M", "30m", "-30m", "1h30m", "-P1D"] {
            #expect(throws: Never.self, "\(duration)") { try targets("by-duration", duration) }
        }
        for (option, text) in [
            ("to-datetime", "soon"), ("to-datetime", "2026-01-31"), ("by-duration", "30"),
            ("by-duration", "--5m"),
        ] {
            #expect(throws: CommandError.self, "\(text)") { try targets(option, text) }
        }
    }

    @Test("Durations have the form PnDTnHnMnS")
    func durations() {
        #expect(Timestamps.duration("PT1H") == 3_600_000)
        #expect(Timestamps.duration("P1DT2H30M5.5S") == 95_405_500)
        #expect(Timestamps.duration("-P1D") == -86_400_000)
        for bad in [
            "", "P", "1H", "PT", "P1H", "PT1D", "PT1", "P1DT", "P99999999999999D", "-P99999999999999D",
            "PT9999999999999999999S", "PT1E400S",
        ] {
            #expect(Timestamps.duration(bad) == nil, "\(bad)")
        }
    }

    @Test("JSON comes out as it went in")
    func json() throws {
        let text = #"{"a":[1,-2,3.5,true,false,null],"b":{"c":"é\"\\\n\u0001😀"},"d":[],"e":{}}"#
        #expect(try JSON.parse(text).serialized() == text)
        #expect(try JSON.parse(#""\ud83d\ude00\/""#) == .string("😀/"))
        for bad in ["", "{", "{\"a\":}", "[1,]", "tru", "1 2", "\"a", "\"\\ud83d\"", "nan", "{\"partitions\":["] {
            #expect(throws: JSON.ParseError.self, "\(bad)") { try JSON.parse(bad) }
        }
        #expect(throws: JSON.ParseError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    }

    @Test("Base64 decodes what it encodes")
    func base64() {
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode("any carnal pleas".utf8) == "YW55IGNhcm5hbCBwbGVhcw==")
        for bad in ["a", "ab=c", "a===", "ab!=", "=abc"] { #expect(Base64.decode(bad) == nil) }
    }

    @Test("The nearest word is suggested, and none when all are far")
    func suggestions() {
        #expect(closest(to: "ordesr", among: ["orders", "payments"]) == "orders")
        #expect(closest(to: "x", among: ["orders", "payments"]) == nil)
        #expect(editDistance(Array("abc".utf8), Array("acb".utf8), limit: 3) == 1)
    }

    @Test("Numbers are rounded as Java's printf does")
    func decimals() {
        #expect(Decimal.text(1234.5678, 2) == "1234.57")
        #expect(Decimal.text(0.004, 2) == "0.00")
        #expect(Decimal.text(-2.5, 0) == "-3")
        #expect(Decimal.text(99.999, 2) == "100.00")
    }

    @Test("Commas in brackets belong to a configuration's value")
    func configPairs() throws {
        let pairs = try ConfigChanges.pairs("cleanup.policy=[compact,delete],retention.ms=1,empty=")
        #expect(pairs.map(\.name) == ["cleanup.policy", "retention.ms", "empty"])
        #expect(pairs.map(\.value) == ["compact,delete", "1", ""])
        let scram = try ConfigChanges.pairs("SCRAM-SHA-256=[iterations=8192,password=secret]")
        #expect(scram[0].value == "iterations=8192,password=secret")
    }

    @Test("Access control lists are printed as Kafka prints them")
    func acls() throws {
        let words = [
            "--add", "--allow-principal", "User:bob", "--consumer", "--topic", "guarded", "--group", "readers",
        ]
        let arguments = try OptionParser.parse(words, AclsCommand.definition)
        let rules = try AclRule.rules(arguments, try AclRule.resources(arguments))
        #expect(
            rules.map(\.resource.description) == [
                "ResourcePattern(resourceType=TOPIC, name=guarded, patternType=LITERAL)",
                "ResourcePattern(resourceType=GROUP, name=readers, patternType=LITERAL)",
            ])
        #expect(
            rules[0].entries.map(\.description) == [
                "(principal=User:bob, host=*, operation=READ, permissionType=ALLOW)",
                "(principal=User:bob, host=*, operation=DESCRIBE, permissionType=ALLOW)",
            ])
        #expect(AclOperation.printed(12) == "IDEMPOTENT_WRITE")
    }

    @Test("The salted password of SCRAM is that of RFC 7677")
    func scram() {
        let salt = Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==")!
        let salted = PBKDF2.derive(.sha256, Array("pencil".utf8), salt: salt, iterations: 4096)
        #expect(Base64.encode(salted) == "xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=")
    }
}
