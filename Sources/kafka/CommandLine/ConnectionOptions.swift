// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Where the cluster is and how to speak to it: `--bootstrap-server`, `--command-config` and their kin.
struct ConnectionOptions: Sendable {
    static let bootstrapServer = OptionDefinition.value(
        "bootstrap-server", "HOST:PORT",
        "Brokers to ask first, several with commas [$KAFKA_BOOTSTRAP_SERVERS, else localhost:9092]", short: "b")
    static let brokerList = OptionDefinition.value("broker-list", "HOST:PORT", "Old name of --bootstrap-server")
        .deprecated("is deprecated; use --bootstrap-server")
    static let bootstrapController = OptionDefinition.value(
        "bootstrap-controller", "HOST:PORT", "Controllers to ask instead of brokers")
    static let commandConfig = OptionDefinition.value(
        "command-config", "FILE", "File with client properties, such as security.protocol [$KAFKA_COMMAND_CONFIG]",
        completion: .file)
    /// A property on the command line; some of Kafka's tools have it.
    static let commandProperty = OptionDefinition.value(
        "command-property", "NAME=VALUE", "Property of the client; may be repeated", repeats: true
    ).added()
    /// A named cluster.
    static let clusterProfile = OptionDefinition.value(
        "cluster-profile", "NAME", "Named cluster, as kafka --cluster NAME [$KAFKA_CLUSTER, else the current one]",
        completion: .profile
    ).added()

    /// What most tools take.
    static let all = [bootstrapServer, commandConfig]

    /// What every tool takes that is a client of a cluster, unless it has it already.
    static func everywhere(beside options: [OptionDefinition]) -> [OptionDefinition] {
        [commandProperty, clusterProfile].filter { new in
            !options.contains { $0.name == new.name || $0.aliases.contains(new.name) }
        }
    }

    /// The properties that say where a cluster is.
    static let addressProperties = ["bootstrap.servers", "bootstrap.controllers"]

    /// The options of a tool that say where the cluster is; the --broker-list of some has numbers of brokers instead.
    static func addresses(of definition: CommandDefinition) -> [String] {
        let names = ["bootstrap-server", "broker-list", "bootstrap-controller"]
        return definition.options.filter { $0.kind == bootstrapServer.kind && names.contains($0.name) }.map(\.name)
    }

    var bootstrapServers: String?
    var properties = Properties()
    /// The named cluster, if there is one.
    let profile: ChosenProfile?
    /// Whether to warn of properties that no client has; not where the file is a server's.
    var expectsClientProperties = true
    /// What `--debug` asks for.
    private var debug: Set<ClientDebug.Category> = []
    /// Whether the addresses are those of controllers.
    private(set) var usesControllers = false
    private let found: PropertySources.Found

    init(_ arguments: Arguments) throws {
        let names = arguments.definition.options.map(\.name)
        if Self.addresses(of: arguments.definition).contains("broker-list"), arguments.has("broker-list"),
            names.contains("bootstrap-server"), arguments.has("bootstrap-server")
        {
            throw CommandError.conflict("broker-list", with: "bootstrap-server")
        }
        let controllers = names.contains("bootstrap-controller") ? arguments.string("bootstrap-controller") : nil
        if controllers != nil, arguments.has("bootstrap-server") {
            throw CommandError("Only one of --bootstrap-server and --bootstrap-controller can be given.")
        }
        try self.init(
            PropertySources(arguments), arguments.environment, takesControllers: names.contains("bootstrap-controller"))
        if controllers != nil { usesControllers = true }
        if arguments.definition.connects, let text = arguments.string(DebugLog.option.name) {
            debug = try DebugLog.categories(text)
        }
    }

