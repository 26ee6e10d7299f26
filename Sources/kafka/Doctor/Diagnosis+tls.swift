// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaSecurity
import KafkaText

extension Diagnosis {
    /// Seconds before its end in which a certificate is warned of.
    private static let warning: Int64 = 14 * 86_400

    /// Shows what a listener shows of itself in TLS, and what is wrong with that.
    /// - Returns: whether a client would go on.
    func inspectTLS(_ address: BrokerAddress, _ configuration: ClientConfiguration) async -> Bool {
        let start = ContinuousClock.now
        let report: TLSReport
        do throws(ClientError) {
            report = try await configuration.inspectTLS(address, timeout: options.timeout)
        } catch {
            note("tls", address.description, Cure.parts(error.message, or: Cure.of(error)), since: start)
            return false
        }
        let time = start.duration(to: .now)
        for (index, facts) in report.chain.enumerated() {
            let target = "\(index + 1) of \(report.chain.count)"
            note(
                DoctorStep(
                    name: "certificate", target: target, outcome: Self.outcome(facts, now: Timestamps.now() / 1000),
                    duration: .zero))
        }
        let outcome: DoctorStep.Outcome
        if let problem = report.problem {
            outcome = Cure.parts(problem.words(isServer: true), or: Cure.ofTLS)
        } else if let failure = report.failure {
            outcome = Cure.parts("\(address) \(failure)", or: Cure.ofTLS)
        } else {
            outcome = .passed(report.version ?? "")
        }
        note(DoctorStep(name: "tls", target: address.description, outcome: outcome, duration: time))
        if case .failed = outcome { return false }
        return true
    }

    /// - Parameter now: seconds since 1970.
    static func outcome(_ facts: CertificateFacts, now: Int64) -> DoctorStep.Outcome {
        let names = facts.names.isEmpty ? "" : ", for \(facts.names.prefix(8).joined(separator: ", "))"
        let text =
            "\(facts.subject.isEmpty ? "no subject" : facts.subject)\(names), issued by \(facts.issuer), valid from "
            + "\(CertificateFacts.time(facts.notValidBefore)) to \(CertificateFacts.time(facts.notValidAfter))"
        let rest = facts.notValidAfter.subtractingSaturating(now)
        guard rest >= 0, rest < warning else { return .seen(VisibleText.of(text)) }
        return .doubtful(cause: "it ends soon, \(VisibleText.of(text))", cure: "renew it within \(rest / 86_400) days")
    }
}
