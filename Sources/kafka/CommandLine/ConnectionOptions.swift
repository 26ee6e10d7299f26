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
        "command-config", "FILE", "File with client properties, such as security.protocol", completion: .file)

    /// What most tools take.
    static let all = [bootstrapServer, commandConfig]

    /// The options of a tool that say where the cluster is; the --broker-list of some has numbers of brokers instead.
    static func addresses(of definition: CommandDefinition) -> [String] {
        let names = ["bootstrap-server", "broker-list", "bootstrap-controller"]
        return definition.options.filter { $0.kind == bootstrapServer.kind && names.contains($0.name) }.map(\.name)
    }

    var bootstrapServers: String?
    var properties = Properties()
    /// Whether to warn of properties that no client has; not where the file is a server's.
    var expectsClientProperties = true
    /// What `--debug` asks for.
    private var debug: Set<ClientDebug.Category> = []
    /// Whether the addresses are those of controllers.
    private(set) var usesControllers = false

    /// - Parameter configuration: the option that names a properties file; Kafka has several names for it.
    init(_ arguments: Arguments, configuration: String = "command-config") throws {
        let names = arguments.definition.options.map(\.name)
        if names.contains("bootstrap-server") { bootstrapServers = arguments.string("bootstrap-server") }
        if Self.addresses(of: arguments.definition).contains("broker-list"), let list = arguments.string("broker-list")
        {
            if bootstrapServers != nil { throw CommandError.conflict("broker-list", with: "bootstrap-server") }
            bootstrapServers = list
        }
        if names.contains("bootstrap-controller"), let controller = arguments.string("bootstrap-controller") {
            if bootstrapServers != nil {
                throw CommandError("Only one of --bootstrap-server and --bootstrap-controller can be given.")
            }
            bootstrapServers = controller
            usesControllers = true
        }
        if arguments.definition.connects, let text = arguments.string(DebugLog.option.name) {
            debug = try DebugLog.categories(text)
        }
        if names.contains(configuration), let file = arguments.string(configuration) {
            properties = try Properties(file: file, option: configuration)
        }
        if names.contains("bootstrap-controller"), let list = properties.remove("bootstrap.controllers"),
            bootstrapServers == nil
        {
            bootstrapServers = list
            usesControllers = true
        }
    }

    /// For tools that write without transactions: a producer with an id waits for one to begin.
    func refuseTransactions() throws {
        guard let id = properties["transactional.id"] else { return }
        throw CommandError(
            "transactional.id is '\(id)', but this tool writes without transactions; leave it out, or use "
                + "kafka producer-perf-test or kafka transactional-message-copier")
    }

    /// The client's settings: properties, then the options, which win.
    func configuration(_ context: Context, clientID: String? = nil) throws -> ClientConfiguration {
        var all = properties
        if let bootstrapServers {
            all.set("bootstrap.servers", bootstrapServers)
        } else if all["bootstrap.servers"] == nil {
            all.set("bootstrap.servers", Self.servers(context) ?? "localhost:9092")
        }
        if let clientID, all["client.id"] == nil { all.set("client.id", clientID) }
        var configuration = ClientConfiguration()
        configuration.usesControllers = usesControllers
        let unknown = try configuration.apply(all.entries.map { (name: $0.name, value: $0.value) })
        for name in unknown where expectsClientProperties {
            let hint = closest(to: name, among: ClientConfiguration.definitions.map(\.name))
            context.warn(
                "The client has no property '\(name)'" + (hint.map { "; did you mean \($0)?" } ?? "; it is ignored."))
        }
        if context.tellsNotices { configuration.onNotice = { context.notices.show($0, context) } }
        if !debug.isEmpty { configuration.debug = DebugLog.write(debug, to: context) }
        return configuration
    }

    /// An empty variable is none.
    private static func servers(_ context: Context) -> String? {
        context.environment["KAFKA_BOOTSTRAP_SERVERS"].flatMap { $0.isEmpty ? nil : $0 }
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
    func withCluster<Result: Sendable>(
        _ context: Context, clientID: String = "adminclient-1", _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        let configuration = try configuration(context, clientID: clientID)
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
