// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension Diagnosis {
    /// Resolves a host, connects to all its addresses, and looks at what is spoken there.
    /// - Returns: whether it is worth while to open a session.
    func reach(_ address: BrokerAddress, _ configuration: ClientConfiguration) async -> Bool {
        guard let hosts = await resolve(address) else { return false }
        let timeout = options.timeout
        let probes = await withTaskGroup(of: (Int, PortProbe).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask { (index, await PortProbe.run(host, timeout)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let connects = probes.contains { $0.failure == nil }
        for (host, probe) in zip(hosts, probes) {
            let outcome: DoctorStep.Outcome =
                switch probe.failure {
                case nil: .passed("")
                // A client takes the other address.
                case let failure? where connects:
                    .doubtful(
                        cause: Cure.cause(failure, timeout),
                        cure: "clients take the other addresses of \(address.host), but lose time over this one")
                case let failure?: .failed(cause: Cure.cause(failure, timeout), cure: Cure.ofConnecting(failure))
                }
            note(DoctorStep(name: "connect", target: host.description, outcome: outcome, duration: probe.connectTime))
        }
        var isSpoken = false
        for (host, probe) in zip(hosts, probes) {
            guard let speech = probe.speech else { continue }
            let outcome = Self.judge(speech, configuration.securityProtocol)
            if case .passed = outcome { isSpoken = true }
            note(DoctorStep(name: "protocol", target: host.description, outcome: outcome, duration: probe.speechTime))
        }
        return isSpoken
    }

    private func resolve(_ address: BrokerAddress) async -> [HostAddress]? {
        let start = ContinuousClock.now
        // The system's resolver takes its own time, so that nobody waits for it longer than for other steps.
        let found = await within(options.timeout) { await HostAddress.lookUp(address) }
        let outcome: DoctorStep.Outcome
        var hosts: [HostAddress]?
        switch found {
        case .success(let found)?:
            hosts = found
            outcome = .passed(found.map(\.ip).joined(separator: ", "))
        case .failure(let failure)?:
            outcome = .failed(
                cause: "unknown host \(address.host) (\(failure.message))",
                cure: "correct the name, or let this machine resolve it: DNS, /etc/hosts, or the VPN it belongs to")
        case nil:
            outcome = .failed(
                cause: "no answer from the resolver within \(Cure.words(options.timeout))",
                cure: "see whether the name servers of this machine can be reached")
        }
        note("resolve", address.host, outcome, since: start)
        return hosts
    }

    /// What is spoken on a port against what the settings expect.
    static func judge(_ speech: PortProbe.Speech, _ expected: SecurityProtocol) -> DoctorStep.Outcome {
        switch (speech, expected.isEncrypted) {
        case (.kafka, false): return .passed("Kafka in plaintext")
        case (.tls, true): return .passed("TLS")
        case (.kafka, true):
            let plain = expected == .ssl ? "PLAINTEXT" : "SASL_PLAINTEXT"
            return .failed(
                cause: "there is no TLS, though security.protocol is \(expected.name): Kafka is spoken in plaintext",
                cure: "use the port of the TLS listener, or set security.protocol=\(plain)")
        case (.tls, false):
            let encrypted = expected == .plaintext ? "SSL, or with a login SASL_SSL" : "SASL_SSL"
            return .failed(
                cause: "the listener speaks TLS, though security.protocol is \(expected.name)",
                cure: "set security.protocol=\(encrypted)")
        case (.http, _):
            return .failed(
                cause: "a web server answers there (in HTTP), not a Kafka broker",
                cure: "use the port of a Kafka listener")
        case (.other(let bytes), _):
            let shown = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: " ")
            return .failed(
                cause: "what answers there does not speak Kafka's protocol (it begins with \(shown))",
                cure: "use the port of a Kafka listener")
        case (.closed, _):
            return .failed(
                cause: "it closes the connection at the first request",
                cure: "look into the broker's log, and at limits of connections; a proxy may have nobody behind it")
        case (.silence, _):
            return .failed(
                cause: "it takes connections, but does not answer",
                cure: "the broker may be starting, stopped or overloaded, or something else listens there: see its log")
        }
    }
}

extension SecurityProtocol {
    var isEncrypted: Bool { self == .ssl || self == .saslSSL }
}
