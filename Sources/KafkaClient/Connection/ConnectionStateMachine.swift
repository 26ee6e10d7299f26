// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a connection is in, and what is to be done about each thing that happens to it.
///
/// It has no socket, no clock and no timer: `ConnectionDriver` tells it what happens and does what it says. What can't
/// happen in a state is refused or passed over, and changes nothing.
enum ConnectionStateMachine<Completion>: ~Copyable {
    typealias Request = PendingRequests<Completion>.Entry

    /// Nobody has taken the connection yet.
    case connecting(BrokerAddress)
    /// Somebody has, and has answered nothing so far: perhaps not a broker, or one that expects TLS or a login.
    case greeting(Exchange)
    case open(Exchange)
    /// Of no use any more; the channel is on its way out, and what still comes from it counts for nothing.
    case closing(ClientError)
    case closed(ClientError)

    /// The requests that are under way.
    struct Exchange {
        let address: BrokerAddress
        var answers = PendingRequests<Completion>()
        /// Those that nobody answers, until the system has taken them, in order.
        var writes = CircularBuffer<Request>()
        var silence = Silence()
        /// When the timer rings; nil if it isn't set.
        var alarm: NIODeadline?
        /// Those that wait until the client has logged in again, in order; nil while nothing has to wait.
        var held: CircularBuffer<Held>?
        /// Whether it has answered more than which versions it has.
        var hasServed = false
    }

    /// A request that isn't written yet.
    struct Held {
        var request: Request
        var pieces: [ByteBuffer]
        var expectsAnswer: Bool
    }

    /// The end of a connection.
    struct Ending {
        var cause: ClientError
        /// All that were under way, to be failed with the cause.
        var requests: [Request]
        /// When the broker last said something, if it has closed a connection on which nothing was under way.
        var restsSince: NIODeadline?
    }

    /// How many answers are waited for.
    var inFlight: Int {
        switch self {
        case .greeting(let exchange): exchange.answers.count
        case .open(let exchange): exchange.answers.count + (exchange.held?.count ?? 0)
        case .connecting: 0
        case .closing: 0
        case .closed: 0
        }
    }

    /// The other side has taken the connection.
    mutating func connected() {
        switch consume self {
        case .connecting(let address): self = .greeting(Exchange(address: address))
        case .greeting(let exchange): self = .greeting(exchange)
        case .open(let exchange): self = .open(exchange)
        case .closing(let cause): self = .closing(cause)
        case .closed(let cause): self = .closed(cause)
        }
    }

    // MARK: Requests

    /// A request is to be sent.
    /// - Returns: its correlation id.
    /// - Throws: why it can't be.
    mutating func admit() throws(ClientError) -> Int32 { try change { $0.answers.makeCorrelationID() } }

    enum SentAction {
        case none
        /// Set the timer, instead of the one that is set.
        case watch(NIODeadline)
        /// Don't write it now.
        case hold
        case refuse(ClientError)
    }

    /// A request that was admitted is being written.
    mutating func sent(
        _ request: Request, _ pieces: [ByteBuffer] = [], expectsAnswer: Bool, at now: NIODeadline
    ) -> SentAction {
        do throws(ClientError) {
            return try change { $0.append(request, pieces, expectsAnswer, now) }
        } catch {
            return .refuse(error)
        }
    }

    /// The client logs in again: until it has, a broker takes nothing else, and all other requests wait.
    mutating func hold() { try? change { if $0.held == nil { $0.held = [] } } }

    /// The client has logged in again.
    /// - Returns: what is to be written now, in order, and when the timer is to ring.
    mutating func release(at now: NIODeadline) -> (held: [Held], alarm: NIODeadline?) {
        (try? change { $0.release(now) }) ?? ([], nil)
    }

    /// The system has taken a request whole, or never will, that nobody answers.
    /// - Returns: the request, which is complete thereby; nil if it has been failed already.
    mutating func taken() -> Request? { try? change { $0.writes.popFirst() } }

    /// The system has taken a request whole that is to be answered.
    mutating func wrote(at now: NIODeadline) { try? change { $0.silence.wroteAt = now } }

