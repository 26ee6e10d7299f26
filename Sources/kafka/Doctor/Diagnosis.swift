// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The steps of `kafka doctor`, from the settings outwards.
struct Diagnosis: Sendable {
    let options: DoctorCommand
    let context: Context

    init(_ options: DoctorCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    /// What is asked.
    var kind: String { options.connection.usesControllers ? "controller" : "broker" }

    func run() async throws {
        guard let configuration = settings() else { return }
        var first: Cluster?
        for address in configuration.bootstrapServers where await reach(address, configuration) {
            if configuration.securityProtocol.isEncrypted, !(await inspectTLS(address, configuration)) { continue }
            guard let cluster = await session(address, configuration) else { continue }
            if first == nil { first = cluster } else { await cluster.close() }
        }
        guard let cluster = first else { return }
        do {
            let brokers = await self.brokers(cluster)
            for broker in brokers { await advertised(broker, configuration) }
            await compareClocks(cluster)
            if let topic = options.topic { await TopicDiagnosis(topic, self, cluster).run() }
            if let group = options.group { await GroupDiagnosis(group, self, cluster).run() }
        }
        await cluster.close()
    }

    /// What the client was told; nil if that is no good.
    private func settings() -> ClientConfiguration? {
        let start = ContinuousClock.now
        do {
            var configuration = try options.connection.configuration(context, clientID: "kafka-doctor")
            configuration.firstConnectTimeout = options.timeout
            configuration.connectTimeout = options.timeout
            configuration.requestTimeout = options.timeout
            configuration.defaultAPITimeout = options.timeout
            configuration.producer.deliveryTimeout = options.timeout
            configuration.producer.linger = .zero
            configuration.consumer.groupID = nil
            // Each step says how it went.
            configuration.onNotice = nil
            let profile = options.connection.profile.map { "cluster '\($0.profile.name)' of \($0.path), " } ?? ""
            note(
                "settings", nil, .passed("\(profile)security.protocol \(configuration.securityProtocol.name)"),
                since: start)
            return configuration
        } catch {
            note(
                "settings", nil,
                .failed(cause: ErrorText.line(for: error), cure: "correct the property, the file or the reference"),
                since: start)
            return nil
        }
    }

    func note(_ name: String, _ target: String?, _ outcome: DoctorStep.Outcome, since start: ContinuousClock.Instant) {
        note(DoctorStep(name: name, target: target, outcome: outcome, duration: start.duration(to: .now)))
    }

    func note(_ step: DoctorStep) {
        step.write(context)
        if case .failed = step.outcome { context.fail() }
    }

    /// Runs a step that succeeds with a word or fails with an error.
    /// - Returns: whether it succeeded.
    @discardableResult
    func step(
        _ name: String, _ target: String? = nil, cure: (ClientError) -> String = Cure.of,
        _ body: () async throws -> String
    ) async -> Bool {
        let start = ContinuousClock.now
        do {
            note(name, target, .passed(try await body()), since: start)
            return true
        } catch {
            let known = error as? ClientError
            note(
                name, target,
                .failed(
                    cause: ErrorText.line(for: error), cure: known.map(cure) ?? "see the broker's log"), since: start)
            return false
        }
    }
}
