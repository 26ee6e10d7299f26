// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaText

/// `kafka doctor`
struct DoctorCommand: Command {
    static let definition = CommandDefinition(
        name: "doctor",
        summary: "Find out why a cluster can't be reached or used, step by step",
        discussion: """
            Resolves the bootstrap servers, connects to each of their addresses, looks at what is spoken there, logs in, \
            asks for versions, tries from here what every broker advertises, and compares clocks. With --topic it \
            describes the topic and reads from it, with --write it also writes one record to it, and with --group it asks \
            for the group and whether a member may read by it. Each step is printed with its time; one that fails with a \
            cause and a cure.

            With --bootstrap-controller controllers are asked instead, which know no topics and groups.

            Nothing is changed, unless --write is given. The exit status is 1 if a step failed.

            Brokers don't tell what their clocks say, except the controller that leads the quorum, to whoever may describe \
            the cluster: the difference to it is known as exactly as its answer was quick.
            """,
        options: ConnectionOptions.all + [
            ConnectionOptions.bootstrapController,
            .value("topic", "TOPIC", "Describe this topic and read from it", completion: .topic),
            .flag("write", "With --topic: write a record to it"),
            .value("group", "GROUP", "Ask for this group and whether it may be read by", completion: .group),
            .value("timeout", "SECONDS", "Longest time of a step [3]"),
        ],
        rows: [DoctorStep.row],
        examples: [
            .init(
                "kafka doctor -b broker1:9093 --command-config client.properties", "See what is wrong with a connection"
            ),
            .init("kafka --cluster staging doctor --topic orders --group billing", "See what one is allowed to do"),
            .init("kafka doctor --bootstrap-controller controller1:9093", "See whether the controllers can be reached"),
        ],
        differences: ["Apache Kafka has no such tool."])

    let connection: ConnectionOptions
    let topic: String?
    let writes: Bool
    let group: String?
    let timeout: Duration

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        topic = arguments.string("topic")
        writes = arguments.flag("write")
        if writes, topic == nil { throw CommandError("--write needs a --topic to write to.") }
        group = arguments.string("group")
        if connection.usesControllers, topic != nil || group != nil {
            throw CommandError("Controllers know no topics and groups; ask brokers with --bootstrap-server.")
        }
        let seconds = try arguments.double("timeout") ?? 3
        guard seconds > 0 else { throw CommandError("Invalid value of option timeout: it must be greater than zero.") }
        timeout = .seconds(min(seconds, 3600))
    }

    func run(_ context: Context) async throws {
        try await Diagnosis(self, context).run()
    }
}
