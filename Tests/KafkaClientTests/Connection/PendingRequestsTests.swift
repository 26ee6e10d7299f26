// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite struct PendingRequestsTests {
    private typealias Pending = PendingRequests<String>

    private func entry(_ id: Int32, _ completion: String, deadline: Int64 = 10) -> Pending.Entry {
        .init(
            correlationID: id, apiKey: .metadata, hasTaggedHeader: false,
            deadline: .uptimeNanoseconds(UInt64(deadline)),
            completion: completion)
    }

    @Test("Answers are matched in the order of the requests")
    func order() throws {
        var pending = Pending()
        let first = pending.makeCorrelationID()
        let second = pending.makeCorrelationID()
        #expect(first != second)
        pending.append(entry(first, "a"))
        pending.append(entry(second, "b"))
        #expect(try pending.complete(first).completion == "a")
        #expect(try pending.complete(second).completion == "b")
        #expect(pending.isEmpty)
    }

    @Test("An answer to another request than the oldest, or to none, is an error")
    func mismatch() {
        var pending = Pending()
        #expect(throws: Pending.Failure.unexpected(7)) { try pending.complete(7) }
        pending.append(entry(0, "a"))
        pending.append(entry(1, "b"))
        #expect(throws: Pending.Failure.mismatch(expected: 0, got: 1, .metadata)) { try pending.complete(1) }
    }

    @Test("The earliest deadline is found wherever it stands, and what is late is told")
    func deadlines() {
        var pending = Pending()
        #expect(pending.earliestDeadline == nil)
        pending.append(entry(0, "a", deadline: 30))
        pending.append(entry(1, "b", deadline: 20))
        #expect(pending.earliestDeadline == .uptimeNanoseconds(20))
        #expect(pending.expired(at: .uptimeNanoseconds(19)) == nil)
        #expect(pending.expired(at: .uptimeNanoseconds(20))?.completion == "b")
        #expect(pending.removeAll().map(\.completion) == ["a", "b"])
    }
}
