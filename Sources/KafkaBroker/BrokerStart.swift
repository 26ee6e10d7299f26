// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import KafkaSecurity
import Logging
import NIOCore
import NIOPosix

/// Puts a broker together: configuration, directory, metadata and ports, logs, coordinators; then the ports open.
struct BrokerStart {
    let options: Broker.Options
    let loggers: BrokerLoggers
    var policy = ConnectionPolicy.open
    /// Nil where no listener encrypts.
    private var encryption: ListenerEncryption?

    init(options: Broker.Options, logger: Logger, policy: ConnectionPolicy = .open) {
        self.options = options
        loggers = BrokerLoggers(logger, levels: options.logLevels)
        self.policy = policy
    }

    private var logger: Logger { loggers[.server] }

    func run() async throws -> Broker {
        OpenFiles.raiseLimit()
        try checkNodes()
        let configuration = try self.configuration()
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let vain = configuration.withoutEffect.map { options.origins[$0] ?? $0 } + options.withoutEffect
        if !vain.isEmpty { logger.notice("without effect here: \(vain.joined(separator: ", "))") }
        var start = self
        start.encrypt(configuration)
        if configuration.hasAuthorizer, policy.authorizer == nil {
            start.policy.authorizer = StandardAuthorizer(try configuration.accessRules, logger: loggers[.authorizer])
        }
        return try await start.run(configuration)
    }

    /// Has the listeners that encrypt do so.
    private mutating func encrypt(_ configuration: BrokerConfiguration) {
        let all = configuration.listeners + configuration.httpListeners
        let listeners = all.filter { $0.securityProtocol.isEncrypted }
        guard !listeners.isEmpty else { return }
        let encryption = ListenerEncryption(listeners, logger: loggers[.security])
        self.encryption = encryption
        policy.transport = { [transport = policy.transport] in encryption.transport($0) ?? transport($0) }
    }

    private func run(_ configuration: BrokerConfiguration) async throws -> Broker {
        let directory = try DataDirectory.open(try dataDirectory(configuration))
        do {
            return try await run(configuration, directory)
        } catch {
            directory.close()
            throw error
        }
    }

    private func run(_ configuration: BrokerConfiguration, _ directory: DataDirectory) async throws -> Broker {
        let configuration = try certified(configuration, directory)
        let quotas = ClientQuotaSource(
            window: QuotaWindow(configuration, prefix: ""),
            mutationWindow: QuotaWindow(configuration, prefix: "controller."), now: UptimeClock.milliseconds)
        var policy = policy
        if policy.quotas is NoQuotas { policy.quotas = quotas }
        var environment = ProcessEnvironment.forLogin
        if let javaOptions = options.javaOptions { environment["KAFKA_OPTS"] = javaOptions }
        let logins = try LoginService(configuration, environment: environment, logger: loggers[.security])
        for warning in logins.warnings { logger.warning("\(warning)") }
        policy.logins = { logins.listeners[$0.name] }
        // Threads start and ports are bound while the directory is read.
        let binding = Task.detached { [policy, loggers] in
            try await Ports.bind(configuration, policy, options.sockets, loggers)
        }
        let isNew: Bool
        let controller: Controller
        do {
            let meta = try directory.logs.readMetaProperties()
            isNew = meta == nil
            if let wanted = options.clusterID, let found = meta?.clusterID, found != wanted {
                logger.warning("\(directory.path) belongs to the cluster \(found), and stays so: \(wanted) is not used")
            }
            controller = try Controller.open(
                directory: directory.logs, configuration: configuration,
                clusterID: isNew ? options.clusterID : nil, nodeCount: Int32(clamping: options.nodes),
                now: WallClock.milliseconds)
            for note in await controller.openingNotes { loggers[.controller].warning("\(note)") }
            try encryption?.begin(controller.configuration)
        } catch {
            await (try? binding.value)?.close()
            throw error
        }
        let ports = try await binding.value
        do {
            let shutdown = try directory.logs.cleanShutdownMarker()
            let store = controller.store
            logins.users.open(store)
            await logins.start()
            let logs = try LogManager(
                directory: directory.logs, registry: PartitionRegistry(), hadCleanShutdown: isNew || shutdown != nil,
                producers: ProducerSettings(configuration),
                traffic: ports.telemetry?.traffic,
                metadataEnd: { store.image.offset.addingSaturating(1) }, progress: options.progress,
                logger: loggers[.logs])
            try logs.clean(knowing: store.image, now: WallClock.milliseconds())
            // From here on the logs count as unclean until they are closed: a taken port must not come to that.
            _ = try directory.logs.takeCleanShutdownMarker()
            return try await run(configuration, directory, controller, logs, ports, quotas, policy)
        } catch {
            await ports.close()
            throw error
        }
    }

