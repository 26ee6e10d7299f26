// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite struct ConsumerProtocolTests {
    private let owned = [TopicPartition("x", 0), TopicPartition("x", 2), TopicPartition("y", 1)]

    @Test("What a member writes, the leader reads", arguments: AssignorName.allCases)
    func roundTrip(assignor: AssignorName) throws {
        let bytes = try ConsumerProtocol.subscription(
            assignor, topics: ["y", "x"], owned: owned, previous: owned, generation: 7, rackID: "r1")
        let member = try ConsumerProtocol.member("m", nil, bytes, assignor)
        #expect(member.topics == ["x", "y"])
        #expect(member.owned == owned)
        #expect(member.generation == 7)
        #expect(try ConsumerProtocol.partitions(try ConsumerProtocol.assignment(owned)) == owned)
        #expect(try ConsumerProtocol.partitions(ByteBuffer()).isEmpty)
    }

    @Test("An eager sticky member tells what it had although it owns nothing")
    func stickyUserData() throws {
        let bytes = try ConsumerProtocol.subscription(
            .sticky, topics: ["x"], owned: [], previous: owned, generation: 3, rackID: "")
        let member = try ConsumerProtocol.member("m", nil, bytes, .sticky)
        #expect(member.owned == owned && member.generation == 3)
    }

    @Test("A subscription of a version to come is read as far as it is known")
    func future() throws {
        var bytes = try ConsumerProtocol.subscription(
            .range, topics: ["x"], owned: [], previous: [], generation: 1, rackID: "")
        bytes.setInteger(Int16(9), at: bytes.readerIndex)
        bytes.writeInteger(UInt64(0xfeed))
        #expect(try ConsumerProtocol.member("m", nil, bytes, .range).topics == ["x"])
    }

    @Test("Bytes that are no subscription are an error, not a crash")
    func garbage() {
        for length in 0..<40 {
            let bytes = ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            _ = try? ConsumerProtocol.member("m", nil, bytes, .sticky)
        }
        #expect(throws: WireError.self) { try ConsumerProtocol.member("m", nil, ByteBuffer(), .range) }
    }
}
