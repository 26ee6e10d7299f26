// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

/// A connection without a socket: what each event does in each state.
@Suite("The states of a connection") struct ConnectionStateMachineTests {
    fileprivate typealias Machine = ConnectionStateMachine<String>
    fileprivate typealias Suite = ConnectionStateMachineTests

    fileprivate static let address = BrokerAddress(host: "h", port: 9092)

    fileprivate static func at(_ seconds: Double) -> NIODeadline {
        .uptimeNanoseconds(UInt64(((1_000 + seconds) * 1_000).rounded()) * 1_000_000)
    }

    fileprivate static func seconds(_ time: NIODeadline) -> Double {
        Double(time.uptimeNanoseconds) / 1_000_000_000 - 1_000
    }

    fileprivate static func request(
        _ id: Int32, _ key: APIKey, deadline: Double, sentAt: Double = 0, patience: TimeAmount? = nil
    ) -> Machine.Request {
        .init(
            correlationID: id, apiKey: key, hasTaggedHeader: false, deadline: at(deadline), sentAt: at(sentAt),
            patience: patience, completion: "\(key)")
    }

    // MARK: Where a connection is before an event

    private enum Phase: CaseIterable {
        case connecting
        /// ApiVersions, number 0, is on its way.
        case greeting
        /// That is answered.
        case idle
        /// Metadata, number 1, is to be answered, and Produce, number 2, to be taken by the system.
        case busy
        /// The client has closed it, with nothing under way.
        case closing
        case closed

        func makeMachine() throws -> Machine {
            var machine = Machine.connecting(Suite.address)
            if self == .connecting { return machine }
            machine.connected()
            let greeting = Suite.request(try machine.admit(), .apiVersions, deadline: 30)
            _ = machine.sent(greeting, expectsAnswer: true, at: Suite.at(0))
            if self == .greeting { return machine }
            _ = machine.answered(0)
            if self == .busy {
                let metadata = Suite.request(
                    try machine.admit(), .metadata, deadline: 30, patience: .seconds(2))
                _ = machine.sent(metadata, expectsAnswer: true, at: Suite.at(0))
                let produce = Suite.request(try machine.admit(), .produce, deadline: 60)
                _ = machine.sent(produce, expectsAnswer: false, at: Suite.at(0))
            }
            if self == .closing || self == .closed { _ = machine.fail(.clientClosed) }
            if self == .closed { _ = machine.gone() }
            return machine
        }
    }

    // MARK: What can happen

    private enum Event: String, CaseIterable {
        case connected, admit, send, sendInHaste, sendUnanswered, taken, wrote, heard, answerToOldest, answerToNone
        case timerEarly, timerOfSilence, timerLate, fail, gone

        /// - Returns: what is to be done about it, in words.
        func happen(to machine: inout Machine) -> String {
            switch self {
            case .connected:
                machine.connected()
                return "-"
            case .admit:
                do throws(ClientError) { return "#\(try machine.admit())" } catch { return "refuse: \(error.kind)" }
            case .send:
                return words(machine.sent(Suite.request(9, .fetch, deadline: 10), expectsAnswer: true, at: Suite.at(0)))
            case .sendInHaste:
                return words(
                    machine.sent(Suite.request(9, .fetch, deadline: 0.5), expectsAnswer: true, at: Suite.at(0)))
            case .sendUnanswered:
                return words(
                    machine.sent(Suite.request(9, .produce, deadline: 10), expectsAnswer: false, at: Suite.at(0)))
            case .taken: return machine.taken().map { "complete \($0.completion)" } ?? "-"
            case .wrote:
                machine.wrote(at: Suite.at(4))
                return "-"
            case .heard:
                machine.heard(at: Suite.at(4))
                return "-"
            case .answerToOldest: return words(machine.answered(machine.inFlight == 0 ? 7 : machine.first))
            case .answerToNone: return words(machine.answered(99))
            case .timerEarly: return words(machine.timerFired(at: Suite.at(1)))
            case .timerOfSilence: return words(machine.timerFired(at: Suite.at(5)))
            case .timerLate: return words(machine.timerFired(at: Suite.at(30)))
            case .fail: return words(machine.fail(ClientError(.connection, "lost")))
            case .gone: return words(machine.gone())
            }
        }

