// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// `kafka storage`
struct StorageCommand: Command {
    static let definition = CommandDefinition(
        name: "storage",
        summary: "Look at data directories, make them ready, mend them, and grow to a cluster",
        discussion: """
            kafka broker needs no format step. Format a directory for the sake of Apache Kafka, or to choose a \
            cluster id, the levels of features or the first logins oneself.
            """,
        actions: [
            .word("info", "Show what a data directory is"),
            .word("format", "Make directories ready for a broker"),
            .word("check", "Look for damage in the metadata, and show what could be had and what would be lost"),
            .word("repair", "Mend what can be mended; what is cut off is kept beside it"),
            .word("grow", "Go on as a cluster of Apache Kafka, a step at a time; see kafka-cluster(7)"),
            .word("version-mapping", "Show the feature levels of a release"),
            .word("feature-dependencies", "Show what levels of features need"),
            .word("random-uuid", "Print a random id"),
        ],
        options: [
            .value("config", "FILE", "The broker's server.properties", short: "c", completion: .file),
            .value(
                "data-dir", "DIR", "The data directory, where no file says it (default $XDG_DATA_HOME/kafka)",
                completion: .file),
            .value("cluster-id", "ID", "The cluster's id, such as random-uuid prints", short: "t"),
            .flag("ignore-formatted", "Skip directories that are ready, rather than fail", short: "g"),
            FeatureVersions.releaseVersion,
            .value("feature", "NAME=LEVEL", "Level of a feature; may be repeated", short: "f", repeats: true),
            .value(
                "add-scram", "MECHANISM=[…]", "A login, such as SCRAM-SHA-256=[name=alice,password=secret]", short: "S",
                repeats: true),
            .flag("standalone", "The node is the only controller of a dynamic quorum", short: "s"),
            .flag("no-initial-controllers", "The node joins a dynamic quorum later", short: "N"),
            .value(
                "initial-controllers", "ID@HOST:PORT:DIRECTORY,…", "The first controllers of a dynamic quorum",
                short: "I"),
            .value(
                "nodes", "ID@HOST:PORT:CONTROLLER-PORT,…",
                "The nodes to grow to, the one that has the data among them; asked for once"),
            .value("files", "DIR", "Where the nodes' files and the plan are [kafka-cluster]", completion: .file),
            .flag("wait", "Go on until the cluster has grown, and say when which node is to be started"),
            .flag("accept-loss", "Repair even if records of the metadata are lost by it"),
        ],
        examples: [
            .init("kafka storage random-uuid", "Print an id for a new cluster"),
            .init("kafka storage info --data-dir /var/lib/kafka", "Show whose directory it is"),
            .init("kafka storage format -t MkU3OEVBNTcwNTJENDM2Qk -c server.properties", "Make it ready"),
            .init("kafka storage check --data-dir /var/lib/kafka", "Say what is damaged, and what a repair would do"),
            .init(
                "kafka storage repair --accept-loss --data-dir /var/lib/kafka",
                "Go on with what can be had of damaged metadata"),
            .init(
                "kafka storage grow --data-dir /var/lib/kafka --nodes 1@a:9092:9093,2@b:9092:9093,3@c:9092:9093",
                "Begin to grow to three machines; kafka storage grow goes on"),
            .init("kafka storage version-mapping --release-version 4.1", "Show what levels 4.1 begins with"),
        ],
        differences: [
            "A directory needs no format step: kafka broker makes an empty one ready.",
            "grow is not in Kafka.",
            "check and repair are not in Kafka, which cuts damaged metadata off without a word. A repair keeps the files "
                + "that it changes in a directory __cluster_metadata-0.ID-stray, and renames partitions that the metadata "
                + "doesn't know any more to TOPIC-N.ID-stray; neither broker looks at such directories.",
            "Without --release-version the levels are those of Kafka 4.0, which every later one can open.",
        ])

    private let action: String
    private let arguments: Arguments

    init(_ arguments: Arguments) throws {
        action = try arguments.action()
        self.arguments = arguments
        if action == "format" {
            _ = try arguments.required("cluster-id")
            let quorum = ["standalone", "no-initial-controllers", "initial-controllers"].filter(arguments.has)
            if quorum.count > 1 { throw CommandError.conflict(quorum[0], with: quorum[1]) }
        }
        if action == "grow" { _ = try StorageGrowth(arguments) }
        if action == "feature-dependencies" { _ = try arguments.required("feature") }
    }

    func run(_ context: Context) async throws {
        switch action {
        case "info": try StorageInfo(try StorageTarget(arguments, context)).run(context)
        case "check": try StorageRepair(arguments, try StorageTarget(arguments, context)).check(context)
        case "repair": try StorageRepair(arguments, try StorageTarget(arguments, context)).repair(context)
        case "format": try StorageFormatting(arguments, try StorageTarget(arguments, context)).run(context)
        case "grow": try await StorageGrowth(arguments).run(arguments, context)
        case "version-mapping": try FeatureVersions.printMapping(arguments.string("release-version"), context)
        case "feature-dependencies":
            try FeatureVersions.printDependencies(try arguments.strings("feature").map(FeatureVersions.parse), context)
        default: context.out.line(KafkaUUID.random().description)
        }
    }
}

/// Which directories are meant, and what the broker's file says besides.
struct StorageTarget {
    var configuration: BrokerConfiguration
    /// Whether there is a file; without one the node is what kafka broker makes of it: broker and controller.
    var hasFile: Bool
    /// Sorted.
    var directories: [String]

    init(_ arguments: Arguments, _ context: Context) throws {
        var file: [(name: String, value: String)] = []
        if let path = arguments.string("config") {
            file = try Properties(file: path, option: "config").entries.map { ($0.name, $0.value) }
        }
        configuration = try BrokerConfiguration(file: file, overrides: [], use: .storage)
        hasFile = arguments.has("config")
        if let directory = try DefaultDataDirectory.given(arguments) {
            directories = [directory]
        } else if file.contains(where: { $0.name == "log.dirs" || $0.name == "log.dir" }) {
            let metadata = configuration.optionalString("metadata.log.dir").map { [$0] } ?? []
            directories = Array(Set(configuration.logDirs + metadata)).sorted()
            guard directories.contains(where: { !$0.isEmpty }) else {
                throw CommandError("log.dirs is empty; it must name the data directory")
            }
        } else {
            directories = [try DefaultDataDirectory.path(context.environment)]
        }
    }

    /// Where the metadata log goes.
    var metadataDirectory: String {
        configuration.optionalString("metadata.log.dir") ?? directories[0]
    }
}
