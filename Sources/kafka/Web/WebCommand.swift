// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaHTTP
import KafkaWeb
import Logging
import NIOCore
import NIOPosix

/// `kafka web`: the page on which a cluster is looked at, for any cluster.
struct WebCommand: Command {
    static let definition = CommandDefinition(
        name: "web",
        summary: "Serve a page on which a cluster can be looked at with a browser",
        discussion: """
            Topics with what they hold, messages of all partitions by time, live or filtered with the conditions of kafka \
            console-consumer --where, groups with their lag and its trend, transactions, brokers and access control lists. \
            The same addresses answer programs in JSON: curl 127.0.0.1:8080/topics. Nothing is kept: what is shown is \
            asked for when it is shown. When it serves it prints "page on http://HOST:PORT"; it ends with SIGTERM or Ctrl-C.

            Whoever reaches the address sees what the client's login may see; there is no login of the page's own. A broker \
            that is started with kafka broker --http serves the same page with logins and access control lists.
            """,
        options: ConnectionOptions.all + [
            .value("listen", "HOST:PORT", "Serve the page here [127.0.0.1:8080]; port 0 is a free one"),
            .flag("http-write", "Let the page produce, make and delete topics, and reset groups' offsets"),
        ],
        destruction: { $0.flag("http-write") ? "let whoever reaches the page change it" : nil },
        examples: [
            .init("kafka web", "Look at localhost:9092 on http://127.0.0.1:8080"),
            .init("kafka --cluster production web --listen 127.0.0.1:0", "A cluster that has a name, on a free port"),
        ],
        differences: ["Apache Kafka has no such tool."])

    let connection: ConnectionOptions
    let listen: ListenAddress
    let allowsWrites: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let text = arguments.string("listen") ?? "127.0.0.1:8080"
        guard let listen = ListenAddress(text) else {
            throw CommandError(
                "Invalid value '\(text)' of option listen: it must have the form HOST:PORT, such as 127.0.0.1:8080.")
        }
        self.listen = listen
        allowsWrites = arguments.flag("http-write")
    }

    func run(_ context: Context) async throws {
        let signals = Signals.catching()
        var logger = Logger(label: "web") { VisibleLog(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = .warning
        if !HostRule.isLoopback(listen.host) {
            context.warn(
                "whoever reaches \(listen.host) sees the cluster as this client does"
                    + (allowsWrites ? ", and may change it" : ""))
        }
        try await connection.withCluster(context, clientID: "kafka-web") { cluster in
            var router = HTTPRouter()
            WebSite(allowsWrites: allowsWrites) { _, _ in ClientCalls(cluster) }.add(to: &router)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let server = HTTPServer(group: group, router: router, logger: logger)
            let address = try await server.listen(.init(host: listen.host, port: UInt16(clamping: listen.port)))
            context.out.line("page on \(address)")
            context.out.flush()
            await withCheckedContinuation { stopped in signals.onSignal { stopped.resume() } }
            await server.stop()
            try await group.shutdownGracefully()
        }
    }
}