        private func words(_ action: Machine.SentAction) -> String {
            switch action {
            case .none: "-"
            case .watch(let time): "watch \(Suite.seconds(time))"
            case .hold: "hold"
            case .refuse(let error): "refuse: \(error.kind)"
            }
        }

        private func words(_ action: Machine.AnswerAction) -> String {
            switch action {
            case .complete(let request, let provesHealth):
                "complete \(request.completion)\(provesHealth ? ", in health" : "")"
            case .end(let ending): words(ending)
            case .ignore: "-"
            }
        }

        private func words(_ action: Machine.TimerAction) -> String {
            let silence = action.silence.map { "silent about \($0), " } ?? ""
            return switch action.next {
            case .watch(let time): "\(silence)watch \(Suite.seconds(time))"
            case .end(let ending): "\(silence)\(words(ending))"
            case .none: "\(silence)-"
            }
        }

        private func words(_ ending: Machine.Ending?) -> String {
            ending.map { "end \($0.requests.map(\.completion)): \($0.cause.kind)" } ?? "-"
        }
    }

    /// Where it comes to and what is done, in the order of `Phase`.
    private static let outcomes: [Event: [String]] = [
        .connected: [
            "greeting 0+0, -", "greeting 1+0, -", "open 0+0, -", "open 1+1, -", "closing, -", "closed, -",
        ],
        .admit: [
            "connecting, refuse: connection", "greeting 1+0, #1", "open 0+0, #1", "open 1+1, #3",
            "closing, refuse: closed", "closed, refuse: closed",
        ],
        .send: [
            "connecting, refuse: connection", "greeting 2+0, -", "open 1+0, -", "open 2+1, -",
            "closing, refuse: closed", "closed, refuse: closed",
        ],
        .sendInHaste: [
            "connecting, refuse: connection", "greeting 2+0, watch 0.5", "open 1+0, watch 0.5", "open 2+1, watch 0.5",
            "closing, refuse: closed", "closed, refuse: closed",
        ],
        .sendUnanswered: [
            "connecting, refuse: connection", "greeting 1+1, -", "open 0+1, -", "open 1+2, -",
            "closing, refuse: closed", "closed, refuse: closed",
        ],
        .taken: [
            "connecting, -", "greeting 1+0, -", "open 0+0, -", "open 1+0, complete Produce", "closing, -", "closed, -",
        ],
        .wrote: ["connecting, -", "greeting 1+0, -", "open 0+0, -", "open 1+1, -", "closing, -", "closed, -"],
        .heard: ["connecting, -", "greeting 1+0, -", "open 0+0, -", "open 1+1, -", "closing, -", "closed, -"],
        .answerToOldest: [
            "connecting, -", "open 0+0, complete ApiVersions", "closing, end []: invalidResponse",
            "open 0+1, complete Metadata, in health", "closing, -", "closed, -",
        ],
        .answerToNone: [
            "connecting, -", #"closing, end ["ApiVersions"]: invalidResponse"#, "closing, end []: invalidResponse",
            #"closing, end ["Metadata", "Produce"]: invalidResponse"#, "closing, -", "closed, -",
        ],
        .timerEarly: [
            "connecting, -", "greeting 1+0, watch 2.0", "open 0+0, -", "open 1+1, watch 2.0", "closing, -", "closed, -",
        ],
        .timerOfSilence: [
            "connecting, -", "greeting 1+0, watch 6.0", "open 0+0, -", "open 1+1, silent about Metadata, watch 6.0",
            "closing, -", "closed, -",
        ],
        .timerLate: [
            "connecting, -", #"closing, end ["ApiVersions"]: timedOut"#, "open 0+0, -",
            #"closing, silent about Metadata, end ["Metadata", "Produce"]: timedOut"#, "closing, -", "closed, -",
        ],
        .fail: [
            "closing, end []: connection", #"closing, end ["ApiVersions"]: connection"#, "closing, end []: connection",
            #"closing, end ["Metadata", "Produce"]: connection"#, "closing, -", "closed, -",
        ],
        .gone: [
            "closed, -", #"closed, end ["ApiVersions"]: connection"#, "closed, end []: connection",
            #"closed, end ["Metadata", "Produce"]: connection"#, "closed, -", "closed, -",
        ],
    ]

