// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka streams-application-reset`: the options, checked.
struct StreamsApplicationResetCommand: Command {
    static let definition = CommandDefinition(
        name: "streams-application-reset",
        summary: "Let a stopped Kafka Streams application read its input once more",
        discussion: """
            Sets the offsets of the application's input topics, to their beginnings unless told otherwise, and deletes \
            the topics that Kafka Streams made for it. Output topics stay as they are, and so does the local state of \
            the instances: call KafkaStreams.cleanUp() in each before it starts again. What is deleted is gone; \
            --dry-run shows what would be.
            """,
        options: [
            .value(
                "application-id", "ID", "The application (application.id), which is also its group", completion: .group),
            ConnectionOptions.bootstrapServer,
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["config-file"], completion: .file),
            .value(
                "input-topics", "TOPIC,...", "Topics whose offsets are set; may be repeated", repeats: true,
                completion: .topic),
            .value(
                "intermediate-topics", "TOPIC,...", "Topics to skip to the end of", repeats: true, completion: .topic
            ).deprecated("is deprecated: Kafka Streams has had no use for it since 2.6"),
            .value(
                "internal-topics", "TOPIC,...", "Delete only these of the internal topics; may be repeated",
                repeats: true, completion: .topic),
            .flag("to-earliest", "Offsets: the oldest records (the default)"),
            .flag("to-latest", "Offsets: the ends"),
        ] + OffsetTargets.options("Offsets", "to-offset", "shift-by", "to-datetime", "by-duration") + [
            .value("from-file", "FILE", "Offsets from a CSV file: topic,partition,offset", completion: .file),
            .flag("force", "Remove members that are still in the group; stop the application first"),
            .flag("dry-run", "Only show what would be done"),
        ],
        subject: "application-id",
        destruction: { $0.flag("dry-run") ? nil : "reset an application and delete its internal topics" },
        examples: [
            .init(
                "kafka streams-application-reset --application-id wordcount --input-topics lines --dry-run",
                "Show what a reset would do")
        ],
        differences: [
            "Topics that do not exist are named on standard error; the others are reset, and the status is 1.",
            "Warnings about --intermediate-topics appear only when it is given.",
        ])

    let connection: ConnectionOptions
    let application: String
    let inputs: [String]
    let intermediates: [String]
    let internals: [String]
    let targets: OffsetTargets
    let isForced: Bool
    let isDryRun: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        application = try arguments.required("application-id")
        inputs = arguments.strings("input-topics").flatMap(commaSeparated)
        intermediates = arguments.strings("intermediate-topics").flatMap(commaSeparated)
        internals = arguments.strings("internal-topics").flatMap(commaSeparated)
        targets = try OffsetTargets(
            arguments,
            among: ["to-offset", "to-datetime", "by-duration", "to-earliest", "to-latest", "from-file", "shift-by"],
            for: "input-topics", group: application, fallback: .earliest)
        isForced = arguments.flag("force")
        isDryRun = arguments.flag("dry-run")
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            try await StreamsApplicationReset(self, Admin(cluster), context).run()
        }
    }
}
