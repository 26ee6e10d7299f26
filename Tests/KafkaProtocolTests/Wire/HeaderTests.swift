// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Headers")
struct HeaderTests {
    @Test(
        "A request header survives being written and read", arguments: [nil, "", "console-producer", "Ωmega 🦆"],
        [false, true])
    func roundTrip(_ clientID: String?, _ isFlexible: Bool) throws {
        let header = RequestHeader(apiKey: .fetch, apiVersion: 12, correlationID: -7, clientID: clientID)
        var buffer = ByteBuffer()
        try header.encode(into: &buffer, isFlexible: isFlexible)
        buffer.writeString("body")
        var read = try RequestHeader(decoding: &buffer)
        try read.finish(&buffer, isFlexible: isFlexible)
        #expect(read == header)
        #expect(buffer.bytes == Array("body".utf8))
    }

    @Test("Version 2 of a request header is version 1 and a count of tagged fields")
    func layout() throws {
        let header = RequestHeader(apiKey: .metadata, apiVersion: 9, correlationID: 258, clientID: "ab")
        var buffer = ByteBuffer()
        try header.encode(into: &buffer, isFlexible: false)
        #expect(try buffer == ByteBuffer(hex: "0003 0009 00000102 0002 6162"))
        buffer.clear()
        try header.encode(into: &buffer, isFlexible: true)
        #expect(try buffer == ByteBuffer(hex: "0003 0009 00000102 0002 6162 00"))
    }

    @Test("Tagged fields of a request header are read past")
    func taggedFields() throws {
        // Two tags: 1 with two bytes, 300 with none.
        var buffer = try ByteBuffer(hex: "0003 0009 00000001 ffff 02 0102aabb ac0200 cc")
        var header = try RequestHeader(decoding: &buffer)
        #expect(header.clientID == nil)
        try header.finish(&buffer, isFlexible: true)
        #expect(buffer.hex == "cc")
    }

    @Test("A key or version that nobody knows is read all the same, so that it can be answered")
    func unknownKey() throws {
        var buffer = try ByteBuffer(hex: "7fff 8000 80000000 0000")
        let header = try RequestHeader(decoding: &buffer)
        #expect(header.apiKey == APIKey(rawValue: .max) && header.apiVersion == .min && header.correlationID == .min)
        #expect(header.clientID == "")
    }

    @Test("A client id that no length field can hold is not written")
    func longClientID() throws {
        var buffer = ByteBuffer()
        let longest = RequestHeader(
            apiKey: .fetch, apiVersion: 4, correlationID: 1, clientID: String(repeating: "x", count: 32767))
        try longest.encode(into: &buffer, isFlexible: false)
        #expect(try RequestHeader(decoding: &buffer) == longest)
        var longer = longest
        longer.clientID?.append("x")
        #expect(throws: WireError.tooLong(32768)) { try longer.encode(into: &buffer, isFlexible: false) }
    }

    @Test(
        "A cut or wrong request header is an error",
        arguments: [
            "", "00", "0003", "000300", "00030009", "0003000900000001", "000300090000000100", "00030009000000010002",
            "0003000900000001000261", "0003000900000001fffe", "00030009000000017fff61", "00030009000000018000",
        ])
    func wrong(_ hex: String) throws {
        var buffer = try ByteBuffer(hex: hex)
        let before = buffer
        #expect(throws: WireError.self) { try RequestHeader(decoding: &buffer) }
        #expect(buffer == before)
    }

    @Test(
        "Wrong tagged fields in a flexible header are an error",
        arguments: [
            "", "01", "0101", "010101", "ff", "ffffffff0f", "ffffffffff", "ffffffff7f", "80", "0202000100",
            "0201000100",
            "0100ffffffff0f", "01ffffffffff00", "ffffffffffffffffff01",
        ])
    func wrongTags(_ hex: String) throws {
        var buffer = try ByteBuffer(hex: "0003 0009 00000001 ffff" + hex)
        var header = try RequestHeader(decoding: &buffer)
        #expect(throws: WireError.self) { try header.finish(&buffer, isFlexible: true) }
        buffer = try ByteBuffer(hex: hex)
        #expect(throws: WireError.self) { try ResponseHeader.skipTaggedFields(&buffer) }
    }

    @Test("Response headers have tagged fields for flexible responses, ApiVersions excepted")
    func responses() throws {
        #expect(ResponseHeader.hasTaggedFields(.fetch, isFlexible: true))
        #expect(!ResponseHeader.hasTaggedFields(.fetch, isFlexible: false))
        #expect(!ResponseHeader.hasTaggedFields(.apiVersions, isFlexible: true))
        var buffer = ByteBuffer()
        ResponseHeader.encode(correlationID: 5, hasTaggedFields: true, into: &buffer)
        #expect(buffer.hex == "0000000500")
        buffer.moveReaderIndex(forwardBy: 4)
        try ResponseHeader.skipTaggedFields(&buffer)
        #expect(buffer.readableBytes == 0)
    }
}
