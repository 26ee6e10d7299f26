// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("What is said in several places")
struct PropertySourcesTests {
    static let clusters = TemporaryFile(
        """
        current = first
        [first]
        bootstrap.servers=profile:1
        client.id=profile
        client.rack=profile
        sasl.password=of-first
        [second]
        bootstrap.servers=second:1
        client.id=second
        """)
    static let file = TemporaryFile("client.id=file\nrequest.timeout.ms=1\n")
    static let addressed = TemporaryFile("bootstrap.servers=file:1\n")
    static let variableFile = TemporaryFile("client.id=variable\nbootstrap.servers=variable:1\n")

    func read(_ line: String, _ variables: [String: String] = [:], config: String? = Self.clusters.path) throws
        -> PropertySources.Found
    {
        var arguments = try OptionParser.parse(
            ["--list"] + line.split(separator: " ").map(String.init), TopicsCommand.definition)
        arguments.environment = Environment(
            variables: variables.merging(config.map { ["KAFKA_CONFIG": $0] } ?? [:]) { $1 })
        return try PropertySources(arguments).read(arguments.environment)
    }

    @Test("is taken from the command line first, then the file, then the named cluster")
    func order() throws {
        let all = try read("--command-config \(Self.file.path) --command-property client.id=line")
        #expect(all.properties["client.id"] == "line")
        #expect(all.properties["request.timeout.ms"] == "1" && all.properties["client.rack"] == "profile")
        #expect(try read("--command-config \(Self.file.path)").properties["client.id"] == "file")
        #expect(try read("").properties["client.id"] == "profile")
        let twice = try read("--command-property client.id=a --command-property client.id=b")
        #expect(twice.properties["client.id"] == "b")
    }

    @Test("is taken from the environment last, and where nothing else names a cluster")
    func environment() throws {
        let variables = ["KAFKA_COMMAND_CONFIG": Self.variableFile.path, "KAFKA_BOOTSTRAP_SERVERS": "x:1"]
        #expect(try read("", variables, config: nil).properties["client.id"] == "variable")
        #expect(try read("", variables).properties["client.id"] == "profile")
        #expect(try read("-b a:1", variables).properties["client.id"] == "variable")
        #expect(try read("--command-config \(Self.addressed.path)", variables).properties["client.id"] == nil)
        let line = try read("--command-property client.id=line", variables, config: nil)
        #expect(line.properties["client.id"] == "line" && line.properties["bootstrap.servers"] == "variable:1")
    }

    @Test("comes from the cluster that the option names, then the variable, then the file")
    func choice() throws {
        #expect(try read("").profile?.profile.name == "first")
        #expect(try read("", ["KAFKA_CLUSTER": "second"]).profile?.profile.name == "second")
        #expect(try read("--cluster-profile first", ["KAFKA_CLUSTER": "second"]).profile?.profile.name == "first")
        #expect(try read("--cluster second").profile?.profile.name == "second", "an abbreviation")
        #expect(throws: CommandError.self) { try read("", ["KAFKA_CLUSTER": "third"]) }
        #expect(throws: CommandError.self) { try read("--cluster-profile third") }
        #expect(throws: CommandError.self) { try read("--cluster-profile first", config: "/no/such/file") }
    }

    @Test("is not sent to another cluster than the one it was said of")
    func elsewhere() throws {
        for line in [
            "-b other:1", "--bootstrap-server other:1", "--command-config \(Self.addressed.path)",
            "--command-property bootstrap.servers=other:1",
        ] {
            for variables in [[:], ["KAFKA_CLUSTER": "first"]] {
                let found = try read(line, variables)
                #expect(found.profile == nil && found.properties["sasl.password"] == nil, "\(line)")
            }
        }
        // Who names both means the cluster by another way, such as a tunnel.
        #expect(try read("--cluster-profile first -b tunnel:1").properties["sasl.password"] == "of-first")
    }

