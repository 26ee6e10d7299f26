// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka cp`
struct CopyCommand: Command {
    static let definition = CommandDefinition(
        name: "cp",
        summary: "Copy topics from one cluster to another",
        discussion: """
            Copies what the topics hold when it begins, partition by partition: keys, values, headers and timestamps byte for \
            byte, in batches as they are, so that nothing is decompressed on the way. Topics that the destination lacks \
            are created, with as many partitions and the configs that were given to them. Only what has been committed is \
            copied.

            It may be interrupted or killed at any time: the same command goes on where it stopped, without loss and \
            without a record twice. Run again later, it copies what is new.
            """,
        options: [
            .value("topic", "TOPIC", "Topic to copy; may be repeated, or be several with commas", repeats: true),
            .value("include", "REGEX", "Copy all topics whose names match, but those of Kafka's own"),
            .value(
                "from", "CLUSTER",
                "HOST:PORT of the source, several with commas, or the name of a cluster [as other tools have it]"),
            .value("to", "CLUSTER", "HOST:PORT of the destination, or the name of a cluster"),
            .value("from-config", "FILE", "Properties of the client for the source", completion: .file),
            .value("to-config", "FILE", "Properties of the client for the destination", completion: .file),
            .value(
                "group", "GROUP", "Set the offsets of this group as well; may be repeated", repeats: true,
                completion: .group),
            .value("id", "NAME", "What to call this copy, for where it stopped [the id of the source's cluster]"),
            .value(
                "rename", "SOURCE:DESTINATION", "What a topic is called at the destination; may be repeated",
                repeats: true),
            .value("prefix", "TEXT", "What the names of the other topics begin with at the destination"),
            .flag("follow", "Go on with what comes until interrupted; --group is for copies that end"),
            .flag("append", "Add to topics that have records already, of which none was copied"),
            .flag("no-create", "Fail if the destination lacks a topic"),
        ],
        subject: "topic",
        takesSeveral: true,
        sections: [
            .init(
                title: "HOW A COPY GOES ON",
                blocks: [
                    .paragraph(
                        """
                        The destination's group kafka-cp-ID holds, for each partition, up to which offset of the source it \
                        has been copied and where that is at the destination; it is committed about once a second, never \
                        ahead of what is stored. What the destination has behind that place was written after the last \
                        commit: as many records of the source are passed over, and the last of them is compared. Records \
                        are written by an idempotent producer, and each answer has to name the offset that follows the \
                        one before.
                        """),
                    .paragraph(
                        """
                        So nobody else may write to the topics at the destination while they are copied, nor may two \
                        copies do so at a time. If somebody does, or a topic was deleted and created again, it is found \
                        out, and the copy ends with an error rather than with records that are missing or there twice. \
                        The group's offsets are kept for offsets.retention.minutes, a week by default; who goes on later \
                        has to copy anew.
                        """),
                    .paragraph(
                        """
                        No transaction is used at the destination, so that every reader sees each record once, and \
                        offsets are the same on both sides as long as the source begins with offset 0 and has no gaps. \
                        Compaction and transactions leave gaps, which the copy has not.
                        """),
                ]),
            .init(
                title: "TO A FILE AND BACK",
                blocks: [
                    .paragraph(
                        """
                        kafka console-consumer --format json writes records to a file with all that they have, and kafka \
                        console-producer --format json takes them back; neither keeps batches, nor where it stopped.
                        """)
                ]),
            .init(
                title: "WHAT IS NOT THE SAME",
                blocks: [
                    .paragraph(
                        """
                        With --follow, topics and partitions that are made later are not copied; run it again for those. \
                        What was read and not stored when it is interrupted is read again by the next run.
                        """),
                    .paragraph(
                        """
                        Batches with gaps, and those of topics with LogAppendTime, are built anew, with their compression. \
                        The time of the latter is kept as that of a producer. Producer ids and transactions are not kept.
                        """),
                    .paragraph(
                        """
                        With --group, an offset is set by how many records are left to the group: it goes on with the same \
                        record as at the source. The group may have no members at the destination. Offsets are translated \
                        when the copy has come to its end.
                        """),
                ]),
        ],
        examples: [
            .init("kafka cp orders payments --from old:9092 --to new:9092", "Two topics"),
            .init(
                "kafka cp --include 'app-.*' --from production --to staging --group billing",
                "Between clusters that have names, with a group's place"),
            .init(
                "kafka cp orders --from old:9092 --to new:9093 --to-config new.properties", "To a cluster with a login"),
            .init(
                "kafka cp --include 'shop-.*' --from production --to laptop:9092 --prefix prod. --follow",
                "Under other names, and all that comes until Ctrl-C"),
        ],
        differences: ["Apache Kafka has no such tool; MirrorMaker copies all the time, and at least once by default."])

