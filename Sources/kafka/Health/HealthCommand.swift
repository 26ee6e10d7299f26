// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka health`: one look at a broker, for whoever asks again and again.
struct HealthCommand: Command {
    static let definition = CommandDefinition(
        name: "health",
        summary: "Say whether a broker serves, at once",
        discussion: """
            Connects, encrypts and logs in as the properties say, asks for versions and for the brokers of the cluster, and \
            prints one line. The exit status is 0 if the broker serves, and 1 with the cause on standard error if it does \
            not: for HEALTHCHECK of a container, probes, and 'until kafka health; do sleep 1; done'. Nothing is tried \
            again, and nothing is waited for beyond --timeout; kafka-ready(1) waits. Of several bootstrap servers one has \
            to answer.

            What is wrong with other brokers or with partitions does not make a broker unhealthy: starting it anew would \
            not help. With --partitions a partition without a leader does, of those that one may see.
            """,
        options: ConnectionOptions.all + [
            .value("timeout", "DURATION", "Longest time of all of it, such as 500ms, or a number of seconds [5s]"),
            .flag("partitions", "Also look whether each partition has a leader"),
        ],
        examples: [
            .init("kafka health", "Whether a broker serves on localhost:9092"),
            .init("until kafka health -b broker:9092; do sleep 1; done", "Wait in a script, with the causes shown"),
            .init("kafka health --partitions --command-config admin.properties", "Whether every partition can be used"),
        ],
        differences: ["Apache Kafka has no such tool."])

    let connection: ConnectionOptions
    let timeout: Duration
    let looksAtPartitions: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        timeout = try arguments.duration("timeout") ?? .seconds(5)
        guard timeout > .zero else {
            throw CommandError("Invalid value of option timeout: it must be greater than zero.")
        }
        looksAtPartitions = arguments.flag("partitions")
    }

    func run(_ context: Context) async throws {
        // The client's own limits name what did not answer; what they don't cover, such as looking a name up, ends here.
        let outcome = await within(timeout + max(.milliseconds(250), timeout / 10)) {
            () async -> Result<String, any Error> in
            do { return .success(try await look(context)) } catch { return .failure(error) }
        }
        guard let outcome else {
            throw CommandError("no answer of \(connection.servers(context)) within \(Self.words(timeout))")
        }
        context.out.line(try outcome.get())
    }

    private func look(_ context: Context) async throws -> String {
        try await connection.withCluster(context, clientID: "kafka-health", limit: timeout) { cluster in
            let brokers = try await cluster.brokers().count
            guard brokers > 0 else { throw CommandError("the broker answers, but knows no broker that serves") }
            if looksAtPartitions { try await lookAtPartitions(cluster) }
            let id = try await cluster.clusterID()
            return "healthy: cluster \(id ?? "without id"), \(brokers) broker\(brokers == 1 ? "" : "s")"
        }
    }

    private func lookAtPartitions(_ cluster: Cluster) async throws {
        var first: String?
        var (all, without) = (0, 0)
        for topic in try await cluster.describeTopics(nil) {
            for partition in topic.partitions {
                all += 1  // bounded: partitions of one answer
                guard partition.leader == nil else { continue }
                without += 1  // bounded: partitions of one answer
                first = first ?? "\(topic.name)-\(partition.partition)"
            }
        }
        guard let first else { return }
        throw CommandError(
            "\(without) of \(all) partitions \(without == 1 ? "has" : "have") no leader"
                + (without == 1 ? ": \(first)" : ", \(first) among them"))
    }

    static func words(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if seconds == 0 { return "\(milliseconds) ms" }
        return milliseconds == 0
            ? "\(seconds) s" : "\(Decimal.text(Double(seconds) + Double(milliseconds) / 1000, 3)) s"
    }
}
