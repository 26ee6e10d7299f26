// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaText

@Suite("JSON values")
struct JSONTests {
    @Test("JSON comes out as it went in")
    func json() throws {
        let text = #"{"a":[1,-2,3.5,true,false,null],"b":{"c":"é\"\\\n\u0001😀"},"d":[],"e":{}}"#
        #expect(try JSON.parse(text).serialized() == text)
        #expect(try JSON.parse(#""\ud83d\ude00\/""#) == .string("😀/"))
        #expect(try JSON.parse("\u{FEFF}[1]") == .array([.integer(1)]))
        for bad in ["", "{", "{\"a\":}", "[1,]", "tru", "1 2", "\"a", "\"\\ud83d\"", "nan", "{\"partitions\":["] {
            #expect(throws: JSON.ParseError.self, "\(bad)") { try JSON.parse(bad) }
        }
        #expect(throws: JSON.ParseError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    }
}
