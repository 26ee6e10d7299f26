// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka replica-verification`: the options, checked.
struct ReplicaVerificationCommand: Command {
    static let definition = CommandDefinition(
        name: "replica-verification",
        summary: "Compare what the replicas of partitions hold, batch by batch",
        options: [
            ConnectionOptions.bootstrapServer,
            // Kafka's only name for it, so that it brings no warning.
            .value("broker-list", "HOST:PORT", "Kafka's name of --bootstrap-server").hidden(),
            ConnectionOptions.commandConfig,
            .value("fetch-size", "BYTES", "Bytes of each partition in a fetch [1048576]"),
            .value("max-wait-ms", "MS", "How long a broker may gather bytes [1000]"),
            .value(
                "topics-include", "REGEX", "Topics to compare [.*]", aliases: ["topic-white-list"],
                completion: .topic),
            .value(
                "time", "TIME",
                "Where to begin: -1 for the end, -2 for the start, ms since 1970, or a time (2026-01-31, -30m) [-1]"),
            .value("report-interval-ms", "MS", "How often the largest lag is printed [30000]"),
        ],
        examples: [
            .init(
                "kafka replica-verification --bootstrap-server broker1:9092 --topics-include orders --time -2",
                "Compare all that is there, until Ctrl-C")
        ],
        differences: [
            "Replicas that differ also give one line on standard error and status 1, once the tool ends.",
            "Brokers are asked for internal topics only when --topics-include names them.",
        ])

    let connection: ConnectionOptions
    let topics: TopicFilter
    let fetchSize: Int32
    let maxWaitMs: Int32
    let start: OffsetSpec
    let interval: Duration

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        topics = try TopicFilter(arguments.string("topics-include") ?? ".*")
        fetchSize = try arguments.integer("fetch-size") ?? 1_048_576
        guard fetchSize > 0 else { throw CommandError("--fetch-size should be greater than zero, not \(fetchSize).") }
        maxWaitMs = try arguments.integer("max-wait-ms") ?? 1000
        guard maxWaitMs >= 0 else { throw CommandError("--max-wait-ms can't be negative, but it is \(maxWaitMs).") }
        start = try Self.start(arguments.string("time") ?? "-1")
        let interval = try arguments.integer("report-interval-ms", Int64.self) ?? 30_000
        guard interval > 0 else {
            throw CommandError("--report-interval-ms should be greater than zero, not \(interval).")
        }
        self.interval = .milliseconds(interval)
    }

    private static func start(_ text: String) throws -> OffsetSpec {
        switch text {
        case "-1", "latest": return .latest
        case "-2", "earliest": return .earliest
        default:
            guard let time = Int64(text) ?? TimeText.milliseconds(text), time >= 0 else {
                throw CommandError(
                    "Invalid value '\(text)' of option time: it must be -1, -2, milliseconds since 1970, or "
                        + "\(TimeText.forms).")
            }
            return .timestamp(time)
        }
    }

    func run(_ context: Context) async throws {
        let outcome = await Signals.cancelling {
            try await connection.withCluster(context, clientID: "replica-verification") { cluster in
                try await ReplicaVerification(self, context).run(cluster)
            }
        }
        if case .failure(let error as ReplicaVerification.Difference) = outcome.result {
            throw CommandError(error.message)
        }
        try outcome.get()
    }
}