    /// - Parameter takesControllers: whether the tool may ask controllers instead of brokers.
    init(_ sources: PropertySources, _ environment: Environment, takesControllers: Bool = true) throws {
        found = try sources.read(environment)
        bootstrapServers = sources.address
        properties = found.properties
        profile = found.profile
        guard takesControllers, let list = properties.remove("bootstrap.controllers"), bootstrapServers == nil,
            properties["bootstrap.servers"] == nil || found.own["bootstrap.controllers"] != nil
        else { return }
        bootstrapServers = list
        usesControllers = true
    }

    /// What file and command line say of a property, which a tool's own option must not contradict.
    func given(_ name: String) -> [String] { found.own.entries.filter { $0.name == name }.map(\.value) }

    /// For tools that write without transactions: a producer with an id waits for one to begin.
    func refuseTransactions() throws {
        guard let id = properties["transactional.id"] else { return }
        throw CommandError(
            "transactional.id is '\(id)', but this tool writes without transactions; leave it out, or use "
                + "kafka producer-perf-test or kafka transactional-message-copier")
    }

    /// The client's settings: properties, then the options, which win. Here references to secrets are followed.
    func configuration(_ context: Context, clientID: String? = nil) throws -> ClientConfiguration {
        for warning in found.warnings { context.warn(warning) }
        var all = properties
        if let bootstrapServers {
            all.set("bootstrap.servers", bootstrapServers)
        } else if all["bootstrap.servers"] == nil {
            all.set("bootstrap.servers", Self.servers(context) ?? "localhost:9092")
        }
        if let clientID, all["client.id"] == nil { all.set("client.id", clientID) }
        var configuration = ClientConfiguration()
        configuration.usesControllers = usesControllers
        let unknown = try configuration.apply(all, SecretResolver(context.environment, all))
        for name in unknown where expectsClientProperties {
            let hint = closest(to: name, among: ClientConfiguration.definitions.map(\.name))
            context.warn(
                "The client has no property '\(name)'" + (hint.map { "; did you mean \($0)?" } ?? "; it is ignored."))
        }
        if context.tellsNotices { configuration.onNotice = { context.notices.show($0, context) } }
        if !debug.isEmpty { configuration.debug = DebugLog.write(debug, to: context) }
        return configuration
    }

    /// The brokers to ask first, as they were given.
    func servers(_ context: Context) -> String {
        bootstrapServers ?? properties["bootstrap.servers"] ?? Self.servers(context) ?? "localhost:9092"
    }

    private static func servers(_ context: Context) -> String? {
        context.environment.text(PropertySources.addressVariable)
    }

    /// Says where an address came from that nobody typed and that leads nowhere.
    private func explained(_ error: ClientError, _ context: Context) -> any Error {
        guard error.kind == .connection || error.kind == .timedOut, bootstrapServers == nil,
            properties["bootstrap.servers"] == nil
        else { return error }
        let source =
            Self.servers(context) == nil ? "the default" : "of $KAFKA_BOOTSTRAP_SERVERS"
        return CommandError("\(error.message) (the address is \(source); --bootstrap-server names another)")
    }

    /// Connects, runs `body`, disconnects.
    /// - Parameter limit: the longest time of connecting and of each answer, for who tells at its end what was waited for.
    func withCluster<Result: Sendable>(
        _ context: Context, clientID: String = "adminclient-1", limit: Duration? = nil,
        _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        var configuration = try configuration(context, clientID: clientID)
        if let limit { configuration.limit(to: limit) }
        let cluster: Cluster
        do throws(ClientError) {
            cluster = try await Cluster.connect(configuration)
        } catch {
            throw explained(error, context)
        }
        do {
            let result = try await body(cluster)
            await cluster.close()
            return result
        } catch {
            await cluster.close()
            throw error
        }
    }
}

extension ClientConfiguration {
    /// Nothing may take longer, and nothing is told before that.
    mutating func limit(to time: Duration) {
        firstConnectTimeout = time
        connectTimeout = min(connectTimeout, time)
        requestTimeout = min(requestTimeout, time)
        defaultAPITimeout = min(defaultAPITimeout, time)
        onNotice = nil
    }
}
