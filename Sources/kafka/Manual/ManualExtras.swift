// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Exit status, environment and files of a tool, as far as its options tell, and what only some tools have.
struct ManualExtras {
    private typealias Entry = (term: String, meaning: String)

    private var statuses: [Entry] = []
    private var environment: [Entry] = []
    private var files: [Entry] = []

    private static let address: Entry = (
        "KAFKA_BOOTSTRAP_SERVERS",
        "Brokers to ask first, HOST:PORT with commas between, when neither --bootstrap-server nor bootstrap.servers of a "
            + "properties file nor a named cluster names any. Without all of these it is localhost:9092."
    )
    private static let connecting: [Entry] = [
        address,
        ("KAFKA_CLUSTER", "The named cluster to work with, when none is named on the command line."),
        (
            "KAFKA_COMMAND_CONFIG",
            "A file as that of --command-config, read when that option is not given and no named cluster is used."
        ),
        ("KAFKA_CONFIG", "The file of named clusters, instead of the one below."),
    ]
    private static let connectingFiles: [Entry] = [
        (
            "The file of --command-config",
            "Properties of the client, such as security.protocol or bootstrap.servers: NAME=VALUE a line, as Java writes "
                + "them. --command-property wins over it, and an option over both."
        ),
        (
            "~/.config/kafka/config",
            "Named clusters, see kafka-security(7); $XDG_CONFIG_HOME stands for ~/.config where it is set."
        ),
    ]

    /// Of a broker that systemd runs.
    private static let service: [Entry] = [
        (
            "NOTIFY_SOCKET",
            "Where systemd hears that the broker is ready or stops, and that a start that reads logs makes progress; for units "
                + "of Type=notify."
        ),
        (
            "WATCHDOG_USEC, WATCHDOG_PID",
            "How often systemd wants to hear that the broker is well. It hears it twice as often, and no more when a thread of "
                + "the broker hangs."
        ),
        (
            "LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES",
            "Sockets on which systemd listens for the broker. Each is for the listener of its name (FileDescriptorName=), else "
                + "for that of its address."
        ),
        (
            "JOURNAL_STREAM",
            "Where standard error goes to the journal, lines of the log have priorities there, and no time of their own."
        ),
        (
            "CREDENTIALS_DIRECTORY",
            "Where ${credential:NAME} as the value of a property leads to, see kafka-security(7): what LoadCredential= of the "
                + "unit names."
        ),
    ]

    /// - Parameter definition: nil for what holds for all tools.
    init(_ definition: CommandDefinition?) {
        statuses = [
            ("0", "Everything was done."),
            ("1", "The options were wrong, or something could not be done; standard error says what."),
            ("129, 130, 143", "Ended by SIGHUP, Ctrl-C or SIGTERM, in good order."),
        ]
        guard let definition else {
            environment = Self.connecting
            files = Self.connectingFiles
            return
        }
        if definition.connects {
            environment = Self.connecting
            files = Self.connectingFiles
        }
        addOwn(definition.name)
    }

    private mutating func addOwn(_ tool: String) {
        switch tool {
        case "broker", "server-start":
            statuses = [
                ("0", "The broker was told to stop, by SIGTERM, SIGHUP or Ctrl-C, and did so in good order."),
                ("1", "The options were wrong, or the broker could not start; standard error says why."),
            ]
            environment.append(("XDG_DATA_HOME", "Where data directories belong; without it $HOME/.local/share."))
            environment += Self.service
            files.append(
                ("$XDG_DATA_HOME/kafka", "The data, where --data-dir and log.dirs name no other directory."))
        case "cp":
            environment = Self.connecting.map { entry in
                entry.term == Self.address.term
                    ? (entry.term, "The source's brokers, HOST:PORT with commas between, where --from names none.")
                    : entry
            }
            files = Self.connectingFiles
        case "dev":
            statuses = [
                ("0..255", "That of the command; 128 and the signal's number where one ended it."),
                ("126, 127", "The command can't be run, or there is none of the name."),
                ("1", "The options were wrong, or the broker could not start; standard error says why."),
            ]
            environment += [
                ("KAFKA_LOG_LEVEL", "How much the broker says, where --log-level does not tell."),
                ("TMPDIR", "Where the broker's data is, for as long as it runs; without it /tmp."),
            ]
        case "expect":
            statuses = [
                ("0", "What is expected is there."),
                (
                    "1",
                    "It did not come in time, or there is too much; or the options were wrong. Standard error says what."
                ),
                ("129, 130, 143", "Ended by SIGHUP, Ctrl-C or SIGTERM."),
            ]
        case "health":
            statuses = [
                ("0", "The broker serves."),
                ("1", "It does not, or did not answer in time; or the options were wrong. Standard error says what."),
            ]
        case "clusters":
            environment = Self.connecting.filter { $0.term != Self.address.term }
            files = [Self.connectingFiles[1]]
        case "shell":
            statuses = [
                ("0", "Left by exit or Ctrl-D; or all commands of the input succeeded."),
                ("1..255", "The input was no terminal: the status of the last command that failed. Or that of exit N."),
            ]
            environment.append(("XDG_STATE_HOME", "Where the history belongs; without it $HOME/.local/state."))
            files += [
                ("$XDG_STATE_HOME/kafka/history", "The commands that were typed, a line each, of which 2000 are kept."),
                ("~/.editrc", "Settings of the line editor, see editrc(5)."),
            ]
        case "console-producer":
            environment.append(("XDG_STATE_HOME", "Where the history belongs; without it $HOME/.local/state."))
            files += [
                (
                    "$XDG_STATE_HOME/kafka/\(TypedLines.historyName)",
                    "The lines that were typed at a terminal, of which 2000 are kept; none with a password or secret in it."
                ),
                ("~/.editrc", "Settings of the line editor, see editrc(5)."),
            ]
        case "console-consumer":
            environment += [
                ("NO_COLOR", "If it is not empty, nothing is coloured."),
                ("TERM", "With dumb a terminal gets what a pipe gets."),
            ]
        default: break
        }
    }

    func write(_ page: inout Roff) {
        page.section("EXIT STATUS")
        for entry in statuses { page.item(.bold(entry.term), meaning: .plain(entry.meaning)) }
        page.section("ENVIRONMENT")
        if environment.isEmpty { page.line(.plain("No variable has an effect.")) }
        for entry in environment { page.item(.bold(entry.term), meaning: .plain(entry.meaning)) }
        page.section("FILES")
        if files.isEmpty { page.line(.plain("None.")) }
        for entry in files { page.item(.italic(entry.term), meaning: .plain(entry.meaning)) }
    }
}