    /// With a certificate of one's own making, if that is asked for and nobody brings one.
    private func certified(
        _ configuration: BrokerConfiguration, _ directory: DataDirectory
    ) throws(BrokerError) -> BrokerConfiguration {
        let given = ["ssl.keystore.location", "ssl.keystore.key"]
        guard options.isSecure, !given.contains(where: { configuration.override($0) != nil }) else {
            return configuration
        }
        var names = [HostName.current, "localhost", "127.0.0.1", "::1"]
        let all = configuration.listeners + configuration.advertisedListeners + configuration.httpListeners
        for listener in all where !listener.isOnAllAddresses { names.append(listener.host) }
        names = names.enumerated().filter { $1 != "" && names.firstIndex(of: $1) == $0 }.map(\.element)
        let setup = SecureSetup(directory: directory.path)
        try setup.prepareCertificates(names: names, now: WallClock.milliseconds() / 1000)
        return configuration.with(defaults: setup.certificateProperties)
    }

    /// Sees to it that somebody can log in.
    private func prepareAdministrator(
        _ controller: Controller, _ directory: DataDirectory, _ bound: [SocketServer.Bound]
    ) async throws(BrokerError) {
        guard options.isSecure else { return }
        let addresses = bound.map { $0.listener.isOnAllAddresses ? "localhost:\($0.port)" : $0.address }
        let profile = try await SecureSetup(directory: directory.path)
            .prepareAdministrator(controller, bootstrap: addresses.joined(separator: ","))
        guard let profile else { return }
        logger.notice("log in as \(SecureSetup.administrator) with --command-config \(profile)")
    }

