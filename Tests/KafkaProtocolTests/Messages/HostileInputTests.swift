// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Hostile input")
struct HostileInputTests {
    @Test("A message cut at any byte is an error", arguments: MessageCase.all)
    func truncation(_ message: MessageCase) throws {
        for (version, bytes) in try HostileInput.samples(message.type) {
            let isRead = HostileInput.read(message.type, version, bytes)
            #expect(isRead)
            for end in bytes.indices where HostileInput.read(message.type, version, Array(bytes[..<end])) {
                Issue.record("version \(version) cut at \(end) of \(bytes.count), seed \(TestRandom.seed)")
            }
        }
    }

    @Test("Damaged bytes are an error or another message, and never a crash", arguments: MessageCase.all)
    func mutation(_ message: MessageCase) throws {
        var random = TestRandom("mutation \(message.name)")
        for (version, bytes) in try HostileInput.samples(message.type) {
            for _ in 0..<80 { HostileInput.read(message.type, version, HostileInput.mutated(bytes, &random)) }
            for count in [0, 1, 4, 40, 400] { HostileInput.read(message.type, version, random.bytes(count)) }
        }
    }

    @Test("Damaged and cut frames of real clients and of Apache Kafka never crash")
    func recordings() throws {
        var random = TestRandom("recordings")
        for recording in try Recording.all() {
            guard let type = recording.requestType else { continue }
            try frames(recording, type, &random)
        }
    }

    private func frames<T: RequestMessage>(_ recording: Recording, _ type: T.Type, _ random: inout TestRandom) throws {
        let version = recording.version
        let isFlexible = T.isFlexible(version)
        let request = recording.request.bytes
        for end in ends(request) { readFrame(type, version, Array(request[..<end])) }
        for _ in 0..<40 { readFrame(type, version, HostileInput.mutated(request, &random)) }

        var body = recording.response
        body.moveReaderIndex(forwardBy: 4)
        if ResponseHeader.hasTaggedFields(T.apiKey, isFlexible: isFlexible) {
            try ResponseHeader.skipTaggedFields(&body)
        }
        let response = body.bytes
        for end in ends(response) where HostileInput.read(T.Response.self, version, Array(response[..<end])) {
            Issue.record("\(recording): a response cut at \(end) is read")
        }
        for _ in 0..<40 { HostileInput.read(T.Response.self, version, HostileInput.mutated(response, &random)) }
    }

    /// Every byte near the beginning; further on, where frames repeat themselves, one in a few.
    private func ends(_ bytes: [UInt8]) -> [Int] { bytes.indices.filter { $0 < 150 || $0 % 7 == 0 } }

    /// Header and body, as a broker reads them.
    private func readFrame<T: RequestMessage>(_ type: T.Type, _ version: Int16, _ bytes: [UInt8]) {
        var buffer = ByteBuffer(bytes: bytes)
        guard var header = try? RequestHeader(decoding: &buffer), header.apiKey == T.apiKey,
            T.versions.contains(header.apiVersion)
        else { return }
        guard (try? header.finish(&buffer, isFlexible: T.isFlexible(header.apiVersion))) != nil else { return }
        HostileInput.read(type, header.apiVersion, buffer.bytes)
    }

    @Test("A tagged field must be as long as its value")
    func tagSizes() throws {
        // Error, no APIs, throttle time, then tag 1: an int64.
        let response = "0000 01 00000000"
        let whole = try ByteBuffer(hex: response + "01 01 08 0000000000000007")
        #expect(try ApiVersionsResponse.decode(whole, version: 3).finalizedFeaturesEpoch == 7)
        let short = try ByteBuffer(hex: response + "01 01 07 00000000000007")
        #expect(throws: WireError.truncated) { try ApiVersionsResponse.decode(short, version: 3) }
        let long = try ByteBuffer(hex: response + "01 01 09 000000000000000700")
        #expect(throws: WireError.trailingBytes(1)) { try ApiVersionsResponse.decode(long, version: 3) }
    }

    @Test("A tagged field that holds its default is read, and not written")
    func defaultTag() throws {
        let bytes = try ByteBuffer(hex: "0000 01 00000000 01 01 08 ffffffffffffffff")
        let response = try ApiVersionsResponse.decode(bytes, version: 3)
        #expect(response == ApiVersionsResponse())
        #expect(try response.encoded(version: 3) == ByteBuffer(hex: "0000 01 00000000 00"))
    }

    @Test("Strings that are not UTF-8 are read with replacement characters")
    func invalidText() throws {
        let bytes = try ByteBuffer(hex: "00000001 0003 61ff62")
        #expect(try MetadataRequest.decode(bytes, version: 1).topics?.first?.name == "a\u{fffd}b")
    }

    @Test("No structure contains itself, so that input can't exhaust the stack")
    func depth() throws {
        for schema in try Schema.all().values {
            func visit(_ fields: [Schema.Field], _ path: [String]) {
                for field in fields {
                    guard let name = field.type.structureName else { continue }
                    guard !path.contains(name) else {
                        Issue.record("\(schema.name): \(path) \(name)")
                        continue
                    }
                    visit(schema.structures[name]!, path + [name])
                }
            }
            visit(schema.fields, [])
        }
    }
}
