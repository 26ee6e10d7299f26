// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("What a version can't carry")
struct WritingTests {
    @Test("A version outside of the range is refused both ways", arguments: MessageCase.all)
    func versions(_ message: MessageCase) {
        for version in [message.type.versions.lowerBound - 1, message.type.versions.upperBound + 1, .min, .max] {
            #expect(throws: WireError.unsupportedVersion(version)) {
                try message.type.decode(ByteBuffer(), version: version)
            }
            #expect(throws: WireError.unsupportedVersion(version)) { try message.type.init().encoded(version: version) }
        }
    }

    @Test("A field that is set and that matters is not dropped in silence, and nothing is written")
    func fieldNotInVersion() throws {
        let request = OffsetFetchRequest { $0.requireStable = true }
        #expect(throws: WireError.fieldNotInVersion(6)) { try request.encoded(version: 6) }
        let all = OffsetFetchRequest { $0.topics = nil }
        #expect(throws: WireError.fieldNotInVersion(8)) { try all.encoded(version: 8) }
        let owned = CreateDelegationTokenRequest { $0.ownerPrincipalName = "alice" }
        #expect(throws: WireError.fieldNotInVersion(2)) { try owned.encoded(version: 2) }
    }

    @Test("A field that may be ignored is left out of versions that lack it")
    func ignorable() throws {
        let response = MetadataResponse { $0.clusterID = "cluster" }
        #expect(try MetadataResponse.decode(response.encoded(version: 1), version: 1).clusterID == nil)
        #expect(try MetadataResponse.decode(response.encoded(version: 2), version: 2).clusterID == "cluster")
    }

    @Test("Null is written and read only where the version has it")
    func null() throws {
        let request = MetadataRequest { $0.topics = nil }
        #expect(throws: WireError.nullNotAllowed(0)) { try request.encoded(version: 0) }
        #expect(try request.encoded(version: 1).hex == "ffffffff")
        #expect(throws: WireError.nullNotAllowed(0)) {
            try MetadataRequest.decode(ByteBuffer(hex: "ffffffff"), version: 0)
        }
        let unnamed = MetadataRequest { $0.topics = [.init { $0.name = nil }] }
        #expect(throws: WireError.nullNotAllowed(9)) { try unnamed.encoded(version: 9) }
        #expect(throws: Never.self) { try unnamed.encoded(version: 10) }
    }

    @Test("A string too long for 16 bits is refused where lengths have 16 bits")
    func tooLong() throws {
        let request = MetadataRequest { $0.topics = [.init { $0.name = String(repeating: "x", count: 32768) }] }
        #expect(throws: WireError.tooLong(32768)) { try request.encoded(version: 1) }
        let bytes = try request.encoded(version: 12)
        #expect(try MetadataRequest.decode(bytes, version: 12) == request)
    }

    @Test("Writing appends to what is there, also after an error")
    func appends() throws {
        var buffer = ByteBuffer(string: "head")
        #expect(throws: WireError.unsupportedVersion(99)) {
            try MetadataRequest().encode(into: &buffer, version: 99)
        }
        #expect(buffer.bytes == Array("head".utf8))
        try MetadataRequest().encode(into: &buffer, version: 0)
        #expect(buffer.bytes == Array("head".utf8) + [0, 0, 0, 0])
    }

    @Test("Bytes behind the message are an error, unless it is read as a prefix")
    func trailingBytes() throws {
        var buffer = try ByteBuffer(hex: "00000000 aabb")
        #expect(throws: WireError.trailingBytes(2)) { try MetadataRequest.decode(buffer, version: 0) }
        #expect(try MetadataRequest.decode(prefixOf: &buffer, version: 0).topics == [])
        #expect(buffer.hex == "aabb")
    }

    @Test("Every error has a text of its own")
    func texts() {
        let errors: [WireError] = [
            .truncated, .invalidLength(-2), .invalidVarint, .tooManyElements, .trailingBytes(3), .fieldNotInVersion(4),
            .nullNotAllowed(5), .tooLong(6), .unsupportedVersion(7),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
