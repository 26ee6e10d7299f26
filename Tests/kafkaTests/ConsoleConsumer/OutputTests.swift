// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import TestSupport
import Testing

@testable import kafka

@Suite("Records are printed as options say")
struct OutputTests {
    let plain = SampleRecord(
        key: Array("k".utf8), value: Array("v\n".utf8), headers: [("a", [49]), ("b", nil)])

    func text(_ sample: SampleRecord, _ formatter: any RecordFormatter) throws -> String {
        String(decoding: try sample.printed(by: formatter), as: UTF8.self)
    }

    @Test("At a terminal a record is one line in columns, its value last and whole")
    func terminal() throws {
        let formatter = TerminalFormatter(hasColors: false, showsTopic: true)
        let line = try text(plain, formatter)
        #expect(line.hasSuffix("  t 2:5  k  [a=1 b=null]  v\\n\n"))
        #expect(try text(.init(key: Array("long".utf8), value: nil), formatter).hasSuffix("  t 2:5  long  null\n"))
        #expect(try text(.init(key: nil, value: []), formatter).hasSuffix("  t 2:5  -     \n"))
        let colored = try text(.init(key: nil, value: nil), TerminalFormatter(hasColors: true, showsTopic: false))
        #expect(colored.contains("\u{1b}[2mnull\u{1b}[0m\n"))
    }

    @Test("What is missing at a terminal is told from a text that looks like it, without colours too")
    func missing() throws {
        func shown(_ key: String?, _ value: String?, header: String? = nil) throws -> String {
            let formatter = TerminalFormatter(hasColors: false, showsTopic: false)
            let sample = SampleRecord(
                key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
                headers: [("h", header.map { Array($0.utf8) })])
            return try text(sample, formatter).split(separator: "2:5").dropFirst().joined()
        }
        #expect(try shown(nil, nil) == "  -  [h=null]  null\n")
        #expect(try shown("-", "null", header: "null") == #"  "-"  [h="null"]  "null""# + "\n")
        #expect(try shown("\"-\"", "\"null\"") == #"  ""-""  [h=null]  ""null"""# + "\n")
        #expect(try shown("--", "\"a\"", header: "") == #"  --  [h=]  "a""# + "\n")
        #expect(try shown("\"", "\"\"") == #"  "  [h=null]  """# + "\n")
    }

    @Test("What would steer a terminal is shown with a backslash")
    func printable() {
        func shown(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { TerminalFormatter.printable($0) } }
        #expect(shown(Array("é😀 {\"a\": \"b\\n\"}".utf8)) == "é😀 {\"a\": \"b\\n\"}")
        #expect(shown([27, 91, 51, 49, 109, 7, 10, 13, 9, 127]) == #"\x1b[31m\x07\n\r\t\x7f"#)
        #expect(shown([0xFF, 97, 0xC3, 0xC2, 0x9B]) == #"\xffa\xc3\xc2\x9b"#)
    }

    func output(_ words: String..., environment: Environment) throws -> RecordOutput {
        let arguments = try OptionParser.parse(["--topic", "t"] + words, ConsoleConsumerCommand.definition)
        return try RecordOutput(arguments).fitted(to: environment, showsTopic: false)
    }

    @Test("Only a terminal that can more than print, and no option about the output, changes what Kafka prints")
    func choice() throws {
        let terminal = Environment(variables: ["TERM": "xterm"], outputIsTerminal: true)
        #expect(try output(environment: terminal).formatter is TerminalFormatter)
        #expect(try output("--where", "a", environment: terminal).formatter is TerminalFormatter)
        #expect(try output("--format", "plain", environment: terminal).formatter is DefaultFormatter)
        #expect(try output("--property", "print.key=true", environment: terminal).formatter is DefaultFormatter)
        #expect(
            try output("--formatter", "DefaultMessageFormatter", environment: terminal).formatter is DefaultFormatter)
        let pipe = Environment(variables: ["TERM": "xterm"], outputIsTerminal: false)
        #expect(try output(environment: pipe).formatter is DefaultFormatter)
        #expect(try output(environment: pipe).plainFormatter != nil)
        let dumb = Environment(variables: ["TERM": "dumb"], outputIsTerminal: true)
        #expect(try output(environment: dumb).formatter is DefaultFormatter)
    }

    @Test("NO_COLOR and a dumb terminal have no colours")
    func colors() {
        #expect(Environment(variables: [:]).wantsColors)
        #expect(Environment(variables: ["NO_COLOR": ""]).wantsColors)
        #expect(!Environment(variables: ["NO_COLOR": "1"]).wantsColors)
        #expect(!Environment(variables: ["TERM": "dumb"]).wantsColors)
    }
}