    private func run(
        _ configuration: BrokerConfiguration, _ directory: DataDirectory, _ controller: Controller, _ logs: LogManager,
        _ ports: Ports, _ quotas: ClientQuotaSource, _ policy: ConnectionPolicy
    ) async throws -> Broker {
        let (registry, group, server) = (logs.registry, ports.group, ports.server)
        let background = BackgroundQueue()
        // Some of the cores, so that the others are there for whoever sends what is soon done.
        let inflation = BackgroundQueue(threads: max(System.coreCount / 2, 1))
        do {
            let endpoints = endpoints(configuration, ports.bound)
            let store = controller.store
            let shareCoordinator = ShareCoordinator(
                log: InternalTopicLog(
                    topic: TopicName.shareState, controller: controller, registry: registry,
                    background: background),
                topics: ImageTopicLookup(store: store), clock: CoordinatorClock(now: WallClock.milliseconds),
                configuration: ShareCoordinatorConfiguration(configuration), logger: loggers[.shares])
            let shares = SharePartitions(
                registry: registry, coordinator: shareCoordinator,
                sessionLimit: Int(configuration.int32("group.share.max.share.sessions")),
                settings: { ShareGroupSettings(controller.configuration, group: $0, store.image) },
                isEnabled: { store.image.shareVersion >= 1 }, logger: loggers[.shares])
            let groups = GroupCoordinator(
                log: InternalTopicLog(
                    topic: TopicName.offsets, controller: controller, registry: registry,
                    background: background),
                topics: ImageTopicLookup(store: store), clock: CoordinatorClock(now: WallClock.milliseconds),
                configuration: GroupCoordinatorConfiguration(configuration, store.image), shares: shareCoordinator,
                logger: loggers[.groups])

            let producerIDs = ProducerIDs(controller: controller)
            let transactions = TransactionCoordinator(
                log: InternalTopicLog(
                    topic: TopicName.transactions, controller: controller, registry: registry,
                    background: background),
                partitions: registry, groups: groups, producerIDs: producerIDs,
                transactionVersion: { store.image.transactionVersion },
                clock: CoordinatorClock(now: WallClock.milliseconds),
                configuration: TransactionCoordinatorConfiguration(configuration), logger: loggers[.transactions])
            let publisher = Publisher(
                logs: logs, groups: groups, transactions: transactions, shares: shares, controller: controller,
                quotas: quotas, server: server, authorizer: policy.authorizer as? StandardAuthorizer,
                encryption: encryption, logger: loggers[.changes])
            let nodes = nodes(controller, ports, endpoints)
            try await controller.activate(
                endpoints: nodes?.endpoints[store.nodeID] ?? endpoints,
                others: nodes?.endpoints.filter { $0.key != store.nodeID } ?? [:],
                publisher: { try publisher.publish($0, $1, $2) },
                listener: { publisher.tellCoordinators($0, $1) })
            try await prepareAdministrator(controller, directory, ports.bound)
            groups.start()
            transactions.start()
            shareCoordinator.start()
            shares.start()

            let sessions = FetchSessionCache(
                limit: Int(configuration.int32("max.incremental.fetch.session.cache.slots")))
            var handlers = HandlerTable(
                configuration: configuration, controller: controller, endpoints: endpoints, logs: logs,
                groups: groups, transactions: transactions, shares: shares, producerIDs: producerIDs,
                background: background, inflation: inflation, sessions: sessions,
                countsFetches: ports.telemetry != nil, dataDirectory: directory.path, loggers: loggers, node: nodes)
            let dispatch = handlers.dispatchTable
            var own: [String: DispatchTable] = [:]
            if let nodes {
                for (id, bound) in zip(store.nodeIDs, ports.bound) {
                    handlers.node = NodeView(id: id, store: store, endpoints: nodes.endpoints, nodes: nodes.nodes)
                    own[bound.listener.name] = handlers.dispatchTable
                }
            }
            ports.table.set(dispatch, own: own)
            let maintenance = Maintenance(
                logs: logs, controller: controller, background: background, configuration: configuration,
                logger: loggers[.logs])
            maintenance.start(on: group.next())
            let cleaner = CleanerThread(directory: directory.logs, registry: registry, logger: loggers[.cleaner]) {
                CleanerThread.Configuration(controller.configuration)
            }
            if configuration.bool("log.cleaner.enable") { cleaner.start(on: group.next()) }
            let partitions = registry.all
            logger.info(
                "node \(store.nodeID) of cluster \(store.clusterID) has \(store.image.topics.count) topics with \(partitions.count) partitions in \(directory.path)"
            )
            let recovered = partitions.filter { $0.log.recovery.scannedBytes > 0 }
            if !recovered.isEmpty {
                let bytes = recovered.reduce(0) { $0 + $1.log.recovery.scannedBytes }
                logger.info("\(recovered.count) partitions were recovered after an unclean stop, \(bytes) bytes read")
            }
            for bound in ports.bound { logger.info("listening on \(bound.listener.name)://\(bound.address)") }
            server.open()
            return Broker(
                parts: .init(
                    group: group, background: background, inflation: inflation, directory: directory,
                    controller: controller, logs: logs, server: server,
                    calls: InProcessServer(group: group, dispatch: dispatch, policy: policy), groups: groups,
                    transactions: transactions,
                    shares: shares,
                    maintenance: maintenance, cleaner: cleaner, policy: policy, sessions: sessions,
                    telemetry: ports.telemetry, nodes: nodes),
                addresses: ports.bound.map(\.address))
        } catch {
            try? await background.stop()
            throw error
        }
    }

    private func checkNodes() throws(BrokerError) {
        guard options.nodes != 1 else { return }
        guard (1...64).contains(options.nodes) else {
            throw BrokerError("\(options.nodes) nodes can't be started; 1 to 64 can")
        }
        guard options.isEphemeral else {
            throw BrokerError(
                "several nodes are for tests: nothing is replicated, and a directory that is kept would say it is; have "
                    + "the data be gone afterwards (--ephemeral)")
        }
        guard !options.isSecure, options.sockets.isEmpty else {
            throw BrokerError("several nodes can't be had with --secure or with sockets that somebody passes on")
        }
        let names = ["listeners", "advertised.listeners"]
        if let name = (options.file + options.overrides).first(where: { names.contains($0.name) })?.name {
            throw BrokerError(
                "several nodes have listeners of their own: take \(name) out, and say with --listen where")
        }
    }

