// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

/// What a connection does with requests while the client logs in again.
@Suite("Logging in again on an open connection") struct LoginAgainTests {
    private typealias Machine = ConnectionStateMachine<String>

    private static func at(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds((1000 + seconds) * 1_000_000_000) }

    private static func request(_ id: Int32, _ key: APIKey, deadline: UInt64 = 30) -> Machine.Request {
        .init(
            correlationID: id, apiKey: key, hasTaggedHeader: false, deadline: at(deadline), sentAt: at(0),
            completion: "\(key)")
    }

    /// An open connection, on which Fetch, number 1, is under way.
    private static func open() throws -> ConnectionStateMachine<String> {
        var machine = Machine.connecting(BrokerAddress(host: "h", port: 9092))
        machine.connected()
        _ = machine.sent(request(try machine.admit(), .apiVersions), expectsAnswer: true, at: at(0))
        _ = machine.answered(0)
        _ = machine.sent(request(try machine.admit(), .fetch), expectsAnswer: true, at: at(0))
        return machine
    }

    private static func isHeld(_ action: Machine.SentAction) -> Bool { if case .hold = action { true } else { false } }

    @Test("Requests wait, what is under way is answered, and the login goes on alone")
    func hold() throws {
        var machine = try Self.open()
        machine.hold()
        let piece = ByteBuffer(string: "metadata")
        #expect(Self.isHeld(machine.sent(Self.request(2, .metadata), [piece], expectsAnswer: true, at: Self.at(1))))
        #expect(Self.isHeld(machine.sent(Self.request(3, .produce), expectsAnswer: false, at: Self.at(1))))
        for (id, key) in [(4, .saslHandshake), (5, .saslAuthenticate)] as [(Int32, APIKey)] {
            #expect(!Self.isHeld(machine.sent(Self.request(id, key), expectsAnswer: true, at: Self.at(1))))
        }
        for (id, key) in [(1, "Fetch"), (4, "SaslHandshake"), (5, "SaslAuthenticate")] as [(Int32, String)] {
            guard case .complete(let request, _) = machine.answered(id) else {
                Issue.record("\(id) is not complete")
                continue
            }
            #expect(request.completion == key)
        }
        #expect(machine.inFlight == 2)

        let (held, alarm) = machine.release(at: Self.at(2))
        #expect(held.map(\.request.completion) == ["Metadata", "Produce"])
        #expect(held.map(\.expectsAnswer) == [true, false])
        #expect(held.first?.pieces == [piece])
        #expect(alarm == Self.at(3))
        guard case .complete(let request, _) = machine.answered(2) else {
            Issue.record("Metadata is not complete")
            return
        }
        #expect(request.completion == "Metadata")
        #expect(machine.taken()?.completion == "Produce")
        #expect(!Self.isHeld(machine.sent(Self.request(6, .metadata), expectsAnswer: true, at: Self.at(3))))
    }

    @Test("What waits is failed when the connection ends, whoever ends it")
    func end() throws {
        var failed = try Self.open()
        failed.hold()
        _ = failed.sent(Self.request(2, .metadata), expectsAnswer: true, at: Self.at(1))
        let ending = failed.fail(ClientError(.authentication, "refused"))
        #expect(ending?.requests.map(\.completion) == ["Fetch", "Metadata"])
        #expect(failed.release(at: Self.at(2)).held.isEmpty)

        var gone = try Self.open()
        gone.hold()
        _ = gone.sent(Self.request(2, .metadata), expectsAnswer: true, at: Self.at(1))
        #expect(gone.gone()?.requests.map(\.completion) == ["Fetch", "Metadata"])
    }

    @Test("Nothing is held twice, or on a connection that isn't open")
    func misplaced() throws {
        var machine = try Self.open()
        machine.hold()
        _ = machine.sent(Self.request(2, .metadata), expectsAnswer: true, at: Self.at(1))
        machine.hold()
        #expect(machine.release(at: Self.at(2)).held.count == 1)
        #expect(machine.release(at: Self.at(2)).held.isEmpty)
        _ = machine.fail(.clientClosed)
        machine.hold()
        #expect(machine.release(at: Self.at(2)).held.isEmpty)
    }
}
