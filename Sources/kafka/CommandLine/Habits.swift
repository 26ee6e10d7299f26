// SPDX-License-Identifier: Apache-2.0

/// What people type who come from other programs, and what it is called here.
enum Habits {
    /// Words where a tool should be, and the command line that is meant.
    private static let tools: [(words: [String], meant: String)] = [
        (["ls", "list", "topic-list"], "kafka topics --list"),
        (["create", "create-topic", "create-topics"], "kafka topics --create --topic NAME"),
        (["delete", "delete-topic", "delete-topics", "rm"], "kafka topics --delete --topic NAME"),
        (["describe", "info", "metadata", "-L"], "kafka topics --describe"),
        (["produce", "producer", "publish", "pub", "send", "write", "-P"], "kafka console-producer"),
        (
            ["consume", "consumer", "subscribe", "sub", "receive", "read", "cat", "tail", "-C"],
            "kafka console-consumer"
        ),
        (["group", "lag", "-G"], "kafka consumer-groups"), (["offset", "offsets", "-Q"], "kafka get-offsets"),
        (["start", "server", "serve", "run", "up"], "kafka broker"), (["stop", "down"], "kafka server-stop"),
        (["perf", "bench", "benchmark"], "kafka producer-perf-test"), (["format"], "kafka storage format"),
        (["brokers", "nodes"], "kafka cluster list-endpoints"), (["prompt", "repl"], "kafka shell"),
        (["copy", "mirror", "mirror-maker", "replicate"], "kafka cp"),
        (["healthcheck", "health-check", "ping"], "kafka health"), (["wait"], "kafka ready"),
    ]

    /// Options that are none, and those that are meant, of which a tool may have one.
    private static let options: [(words: [String], meant: [(option: String, hint: String)])] = [
        (
            ["port", "host", "hostname", "server", "servers", "broker", "brokers", "url", "address"],
            [("bootstrap-server", "--bootstrap-server HOST:PORT"), ("listen", "--listen HOST:PORT")]
        ),
        (["json", "j"], [("output", "--output json"), ("format", "--format json")]),
        (
            ["count", "limit", "max", "num", "number", "n"],
            [
                ("max-messages", "--max-messages N"), ("num-records", "--num-records N"),
                ("partitions", "--partitions N"),
            ]
        ),
        (["beginning", "from-start", "earliest", "all"], [("from-beginning", "--from-beginning")]),
        (["filter", "grep"], [("where", "--where CONDITION")]),
        (["since", "from", "start"], [("offset", "--offset TIME")]), (["to", "stop"], [("until", "--until TIME")]),
        (["name"], [("topic", "--topic TOPIC"), ("group", "--group GROUP")]),
        (["dir", "directory", "log-dir", "log-dirs", "datadir", "data"], [("data-dir", "--data-dir DIR")]),
        (["replicas", "replication", "rf"], [("replication-factor", "--replication-factor N")]),
        (["consumer-group", "consumer-group-id", "group-id"], [("group", "--group GROUP")]),
        (
            [
                "properties", "config-file", "F", "producer.config", "consumer.config", "admin.config",
                "producer-config",
                "consumer-config", "admin-config", "config",
            ], [("command-config", "--command-config FILE")]
        ),
        (
            ["X", "producer-property", "consumer-property", "admin-property", "client-property"],
            [("command-property", "--command-property NAME=VALUE")]
        ),
        (["profile", "context"], [("cluster-profile", "--cluster-profile NAME")]),
        (["v", "V"], [("version", "--version")]),
    ]

    /// Words where an action should be, and the action that is meant, which a tool may have.
    private static let actions: [(words: [String], meant: String)] = [
        (["ls", "all", "show"], "list"), (["rm", "del", "remove", "drop"], "delete"),
        (["desc", "info", "inspect", "get", "show"], "describe"), (["add", "new", "make"], "create"),
        (["set", "edit", "change", "update"], "alter"),
    ]

    static func action(_ word: String, among known: [String]) -> String? {
        actions.first { $0.words.contains(word) && known.contains($0.meant) }?.meant
    }

    static func tool(_ word: String) -> String? { tools.first { $0.words.contains(word) }?.meant }

    /// The options that may be meant, with how they are written.
    /// - Parameter word: with its dashes.
    static func options(_ word: String) -> [(option: String, hint: String)] {
        let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
        return options.first { $0.words.contains(name) }?.meant ?? []
    }

    /// - Parameter word: with its dashes.
    static func option(_ word: String, among known: [OptionDefinition]) -> String? {
        options(word).first { meant in known.contains { $0.name == meant.option && !$0.isHidden } }?.hint
    }

    /// kcat's letters for options that have none of their own.
    private static let letters: [String: Character] = [
        "topic": "t", "partition": "p", "offset": "o", "max-messages": "c", "exit-at-end": "e", "format": "f",
        "group": "G",
        "key": "k", "key-delimiter": "K", "header": "H",
    ]

    /// Gives letters to those of a tool's options that kcat's users know, where no other option has the letter.
    static func lettered(_ options: [OptionDefinition]) -> [OptionDefinition] {
        let taken = Set(options.compactMap(\.short))
        return options.map { option in
            guard option.short == nil, let letter = letters[option.name], !taken.contains(letter) else { return option }
            return option.shortened(letter)
        }
    }
}
