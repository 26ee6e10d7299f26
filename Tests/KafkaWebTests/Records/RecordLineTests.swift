// SPDX-License-Identifier: Apache-2.0

import KafkaText
import TestSupport
import Testing

@testable import KafkaWeb

@Suite("A record as the page gets it")
struct RecordLineTests {
    private func json(_ sample: SampleRecord) throws -> JSON {
        var found: JSON?
        try sample.withView { record, header in found = try JSON.parse(RecordLine(record, 2, header).json) }
        return try #require(found)
    }

    @Test("None, empty, text and bytes are four things")
    func kinds() throws {
        #expect(try json(SampleRecord())["value"] == .null)
        #expect(try json(SampleRecord(value: []))["value"] == .members(["size": .integer(0), "text": .string("")]))
        let text = try json(SampleRecord(key: Array("a\"<b>".utf8), value: Array("é".utf8)))
        #expect(text["key"] == .members(["size": .integer(5), "text": .string("a\"<b>")]))
        #expect(text["value"] == .members(["size": .integer(2), "text": .string("é")]))
        #expect(
            try json(SampleRecord(value: [0xFF, 0]))["value"]
                == .members(["size": .integer(2), "base64": .string("/wA=")]))
        let header = try json(SampleRecord(headers: [("a", nil), ("b", [1])]))["headers"]
        #expect(header?.elements?.count == 2)
        #expect(header?.elements?.first?["value"] == .null)
    }

    @Test("A long value is cut between characters, and its size is that of the whole", arguments: 0..<4)
    func cut(_ shift: Int) throws {
        let text = String(repeating: "x", count: shift) + String(repeating: "€", count: RecordLine.shownBytes)
        let value = try json(SampleRecord(value: Array(text.utf8)))["value"]
        #expect(value?["size"]?.number == Int64(text.utf8.count))
        let shown = try #require(value?["text"]?.text)
        #expect(text.hasPrefix(shown))
        #expect((RecordLine.shownBytes - 3...RecordLine.shownBytes).contains(shown.utf8.count))
    }

    @Test("Only so many headers are shown, and it says how many there are")
    func headers() throws {
        let record = try json(SampleRecord(headers: (0..<150).map { ("h\($0)", [1]) }))
        #expect(record["headers"]?.elements?.count == RecordLine.shownHeaders)
        #expect(record["headerCount"]?.number == 150)
    }
}
