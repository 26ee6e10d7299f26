// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaQuery
import KafkaText

/// `kafka expect`: a test's look at what has been written.
struct ExpectCommand: Command {
    static let definition = CommandDefinition(
        name: "expect",
        summary: "Wait for records that a test expects, or fail",
        discussion: """
            Reads topics from their beginning, without a group, until as many records are there as are expected, and ends \
            with status 0 at once. If they don't come in time it ends with status 1, says how many did, and shows the last \
            ones. A topic that does not exist yet and a broker that can't be reached yet are waited for as well.

            With a limit from above, that is --exactly, --at-most and --none, more records could come until time is over, \
            and so it lasts as long as --within says unless there are too many; --settle ends it sooner.

            Only what has been committed counts, unless --isolation-level says otherwise.
            """,
        options: [
            .value(
                "topic", "TOPIC", "Topic to read; may be repeated, or be several with commas", repeats: true,
                completion: .topic),
            ConnectionOptions.bootstrapServer, ConnectionOptions.commandConfig,
            .value("count", "N", "At least so many records [1]", short: "c", aliases: ["at-least"]),
            .value("exactly", "N", "So many and no more"),
            .value("at-most", "N", "No more than so many; with --count also no fewer"),
            .flag("none", "No record at all"),
            .value("within", "DURATION", "How long to wait, such as 500ms, or a number of seconds [10s]"),
            .value(
                "settle", "DURATION",
                "With a limit from above: end once there are enough, all has been read, and none came for so long"),
            .value(
                "where", "CONDITION",
                "Count only records that fulfil it, such as 'status >= 500'; may be repeated, see "
                    + "kafka-console-consumer(1)", repeats: true),
            .value("key", "TEXT", "Count only records with just this key").allowingEmpty(),
            .value("value", "TEXT", "Count only records with just this value").allowingEmpty(),
            .value(
                "offset", "OFFSET",
                "Where to begin: earliest, latest, -N for N records before the end of each partition, a time, or a "
                    + "duration before now (-30m) [earliest]", completion: .words(["earliest", "latest"])),
            .value(
                "isolation-level", "LEVEL", "Whether records of open transactions count [read_committed]",
                completion: .words(["read_committed", "read_uncommitted"])),
            .flag("print", "Print the records that count, as console-consumer --format json does"),
        ],
        subject: "topic",
        examples: [
            .init("kafka expect orders --count 3 --within 5s", "Three records or more"),
            .init("kafka expect orders --where 'status == \"paid\" and total > 10'", "One that fulfils a condition"),
            .init("kafka expect orders --key alice --exactly 1 --settle 500ms", "One of a key, and no second"),
            .init("kafka expect errors --none --within 2s", "None within two seconds"),
            .init("kafka expect replies --key 42 --print | jq -r .value", "Go on with what has come"),
        ],
        differences: ["Apache Kafka has no such tool."])

    let topics: [String]
    let connection: ConnectionOptions
    let expectation: RecordExpectation
    let within: Duration
    let settle: Duration?
    let query: RecordQuery
    let key: [UInt8]?
    let value: [UInt8]?
    let start: StartPosition
    let prints: Bool

    init(_ arguments: Arguments) throws {
        topics = arguments.strings("topic").flatMap(commaSeparated).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
        if topics.isEmpty {
            throw CommandError("No topic is named; kafka expect TOPIC --count 3 waits for records of one")
        }
        var connection = try ConnectionOptions(arguments)
        let level = try arguments.choice("isolation-level", ["read_committed", "read_uncommitted"])
        if let level { connection.properties.set("isolation.level", level) }
        if connection.properties["isolation.level"] == nil {
            connection.properties.set("isolation.level", "read_committed")
        }
        connection.properties.set("auto.offset.reset", "earliest")
        self.connection = connection
        expectation = try RecordExpectation(arguments)
        within = try arguments.duration("within") ?? .seconds(10)
        settle = try arguments.duration("settle")
        if settle != nil, expectation.most == nil {
            throw CommandError("--settle goes with --exactly, --at-most or --none; --count ends at once.")
        }
        query = try RecordQuery(filters: arguments.strings("where"), selections: [])
        key = arguments.string("key").map { Array($0.utf8) }
        value = arguments.string("value").map { Array($0.utf8) }
        let point = try arguments.string("offset").map { try ReadPoint($0, option: "offset") } ?? .earliest
        if point.isNumber {
            throw CommandError(
                "Invalid value of option offset: a number is another place in each partition; 'offset >= …' in --where "
                    + "counts records from there on.")
        }
        start = point.start
        prints = arguments.flag("print")
    }

    /// Whether only some records count.
    var isSelective: Bool { !query.isEmpty || key != nil || value != nil }

    func run(_ context: Context) async throws {
        for name in query.doubtful {
            context.warn("In --where, \(name) is read as a field; text stands in quotes: \"\(name)\"")
        }
        try await Signals.cancelling { try await watch(context) }.get()
    }

    private func watch(_ context: Context) async throws {
        let deadline = ContinuousClock.now + within
        let found = try await connected(context, until: deadline) { cluster in
            var watch = RecordWatch(self, context, deadline)
            return try await watch.run(cluster)
        }
        context.out.flush()
        guard !found.isFulfilled else { return }
        context.error(context.name, found.text(self))
        if !found.lastRecords.isEmpty {
            context.note("the last \(found.lastRecords.count == 1 ? "one" : "ones"):")
            for record in found.lastRecords { context.note(record) }
        }
        throw Interrupted(status: 1)
    }

    /// Runs `body` with a cluster, which is waited for.
    private func connected<Result: Sendable>(
        _ context: Context, until deadline: ContinuousClock.Instant, _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        while true {
            var isConnected = false
            do {
                let limit = max(ContinuousClock.now.duration(to: deadline), .seconds(1))
                return try await connection.withCluster(context, clientID: "kafka-expect", limit: limit) { cluster in
                    isConnected = true
                    return try await body(cluster)
                }
            } catch let error as ClientError where error.kind == .configuration || error.kind == .cancelled {
                throw error
            } catch {
                guard !isConnected, ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
