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
            + "properties file names any. Without all of these it is localhost:9092."
    )
    private static let properties: Entry = (
        "The file of --command-config",
        "Properties of the client, such as security.protocol or bootstrap.servers: NAME=VALUE a line, as Java writes them. "
            + "An option wins over the file."
    )

    /// - Parameter definition: nil for what holds for all tools.
    init(_ definition: CommandDefinition?) {
        statuses = [
            ("0", "Everything was done."),
            ("1", "The options were wrong, or something could not be done; standard error says what."),
            ("129, 130, 143", "Ended by SIGHUP, Ctrl-C or SIGTERM, in good order."),
        ]
        guard let definition else {
            environment = [Self.address]
            files = [Self.properties]
            return
        }
        for option in definition.options where !option.isHidden {
            if option.name == "bootstrap-server" { environment.append(Self.address) }
            // What other options name is told with them.
            if option.name == "command-config" { files.append(Self.properties) }
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
            files.append(
                ("$XDG_DATA_HOME/kafka", "The data, where --data-dir and log.dirs name no other directory."))
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
