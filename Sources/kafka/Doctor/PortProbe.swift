// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Libc

/// What stands behind an address: who answers, and in what. It blocks, on a thread of its own.
struct PortProbe: Sendable {
    /// What is spoken, by the first bytes of an answer.
    enum Speech: Sendable, Equatable {
        case kafka, tls, http
        /// The first bytes of something else.
        case other([UInt8])
        /// Ended without a byte.
        case closed
        case silence
    }

    /// The number of the error that connecting ended with.
    private(set) var failure: Int32?
    private(set) var speech: Speech?
    private(set) var connectTime = Duration.zero
    private(set) var speechTime = Duration.zero

    static func run(_ host: HostAddress, _ timeout: Duration) async -> PortProbe {
        await withCheckedContinuation { continuation in
            Thread.detach { continuation.resume(returning: PortProbe(host, timeout)) }
        }
    }

    private init(_ host: HostAddress, _ timeout: Duration) {
        let start = ContinuousClock.now
        let connection = host.connect(timeout)
        connectTime = start.duration(to: .now)
        let descriptor: Int32
        switch connection {
        case .success(let open): descriptor = open
        case .failure(let error):
            failure = error.code
            return
        }
        let asked = ContinuousClock.now
        var speech = Self.ask(descriptor, Self.greeting, timeout * 2 / 3)
        // Who speaks TLS alone may well say nothing to that, or hang up.
        if speech == .closed || speech == .silence, case .success(let again) = host.connect(timeout) {
            if Self.ask(again, Self.clientHello, timeout / 3) == .tls { speech = .tls }
        }
        self.speech = speech
        speechTime = asked.duration(to: .now)
    }

    /// Sends a request and looks at what comes back; closes the socket.
    private static func ask(_ descriptor: Int32, _ request: [UInt8], _ timeout: Duration) -> Speech {
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + timeout
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return .closed
        }
        var bytes: [UInt8] = []
        while bytes.count < 8 {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let rest = max(.zero, ContinuousClock.now.duration(to: deadline))
            guard poll(&wait, 1, rest.pollMilliseconds) == 1 else { return bytes.isEmpty ? .silence : .init(bytes) }
            var chunk = [UInt8](repeating: 0, count: 8 - bytes.count)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return bytes.isEmpty ? .closed : .init(bytes) }
            bytes += chunk[..<count]
        }
        return .init(bytes)
    }

    /// ApiVersions in version 0 with correlation id 1 and no client id.
    private static let greeting: [UInt8] = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF]

    /// The smallest one: TLS 1.2, two cipher suites, no extension. Any answer will do.
    private static let clientHello: [UInt8] =
        [0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3] + [UInt8](repeating: 0x4B, count: 32)
        + [0, 0, 4, 0xC0, 0x2F, 0xC0, 0x2B, 1, 0]
}

extension PortProbe.Speech {
    /// - Parameter bytes: the first ones of an answer, at least one.
    init(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x15, 3]) || bytes.starts(with: [0x16, 3]) {
            self = .tls
        } else if bytes.starts(with: Array("HTTP".utf8)) || bytes.first == UInt8(ascii: "<") {
            self = .http
        } else if bytes.count >= 8, bytes[0] == 0, bytes[1] == 0, bytes[4...7].elementsEqual([0, 0, 0, 1]) {
            self = .kafka
        } else {
            self = .other(bytes)
        }
    }
}