    @Test("that the environment names in vain is told of")
    func ignoredAddress() throws {
        #expect(try read("", ["KAFKA_BOOTSTRAP_SERVERS": "x:1"]).warnings.contains { $0.contains("is not used") })
        #expect(try read("", ["KAFKA_BOOTSTRAP_SERVERS": "profile:1"]).warnings.allSatisfy { !$0.contains("not used") })
        #expect(try read("-b x:1", ["KAFKA_BOOTSTRAP_SERVERS": "y:1"]).warnings.isEmpty)
    }

    @Test("reads no file of clusters where the command line has an address")
    func unread() throws {
        #expect(try read("-b a:1", config: "/no/such/file").properties.entries.isEmpty)
        #expect(throws: CommandError.self) { try read("", config: "/no/such/file") }
    }

    @Test("may be said to every tool that is a client of a cluster", arguments: Tools.listed)
    func everywhere(name: String) throws {
        let definition = try #require(Tools.command(named: name)).definition
        guard definition.connects else { return }
        let words = ["--command-config", "f", "--command-property", "client.id=x", "--cluster-profile", "c"]
        let sources = PropertySources(try OptionParser.parse(words, definition))
        #expect(sources.file == "f" && sources.words == ["client.id=x"] && sources.cluster == "c")
    }

    @Test(
        "goes by the names that Kafka's tools have for it",
        arguments: [
            ("console-producer", "producer.config", "producer-property"),
            ("producer-perf-test", "producer.config", "producer-props"),
            ("console-consumer", "consumer.config", "consumer-property"),
            ("consumer-perf-test", "consumer.config", "command-property"),
            ("console-share-consumer", "consumer-config", "consumer-property"),
            ("share-consumer-perf-test", "consumer.config", "command-property"),
            ("leader-election", "admin.config", nil), ("cluster", "config", nil),
            ("streams-application-reset", "config-file", nil), ("verifiable-producer", "producer.config", nil),
            ("verifiable-consumer", "consumer.config", nil), ("verifiable-share-consumer", "consumer.config", nil),
        ])
    func names(tool: String, file: String, property: String?) throws {
        let definition = try #require(Tools.command(named: tool)).definition
        let words = ["--\(file)", "f"] + (property.map { ["--\($0)", "client.id=x"] } ?? [])
        let sources = PropertySources(try OptionParser.parse(words, definition))
        #expect(sources.file == "f" && sources.words == (property == nil ? [] : ["client.id=x"]))
    }

    @Test(
        "has its order in the help of every tool that is a client", arguments: ["topics", "console-consumer", "acls"])
    func help(tool: String) async {
        #expect(await CommandRun([tool, "--help"]).output.contains("What is said in several places"))
    }
}

@Suite("A cluster that is named before the tool")
struct NamedClusterTests {
    static let file = TemporaryFile("[a]\nbootstrap.servers=127.0.0.1:1\nsecurity.protocol=none-such\n")

    func run(_ line: String) async -> CommandRun {
        await CommandRun(line.split(separator: " ").map(String.init), variables: ["KAFKA_CONFIG": Self.file.path])
    }

    @Test("is the one that the tool works with", arguments: ["--cluster a topics --list", "--cluster=a topics --list"])
    func used(line: String) async {
        #expect(await run(line).refusal?.contains("none-such") == true)
    }

    @Test(
        "is refused where it can't be meant",
        arguments: [
            ("--cluster", "takes the name"), ("--cluster --list", "takes the name"),
            ("--cluster= topics", "takes the name"),
            ("--cluster b topics --list", "no cluster 'b'"),
            ("--cluster a storage random-uuid", "leave out --cluster a"),
            ("--cluster a topics --list --cluster-profile b", "multiple arguments"),
        ])
    func refused(line: String, reason: String) async {
        let run = await run(line)
        #expect(run.refusal?.contains(reason) == true, "\(run)")
    }
}
