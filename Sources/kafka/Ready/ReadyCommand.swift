// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka ready`: waits where `kafka health` looks once.
struct ReadyCommand: Command {
    static let definition = CommandDefinition(
        name: "ready",
        summary: "Wait until a cluster answers",
        options: ConnectionOptions.all + [
            .value("timeout", "SECONDS", "Give up after so long, with status 1 [30]", short: "t"),
            .value("brokers", "N", "Brokers that must be there [1]", short: "n"),
        ],
        examples: [.init("kafka ready --bootstrap-server broker:9092 --timeout 60", "Wait a minute at most")])

    let connection: ConnectionOptions
    let timeout: Duration
    let brokers: Int

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let seconds = try arguments.double("timeout") ?? 30
        guard seconds >= 0 else { throw CommandError("Invalid value of option timeout: it can't be negative.") }
        // No Duration holds every number.
        timeout = .seconds(min(seconds, 1e9))
        brokers = try arguments.integer("brokers") ?? 1
    }

    init(_ connection: ConnectionOptions, timeout: Duration, brokers: Int) {
        self.connection = connection
        self.timeout = timeout
        self.brokers = brokers
    }

    func run(_ context: Context) async throws {
        let begin = ContinuousClock.now
        let deadline = begin + timeout
        var isTold = false
        while true {
            let reason: String
            do {
                let found = try await connection.withCluster(context) { try await $0.brokers().count }
                if found >= brokers { return }
                reason = "\(found) of \(brokers) brokers are there"
            } catch let error as ClientError where error.kind == .configuration {
                // No time mends that.
                throw error
            } catch {
                reason = ErrorText.line(for: error)
            }
            guard ContinuousClock.now < deadline else { throw CommandError("The cluster is not ready: \(reason)") }
            if !isTold, !context.notices.isWaiting, begin + .milliseconds(1500) < .now {
                isTold = true
                context.error(context.name, "waiting for the cluster: \(reason)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
