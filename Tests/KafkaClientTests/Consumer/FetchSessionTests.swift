// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// A session under test; a class, so that its calls can stand inside of expectations.
private final class Session {
    private var session = FetchSession()

    func write(_ wishes: [TopicPartition: FetchSession.Wish]) -> FetchRequest {
        var request = FetchRequest()
        session.write(wishes, into: &request)
        return request
    }

    func handle(_ response: FetchResponse) -> Bool { session.handle(response) }

    func restart() { session.restart() }
}

@Suite struct FetchSessionTests {
    private let id = KafkaUUID(high: 1, low: 1)

    private func wish(_ offset: Int64, id: KafkaUUID? = nil) -> FetchSession.Wish {
        FetchSession.Wish(topicID: id ?? self.id, offset: offset, maxBytes: 100, leaderEpoch: 0)
    }

    private func answer(_ session: Int32, _ code: ErrorCode = .none) -> FetchResponse {
        FetchResponse {
            $0.sessionID = session
            $0.errorCode = code
        }
    }

    @Test("The first request has everything, later ones what has changed, and names what is not wanted any more")
    func increments() {
        let session = Session()
        let (a, b) = (TopicPartition("x", 0), TopicPartition("x", 1))
        var request = session.write([a: wish(0), b: wish(0)])
        #expect(request.sessionID == 0 && request.sessionEpoch == 0)
        #expect(request.topics[0].partitions.count == 2)
        #expect(session.handle(answer(42)))

        request = session.write([a: wish(10), b: wish(0)])
        #expect(request.sessionID == 42 && request.sessionEpoch == 1)
        #expect(request.topics[0].partitions.map(\.fetchOffset) == [10])
        #expect(request.forgottenTopicsData.isEmpty)
        #expect(session.handle(answer(42)))

        request = session.write([a: wish(10)])
        #expect(request.sessionEpoch == 2 && request.topics.isEmpty)
        #expect(request.forgottenTopicsData.map(\.partitions) == [[1]])
    }

    @Test("A broker that has forgotten the session is asked for a new one")
    func reset() {
        let session = Session()
        _ = session.write([TopicPartition("x", 0): wish(5)])
        #expect(session.handle(answer(42)))
        _ = session.write([TopicPartition("x", 0): wish(5)])
        #expect(!session.handle(answer(0, .fetchSessionIDNotFound)))
        let request = session.write([TopicPartition("x", 0): wish(5)])
        #expect(request.sessionID == 0 && request.sessionEpoch == 0 && request.topics.count == 1)
    }

    @Test("A session that begins anew has the broker close the one before")
    func restart() {
        let session = Session()
        _ = session.write([TopicPartition("x", 0): wish(5)])
        #expect(session.handle(answer(42)))
        session.restart()
        let request = session.write([TopicPartition("x", 0): wish(5)])
        #expect(request.sessionID == 42 && request.sessionEpoch == 0 && request.topics.count == 1)
    }

    @Test("A broker without sessions gets everything each time")
    func sessionless() {
        let session = Session()
        for _ in 0..<3 {
            let request = session.write([TopicPartition("x", 0): wish(5)])
            #expect(request.sessionEpoch == 0 && request.topics.count == 1)
            #expect(session.handle(answer(0)))
        }
    }

    @Test("A topic that was created anew replaces the old one in the session")
    func recreated() {
        let session = Session()
        _ = session.write([TopicPartition("x", 0): wish(5)])
        #expect(session.handle(answer(42)))
        let other = KafkaUUID(high: 2, low: 2)
        let request = session.write([TopicPartition("x", 0): wish(0, id: other)])
        #expect(request.forgottenTopicsData.map(\.topicID) == [id])
        #expect(request.topics.map(\.topicID) == [other])
    }
}
