// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ConnectionStateMachine {
    /// When a broker that owes an answer has been silent for so long that it is worth a word.
    struct Silence {
        /// When something last came from the broker.
        var heardAt = NIODeadline.distantPast
        /// When the system last took a request whole: a slow line is no silence of the broker's.
        var wroteAt = NIODeadline.distantPast
        private var isTold = false
        /// Doubles with each silence that ended: who is slow is told of more and more seldom.
        private var patienceFactor = 1

        /// - Parameter oldest: the request that is to be answered next.
        /// - Returns: nil if that may take as long as it likes, or is known.
        func begins(_ oldest: Request?) -> NIODeadline? {
            guard !isTold, let oldest, let patience = oldest.patience else { return nil }
            return max(oldest.sentAt, heardAt, wroteAt) + patience * patienceFactor
        }

        mutating func tell() { isTold = true }

        mutating func end() {
            if isTold { patienceFactor = min(patienceFactor * 2, 64) }
            isTold = false
        }
    }
}

extension ConnectionStateMachine.Exchange {
    typealias Machine = ConnectionStateMachine<Completion>

    mutating func append(
        _ request: Machine.Request, _ pieces: [ByteBuffer], _ expectsAnswer: Bool, _ now: NIODeadline
    ) -> Machine.SentAction {
        if held != nil, request.apiKey != .saslHandshake, request.apiKey != .saslAuthenticate {
            held?.append(Machine.Held(request: request, pieces: pieces, expectsAnswer: expectsAnswer))
            return .hold
        }
        if expectsAnswer { answers.append(request) } else { writes.append(request) }
        // A timer that rings early looks again; requests come in about the order of their deadlines.
        if let alarm, alarm <= request.deadline { return .none }
        return setAlarm(now).map { .watch($0) } ?? .none
    }

    mutating func complete(_ correlationID: Int32) -> Machine.AnswerAction {
        do throws(PendingRequests<Completion>.Failure) {
            let request = try answers.complete(correlationID)
            silence.end()
            if request.apiKey != .apiVersions { hasServed = true }
            // Which versions it has, a broker tells that can do nothing else at the moment.
            return .complete(request, provesHealth: request.apiKey != .apiVersions)
        } catch {
            return .end(end(.notKafka(address, error)))
        }
    }

    mutating func release(_ now: NIODeadline) -> (held: [Machine.Held], alarm: NIODeadline?) {
        let requests = Array(held ?? [])
        held = nil
        for var item in requests {
            item.request.sentAt = now
            if item.expectsAnswer { answers.append(item.request) } else { writes.append(item.request) }
        }
        return (requests, setAlarm(now))
    }

    /// When to look at the requests again: within a second, as an answer may make room for a silence; nil if there are
    /// none.
    mutating func setAlarm(_ now: NIODeadline) -> NIODeadline? {
        var earliest = answers.earliestDeadline
        for write in writes { earliest = min(earliest ?? write.deadline, write.deadline) }
        guard let first = earliest else {
            alarm = nil
            return nil
        }
        let soon = now + .seconds(1)
        alarm = min(first, soon, silence.begins(answers.first) ?? soon)
        return alarm
    }

    /// Looks what time has brought: a silence that is worth a word, and a request whose time is over.
    mutating func look(at now: NIODeadline) -> (silence: APIKey?, late: ClientError?) {
        var silent: APIKey?
        if let begins = silence.begins(answers.first), begins <= now {
            silence.tell()
            silent = answers.first?.apiKey
        }
        if let late = answers.expired(at: now) {
            return (silent, ClientError(.timedOut, "broker \(address) did not answer \(late.apiKey) in time"))
        }
        let untaken = writes.first { $0.deadline <= now }
        return (
            silent,
            untaken.map { ClientError(.timedOut, "broker \(address) did not take \($0.apiKey) in time") }
        )
    }

    /// Takes all requests out, to be failed.
    mutating func end(_ cause: ClientError) -> Machine.Ending {
        defer {
            writes.removeAll()
            held = nil
        }
        return Machine.Ending(
            cause: cause, requests: answers.removeAll() + writes + (held ?? []).map(\.request))
    }
}
