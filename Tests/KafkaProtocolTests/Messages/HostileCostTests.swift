// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

/// What a peer can make us spend. Memory is looked at in a process of its own, where no other test takes any.
@Suite("Cost of hostile input")
struct HostileCostTests {
    @Test(
        "A short frame that claims two billion elements or bytes costs neither memory nor time",
        .timeLimit(.minutes(10)))
    func lies() async {
        await #expect(processExitsWith: .success) {
            let before = Resources.peakAddressSpace()
            var random = TestRandom("lies")
            for message in MessageCase.all {
                for (version, sample) in try HostileInput.samples(message.type) {
                    for lie in HostileInput.lies {
                        for _ in 0..<4 {
                            let index = Int.random(in: 0..<max(min(sample.count, 100), 1), using: &random)
                            let bytes = HostileInput.replaced(sample, at: min(index, sample.count), with: lie)
                            HostileInput.read(message.type, version, bytes)
                        }
                    }
                }
            }
            // Room for the pools of threads that start meanwhile; 2³¹ elements of a byte would show all the same.
            if let before, let after = Resources.peakAddressSpace() {
                #expect(after - before < 1 << 30, "seed \(TestRandom.seed)")
            }
        }
    }

    @Test("The time to read a message grows with its length, not with the square", arguments: MessageCase.all)
    func linearTime(_ message: MessageCase) throws {
        let schema = try #require(try Schema.all()[message.name])
        let version = message.type.versions.upperBound
        func seconds(_ count: Int) throws -> Double {
            var generator = SchemaGenerator(
                schema: schema, version: version, style: .empty, random: TestRandom(message.name))
            generator.topLevelCount = count
            let bytes = ByteBuffer(bytes: SchemaWriter.bytes(generator.message(), schema, version))
            return try Resources.cpuSeconds { _ = try message.type.decode(bytes, version: version) }
        }
        // Linear would be 8 times as long, quadratic 64 times. A disturbed measurement is repeated.
        #expect(
            try (1...10).contains { _ in
                let short = try seconds(250)
                let long = try seconds(2000)
                return long < max(short * 30, 0.05)
            })
    }

    @Test("A message has at most a million array elements")
    func elementLimit() throws {
        // No group id, one topic without a name, and its partitions.
        var bytes = try ByteBuffer(hex: "0000 00000001 0000 00100000")
        bytes.writeRepeatingByte(0, count: 4 << 20)
        #expect(throws: WireError.tooManyElements) { try OffsetFetchRequest.decode(bytes, version: 1) }
    }

    @Test("Elements are counted over all arrays and tagged fields of a message, wherever they are")
    func sharedLimit() throws {
        // A topic, two partitions, and in each of them two tags that no version has.
        var request = FetchRequest {
            $0.topics = [.init { $0.partitions = [.init { $0.replicaDirectoryID = .random() }, .init()] }]
        }
        let tags = [7, 8].map { UnknownTaggedFields.Field(tag: $0, bytes: ByteBuffer()) }
        for partition in 0...1 { request.topics[0].partitions[partition].unknownTaggedFields.fields = tags }
        let bytes = try request.encoded(version: 17)
        func read(_ limit: Int) throws(WireError) -> FetchRequest {
            var wire = Wire(reading: bytes, version: 17, isFlexible: true, elementBudget: limit)
            var read = FetchRequest()
            try read.fields(&wire)
            return read
        }
        // Three elements and, with the known one, five tags.
        #expect(try read(8) == request)
        for limit in 0..<8 {
            #expect(throws: WireError.tooManyElements) { try read(limit) }
        }
    }

    @Test("Elements inside of tagged fields count too")
    func limitInsideTags() throws {
        let response = FetchResponse { $0.nodeEndpoints = [.init(), .init(), .init()] }
        let bytes = try response.encoded(version: 16)
        func read(_ limit: Int) throws(WireError) -> FetchResponse {
            var wire = Wire(reading: bytes, version: 16, isFlexible: true, elementBudget: limit)
            var read = FetchResponse()
            try read.fields(&wire)
            return read
        }
        #expect(try read(4) == response)
        #expect(throws: WireError.tooManyElements) { try read(3) }
    }

    @Test("Too many tagged fields are refused before they are read")
    func tagLimit() throws {
        for body in ["0000 01 00000000", "0000 02 0000 0000 0000"] {
            // 2²⁰ + 1 tags, behind a structure with tagged fields of its own and one without. The first tag has a
            // length that nothing follows: who reads it, stumbles.
            var bytes = try ByteBuffer(hex: body + "818040 7f ffffffff07")
            bytes.writeRepeatingByte(0, count: 4 << 20)
            #expect(throws: WireError.tooManyElements) { try ApiVersionsResponse.decode(bytes, version: 3) }
        }
    }

    @Test("A crowd of tiny elements takes at most a few dozen times the memory of its bytes")
    func amplification() async {
        await #expect(processExitsWith: .success) {
            // JoinGroup 6 up to its protocols; 2¹⁸ of them, of three bytes each: no name, no bytes, no tags.
            let element: [UInt8] = [1, 1, 0]
            var bytes = try ByteBuffer(hex: "01 00000000 00000000 01 00 01 818010")
            bytes.reserveCapacity(bytes.readableBytes + element.count << 18 + 1)
            for _ in 0..<1 << 18 { bytes.writeBytes(element) }
            bytes.writeInteger(UInt8(0))
            let before = Resources.residentMemory()
            let request = try JoinGroupRequest.decode(bytes, version: 6)
            if let before, let after = Resources.residentMemory() {
                #expect(after - before < 64 * bytes.readableBytes, "\((after - before) >> 20) MB")
            }
            #expect(request.protocols.count == 1 << 18)
        }
    }
}