    /// The addresses to listen on, one for each node.
    private func nodeAddresses() throws(BrokerError) -> [String] {
        let given = options.listen.isEmpty ? ["127.0.0.1:9092"] : options.listen
        guard options.nodes > 1, given.count != options.nodes else { return given }
        guard given.count == 1 else {
            throw BrokerError("\(options.nodes) nodes want one address, or as many; \(given.count) are given")
        }
        guard let colon = given[0].lastIndex(of: ":"), let port = UInt16(given[0][given[0].index(after: colon)...])
        else { return given }
        guard port == 0 || Int(port) + options.nodes - 1 <= Int(UInt16.max) else {
            throw BrokerError("\(given[0]) leaves no ports for \(options.nodes) nodes")
        }
        return (0..<options.nodes).map { "\(given[0][...colon])\(port == 0 ? 0 : Int(port) + $0)" }
    }

    /// What the nodes know of each other; nil where there is one.
    private func nodes(_ controller: Controller, _ ports: Ports, _ endpoints: BrokerEndpoints) -> NodeView? {
        let store = controller.store
        guard store.nodeIDs.count > 1 else { return nil }
        var own: [Int32: BrokerEndpoints] = [:]
        var listeners: [Int32: Listener] = [:]
        for (index, (id, bound)) in zip(store.nodeIDs, ports.bound).enumerated() {
            let named = endpoints.listeners[index]
            own[id] = BrokerEndpoints(listeners: [(named.name, named.endpoint)], rack: endpoints.rack)
            var listener = bound.listener
            listener.port = bound.port
            listeners[id] = listener
        }
        let nodes = NodeSwitch(controller: controller, server: ports.server, listeners: listeners) {
            [table = ports.table] in table[$0]
        }
        return NodeView(id: nil, store: store, endpoints: own, nodes: nodes)
    }

    func configuration() throws -> BrokerConfiguration {
        var file = options.file
        var overrides = options.overrides
        func isSet(_ name: String) -> Bool { (options.file + options.overrides).contains { $0.name == name } }
        if options.isSecure {
            try secure(&file, &overrides)
        } else if !options.listen.isEmpty || options.nodes > 1 {
            let addresses = try nodeAddresses()
            // Names of their own, because Kafka wants one listener for each name.
            let names = addresses.indices.map { $0 == 0 ? "PLAINTEXT" : "PLAINTEXT_\($0 + 1)" }
            var listeners: [String] = []
            for (name, text) in zip(names, addresses) {
                guard let address = ListenAddress(text) else {
                    throw BrokerError("'\(text)' can't be listened on: write HOST:PORT, such as 127.0.0.1:9092")
                }
                listeners.append("\(name)://\(address.text)")
            }
            overrides.append(("listeners", listeners.joined(separator: ",")))
            overrides.append(
                ("listener.security.protocol.map", names.map { "\($0):PLAINTEXT" }.joined(separator: ",")))
            // What the file says of the addresses belongs to listeners that are not there.
            file.removeAll { $0.name == "advertised.listeners" }
        } else if !isSet("listeners") {
            let old = LegacyAddress { name in (options.file + options.overrides).last { $0.name == name }?.value }
            overrides.append(("listeners", old.listeners(host: "127.0.0.1")))
            if old.isGiven { file.removeAll { ["host.name", "port"].contains($0.name) } }
            if let advertised = old.advertised, !isSet("advertised.listeners") {
                file.removeAll { ["advertised.host.name", "advertised.port"].contains($0.name) }
                overrides.append(("advertised.listeners", advertised))
            }
        }
        // Where the data really is, for who asks for the broker's configuration.
        if let directory = options.dataDirectory { overrides.append(("log.dirs", directory)) }
        return try BrokerConfiguration(file: file, overrides: overrides)
    }