    let topics: [String]
    let filter: TopicFilter?
    let groups: [String]
    let id: String?
    let names: CopyNames
    let follows: Bool
    let appends: Bool
    let creates: Bool
    private let source: ConnectionOptions
    private let destination: ConnectionOptions

    init(_ arguments: Arguments) throws {
        topics = arguments.strings("topic").flatMap(commaSeparated).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
        filter = try arguments.string("include").map { try TopicFilter($0) }
        guard topics.isEmpty == (filter != nil) else {
            throw CommandError(
                topics.isEmpty
                    ? "No topic is named; kafka cp TOPIC… --to CLUSTER copies some, --include REGEX all that match"
                    : "Topics are named, and --include is given; one of them says which are copied")
        }
        groups = arguments.strings("group").reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        id = arguments.string("id")
        names = try CopyNames(renames: arguments.strings("rename"), prefix: arguments.string("prefix") ?? "")
        follows = arguments.flag("follow")
        if follows, !groups.isEmpty { throw CommandError.conflict("follow", with: "group") }
        appends = arguments.flag("append")
        creates = !arguments.flag("no-create")
        guard arguments.has("to") || arguments.has("to-config") else { throw CommandError.missing("to") }
        source = try Self.endpoint(arguments, "from")
        destination = try Self.endpoint(arguments, "to")
    }

    private static func endpoint(_ arguments: Arguments, _ option: String) throws -> ConnectionOptions {
        var sources = PropertySources(file: arguments.string("\(option)-config"))
        if let text = arguments.string(option) {
            if text.contains(":") { sources.address = text } else { sources.cluster = text }
        }
        var connection = try ConnectionOptions(sources, arguments.environment, takesControllers: false)
        try connection.refuseTransactions()
        connection.properties.set("isolation.level", "read_committed")
        return connection
    }

    func run(_ context: Context) async throws {
        let outcome = await Signals.cancelling { try await copy(context) }
        if outcome.exitStatus != nil { context.note("interrupted; the same command goes on from here") }
        try outcome.get()
    }

    private func copy(_ context: Context) async throws {
        try await source.withCluster(context, clientID: "kafka-cp") { source in
            var configuration = try destination.configuration(context, clientID: "kafka-cp")
            // One batch that can't be written, or not yet, holds up those behind it.
            configuration.producer.deliveryTimeout = .seconds(1_000_000)
            configuration.producer.stopsAtFailure = true
            configuration.producer.enableIdempotence = true
            configuration.producer.acks = -1
            configuration.producer.maxInFlight = min(configuration.producer.maxInFlight, 5)
            configuration.producer.retries = Int(Int32.max)
            configuration.producer.bufferMemory = max(configuration.producer.bufferMemory, 64 << 20)
            try await Cluster.with(configuration) { destination in
                let (first, second) = (try await source.clusterID(), try await destination.clusterID())
                let group = "kafka-cp-\(id ?? first ?? "unknown")"
                try await TopicCopy(
                    options: self, context: context, source: source, destination: destination, group: group,
                    isWithin: first != nil && first == second
                ).run()
            }
        }
    }
}