    @Test("Every event in every state leads where it should, or is refused")
    func everyPair() throws {
        for event in Event.allCases {
            let outcomes = try #require(Self.outcomes[event])
            try #require(outcomes.count == Phase.allCases.count)
            for (phase, outcome) in zip(Phase.allCases, outcomes) {
                var machine = try phase.makeMachine()
                let action = event.happen(to: &machine)
                let found = "\(machine.description), \(action)"
                #expect(found == outcome, "\(event) while \(phase)")
            }
        }
    }

    // MARK: Words and time

    @Test(
        "A connection that is closed before any answer may want TLS or a login; the first cause is the one that stays")
    func causes() throws {
        for (phase, word) in [(Phase.greeting, "security.protocol"), (.busy, "broker h:9092 closed the connection")] {
            var machine = try phase.makeMachine()
            let message = try #require(machine.gone()?.cause.message)
            #expect(message.contains(word))
            let second = machine.fail(.clientClosed)
            #expect(second == nil)
            #expect(throws: ClientError(.connection, message)) { try machine.admit() }
        }
    }

    @Test("The broker that closes a connection on which nothing is under way lets it rest since its last word")
    func rest() throws {
        for (phase, rest) in [(Phase.idle, 7.0), (.greeting, nil), (.busy, nil)] {
            var machine = try phase.makeMachine()
            machine.heard(at: Self.at(7))
            let since = machine.gone()?.restsSince
            #expect(since.map(Self.seconds) == rest)
        }
        var wrong = try Phase.idle.makeMachine()
        let ending = wrong.fail(.clientClosed)
        #expect(ending?.restsSince == nil)
    }

    @Test("What the system does not take in time ends the connection, and a timer is set again after a pause")
    func untaken() throws {
        var machine = try Phase.idle.makeMachine()
        // Nothing is under way when the timer rings.
        _ = machine.timerFired(at: Self.at(1))
        let produce = Self.request(1, .produce, deadline: 20, sentAt: 10)
        guard case .watch(let time) = machine.sent(produce, expectsAnswer: false, at: Self.at(10)) else {
            Issue.record("no timer")
            return
        }
        #expect(Self.seconds(time) == 11)
        guard case .end(let ending) = machine.timerFired(at: Self.at(20)).next else {
            Issue.record("no end")
            return
        }
        #expect(ending.cause == ClientError(.timedOut, "broker h:9092 did not take Produce in time"))
        #expect(ending.requests.map(\.completion) == ["Produce"])
    }

    @Test("A silence is told once, later ones after twice the time, and none while the broker or the line is busy")
    func silence() throws {
        var machine = try Phase.idle.makeMachine()
        var now = 100.0
        func silence(_ machine: inout Machine, after seconds: Double) -> APIKey? {
            machine.timerFired(at: Self.at(now + seconds)).silence
        }
        for (number, patience) in [2.0, 4, 8, 16, 32, 64, 128, 128].enumerated() {
            let id = Int32(number + 1)
            let request = Self.request(id, .metadata, deadline: now + 1000, sentAt: now, patience: .seconds(2))
            _ = machine.sent(request, expectsAnswer: true, at: Self.at(now))
            let early = silence(&machine, after: patience - 0.1)
            #expect(early == nil, "silence \(number)")
            // A large request that the system takes but slowly, then an answer that comes in pieces.
            machine.wrote(at: Self.at(now + 1))
            machine.heard(at: Self.at(now + 1.5))
            let busy = silence(&machine, after: patience + 1.4)
            let due = silence(&machine, after: patience + 1.5)
            let again = silence(&machine, after: patience + 100)
            #expect(busy == nil && due == .metadata && again == nil, "silence \(number)")
            _ = machine.answered(id)
            now += 1000
        }
    }

    // MARK: At random