    /// Listeners that take nobody without TLS and a login, and rules of who may do what.
    private func secure(
        _ file: inout [(name: String, value: String)], _ overrides: inout [(name: String, value: String)]
    ) throws(BrokerError) {
        let given = file + overrides
        if let name = given.first(where: { ["listeners", "listener.security.protocol.map"].contains($0.name) })?.name {
            throw BrokerError(
                "--secure makes listeners of its own: take \(name) out, and say with --listen where to listen")
        }
        var listeners: [(name: String, address: String)] = []
        for (index, text) in (options.listen.isEmpty ? ["127.0.0.1:9092"] : options.listen).enumerated() {
            guard let address = ListenAddress(text) else {
                throw BrokerError("'\(text)' can't be listened on: write HOST:PORT, such as 127.0.0.1:9092")
            }
            listeners.append((index == 0 ? "SASL_SSL" : "SASL_SSL_\(index + 1)", address.text))
        }
        for (name, value) in SecureSetup.properties(listeners: listeners) {
            if let users = given.last(where: { $0.name == name })?.value {
                // What somebody has chosen stays, but the administrator is one.
                if name == "super.users" { overrides.append((name, "\(value);\(users)")) }
            } else {
                overrides.append((name, value))
            }
        }
    }

    private func dataDirectory(_ configuration: BrokerConfiguration) throws(BrokerError) -> String? {
        if options.isEphemeral { return nil }
        if let directory = options.dataDirectory {
            guard !directory.isEmpty else { throw BrokerError("the data directory's name is empty") }
            return directory
        }
        let directories = configuration.logDirs.filter { !$0.isEmpty }
        guard !directories.isEmpty else {
            throw BrokerError("log.dirs and log.dir are empty; one of them must name the data directory")
        }
        guard directories.count == 1, let directory = directories.first else {
            throw BrokerError("log.dirs names \(directories.count) directories; this broker keeps its data in one")
        }
        // Another log of the metadata would begin here, and Kafka go on with its own.
        if let metadata = configuration.optionalString("metadata.log.dir")?.trimmed, !metadata.isEmpty {
            let (own, other) = (directory.split(separator: "/"), metadata.split(separator: "/"))
            guard own == other, directory.hasPrefix("/") == metadata.hasPrefix("/") else {
                throw BrokerError(
                    "metadata.log.dir is \(metadata), but this broker keeps the metadata in its data directory, "
                        + "\(directory); move \(MetadataStore.topicName)-0 there, and take metadata.log.dir out")
            }
        }
        return directory
    }

    private func endpoints(_ configuration: BrokerConfiguration, _ bound: [SocketServer.Bound]) -> BrokerEndpoints {
        let advertised = Dictionary(configuration.advertisedListeners.map { ($0.name, $0) }) { first, _ in first }
        return BrokerEndpoints(
            listeners: bound.map { bound in
                let listener = bound.listener
                let isTold = configuration.listeners.first { $0.name == listener.name } != advertised[listener.name]
                let told = isTold ? advertised[listener.name] ?? listener : listener
                let isAnyAddress = told.isOnAllAddresses
                return (
                    listener.name,
                    .init(
                        host: isAnyAddress ? HostName.current : told.host,
                        port: told.port == 0 ? bound.port : told.port, securityProtocol: listener.securityProtocol,
                        isAnyAddress: isAnyAddress)
                )
            }, rack: configuration.rack)
    }
}

/// The event loops, and the listeners on them, where connections wait until the server opens.
private struct Ports: Sendable {
    let group: MultiThreadedEventLoopGroup
    let server: SocketServer
    /// Nil unless somebody may ask, over HTTP.
    let telemetry: Telemetry?
    /// What the connections will be served by; to be set before the server opens.
    let table = HandlerTable.Pending()
    private(set) var bound: [SocketServer.Bound] = []

    static func bind(
        _ configuration: BrokerConfiguration, _ policy: ConnectionPolicy, _ sockets: [PassedSocket],
        _ loggers: BrokerLoggers
    ) async throws -> Ports {
        let passed = try PassedSocket.assign(sockets, to: configuration.listeners)
        var ports = Ports(configuration, policy, loggers)
        do {
            for listener in configuration.listeners {
                let table = ports.table
                ports.bound.append(
                    try await ports.server.bind(listener, passed[listener.name]) { table[listener.name] })
            }
            return ports
        } catch {
            await ports.close()
            throw error
        }
    }

    private init(_ configuration: BrokerConfiguration, _ policy: ConnectionPolicy, _ loggers: BrokerLoggers) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        telemetry = configuration.httpListeners.isEmpty ? nil : Telemetry(group)
        server = SocketServer(
            group: group, configuration, policy: policy, telemetry: telemetry, logger: loggers[.network],
            requestLogger: loggers[.requests])
    }

    func close() async {
        await server.stop()
        try? await group.shutdownGracefully()
    }
}