    /// Something has come from the broker.
    mutating func heard(at now: NIODeadline) { try? change { $0.silence.heardAt = now } }

    /// - Throws: why there is no exchange of requests and answers.
    private mutating func change<Result>(_ body: (inout Exchange) -> Result) throws(ClientError) -> Result {
        switch consume self {
        case .connecting(let address):
            self = .connecting(address)
            throw .notOpen(address)
        case .greeting(var exchange):
            let result = body(&exchange)
            self = .greeting(exchange)
            return result
        case .open(var exchange):
            let result = body(&exchange)
            self = .open(exchange)
            return result
        case .closing(let cause):
            self = .closing(cause)
            throw cause
        case .closed(let cause):
            self = .closed(cause)
            throw cause
        }
    }

    // MARK: Answers

    enum AnswerAction {
        case complete(Request, provesHealth: Bool)
        case end(Ending)
        case ignore
    }

    /// An answer has come.
    mutating func answered(_ correlationID: Int32) -> AnswerAction {
        switch consume self {
        case .connecting(let address):
            self = .connecting(address)
            return .ignore
        case .greeting(var exchange):
            let action = exchange.complete(correlationID)
            self = Self(exchange, after: action)
            return action
        case .open(var exchange):
            let action = exchange.complete(correlationID)
            self = Self(exchange, after: action)
            return action
        case .closing(let cause):
            self = .closing(cause)
            return .ignore
        case .closed(let cause):
            self = .closed(cause)
            return .ignore
        }
    }

    private init(_ exchange: Exchange, after action: AnswerAction) {
        self = if case .end(let ending) = action { .closing(ending.cause) } else { .open(exchange) }
    }

    // MARK: Time

    struct TimerAction {
        /// The request that a silent broker owes an answer to, if that is worth a word now.
        var silence: APIKey?
        var next: Next

        enum Next {
            case watch(NIODeadline)
            case end(Ending)
            case none
        }
    }

    /// The timer rings.
    mutating func timerFired(at now: NIODeadline) -> TimerAction {
        guard let (silence, late) = try? change({ $0.look(at: now) }) else { return TimerAction(next: .none) }
        if let late, let ending = fail(late) { return TimerAction(silence: silence, next: .end(ending)) }
        guard let alarm = try? change({ $0.setAlarm(now) }) else { return TimerAction(silence: silence, next: .none) }
        return TimerAction(silence: silence, next: .watch(alarm))
    }

    // MARK: The end

    /// The connection is of no use any more: something is wrong with it, or nobody needs it.
    /// - Returns: what that means for the requests under way, and that the channel is to be closed; nil if it has ended
    ///   already.
    mutating func fail(_ cause: ClientError) -> Ending? {
        switch consume self {
        case .connecting:
            self = .closing(cause)
            return Ending(cause: cause, requests: [])
        case .greeting(var exchange):
            self = .closing(cause)
            return exchange.end(cause)
        case .open(var exchange):
            self = .closing(cause)
            return exchange.end(cause)
        case .closing(let first):
            self = .closing(first)
            return nil
        case .closed(let first):
            self = .closed(first)
            return nil
        }
    }

    /// The channel has gone.
    /// - Returns: what that means for the requests under way; nil if they have heard before.
    mutating func gone() -> Ending? {
        switch consume self {
        case .connecting(let address):
            self = .closed(.closedByPeer(address, hasAnswered: false))
            return nil
        case .greeting(var exchange):
            let cause = ClientError.closedByPeer(exchange.address, hasAnswered: false)
            self = .closed(cause)
            return exchange.end(cause)
        case .open(var exchange):
            let cause = ClientError.closedByPeer(
                exchange.address, hasAnswered: true, hasServed: exchange.hasServed)
            self = .closed(cause)
            var ending = exchange.end(cause)
            if ending.requests.isEmpty { ending.restsSince = exchange.silence.heardAt }
            return ending
        case .closing(let cause):
            self = .closed(cause)
            return nil
        case .closed(let cause):
            self = .closed(cause)
            return nil
        }
    }
}