    @Test("Whatever happens, each request ends once, in order, and a timer watches while there are any")
    func randomWalk() throws {
        let seed = SplitMix.seed(of: "the connection's walk")
        var random = SplitMix(seed: seed)
        for walk in 0..<300 {
            var machine = Machine.connecting(Self.address)
            var (now, timer) = (0.0, Double?.none)
            var (answers, writes): ([Int32], [Int32]) = ([], [])
            var deadlines: [Int32: Double] = [:]
            var hasEnded = false
            func end(_ ending: Machine.Ending) {
                #expect(!hasEnded, "seed \(seed), walk \(walk)")
                #expect(ending.requests.map(\.correlationID) == answers + writes, "seed \(seed), walk \(walk)")
                (answers, writes, hasEnded, timer) = ([], [], true, nil)
            }
            for _ in 0..<200 {
                switch random.next(12) {
                case 0: machine.connected()
                case 1...3:
                    guard let id = try? machine.admit() else { break }
                    #expect(!hasEnded, "seed \(seed), walk \(walk)")
                    let deadline = now + Double(1 + random.next(300)) / 10
                    let patience: TimeAmount? = random.next(2) == 0 ? nil : .milliseconds(500)
                    let request = Self.request(id, .metadata, deadline: deadline, sentAt: now, patience: patience)
                    let isAnswered = random.next(3) > 0
                    switch machine.sent(request, expectsAnswer: isAnswered, at: Self.at(now)) {
                    case .watch(let time): timer = Self.seconds(time)
                    case .none: break
                    case .hold: Issue.record("held, seed \(seed), walk \(walk)")
                    case .refuse: Issue.record("admitted and refused, seed \(seed), walk \(walk)")
                    }
                    deadlines[id] = deadline
                    if isAnswered { answers.append(id) } else { writes.append(id) }
                case 4:
                    let taken = machine.taken()?.correlationID
                    #expect(taken == (writes.isEmpty ? nil : writes.removeFirst()), "seed \(seed), walk \(walk)")
                case 5: machine.wrote(at: Self.at(now))
                case 6: machine.heard(at: Self.at(now))
                case 7, 8:
                    let isWrong = answers.isEmpty || random.next(50) == 0
                    if isWrong && random.next(20) > 0 { break }
                    switch machine.answered(isWrong ? -1 : answers[0]) {
                    case .complete(let request, _):
                        #expect(
                            !isWrong && request.correlationID == answers.removeFirst(), "seed \(seed), walk \(walk)")
                    case .end(let ending): end(ending)
                    case .ignore: #expect(answers.isEmpty, "seed \(seed), walk \(walk)")
                    }
                case 9, 10:
                    now += Double(random.next(10)) / 10
                    guard let due = timer, due <= now else { break }
                    timer = nil
                    switch machine.timerFired(at: Self.at(now)).next {
                    case .watch(let time): timer = Self.seconds(time)
                    case .end(let ending):
                        #expect(
                            (answers + writes).contains { deadlines[$0]! <= now + 0.001 }, "seed \(seed), walk \(walk)")
                        end(ending)
                    case .none: #expect(answers.isEmpty && writes.isEmpty, "seed \(seed), walk \(walk)")
                    }
                default:
                    guard random.next(30) == 0 else { break }
                    let ending = random.next(2) == 0 ? machine.gone() : machine.fail(.clientClosed)
                    if let ending { end(ending) } else { hasEnded = true }
                }
                #expect(machine.inFlight == answers.count, "seed \(seed), walk \(walk)")
                let earliest = (answers + writes).compactMap { deadlines[$0] }.min()
                if let earliest {
                    #expect(
                        timer.map { $0 <= min(earliest, now + 1) + 0.001 } == true,
                        "seed \(seed), walk \(walk): no timer")
                }
            }
        }
    }
}

extension ConnectionStateMachine where Completion == String {
    fileprivate var description: String {
        switch self {
        case .connecting: "connecting"
        case .greeting(let exchange): "greeting \(exchange.answers.count)+\(exchange.writes.count)"
        case .open(let exchange): "open \(exchange.answers.count)+\(exchange.writes.count)"
        case .closing: "closing"
        case .closed: "closed"
        }
    }

    /// The request that is to be answered next.
    fileprivate var first: Int32 {
        switch self {
        case .greeting(let exchange): exchange.answers.first?.correlationID ?? -1
        case .open(let exchange): exchange.answers.first?.correlationID ?? -1
        default: -1
        }
    }
}
