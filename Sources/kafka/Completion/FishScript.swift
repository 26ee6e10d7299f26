// SPDX-License-Identifier: Apache-2.0

/// Completion for fish, from version 3.2 on.
enum FishScript {
    static func text(_ tools: [CommandDefinition]) -> String {
        var text = """
            \(CompletionScript.notice)

            # The words before the one that is typed, without a cluster that is named before the tool.
            function __kafka_words
                set -l words (commandline -opc)
                if test (count $words) -ge 2
                    switch $words[2]
                        case --cluster
                            test (count $words) -ge 3; and set -e words[3]
                            set -e words[2]
                        case '--cluster=*'
                            set -e words[2]
                    end
                end
                printf '%s\\n' $words
            end

            # Whether the line is about the tool $argv[1].
            function __kafka_tool
                set -l words (__kafka_words)
                test (count $words) -ge 2; and contains -- $words[2] $argv
            end

            # Whether none of the actions $argv was named yet.
            function __kafka_no_action
                for word in (__kafka_words)[3..]
                    contains -- (string replace -r '^--' '' -- $word) $argv; and return 1
                end
                return 0
            end

            # Whether the word before the cursor is one of the options $argv, whose values may be left out.
            function __kafka_after
                contains -- (__kafka_words)[-1] $argv
            end

            # What the cluster knows; silent when it does not answer at once.
            function __kafka_ask
                set -l words (commandline -opc) (commandline -ct)
                set -l executable kafka
                string match -qr '(^|/)kafka$' -- $words[1]; and set executable $words[1]
                command $executable __complete $argv[1] $words 2>/dev/null
            end

            # The same for a list with commas.
            function __kafka_ask_list
                set -l typed (string replace -r '^--[^=]*=' '' -- (commandline -ct))
                set -l head (string match -r '^.*,' -- $typed)
                __kafka_ask $argv[1] | string replace -r '^' -- "$head"
            end

            complete -c kafka -f
            complete -c kafka -n 'test (count (__kafka_words)) -eq 1' -l help -d 'Show the tools'
            complete -c kafka -n 'test (count (__kafka_words)) -eq 1' -l version -d 'Show the version'
            complete -c kafka -n 'test (count (__kafka_words)) -eq 1' -x -l cluster -a '(__kafka_ask clusters)' -d 'Named cluster'

            """
        let first =
            "'test (count (__kafka_words)) -eq 1; or begin; test (count (__kafka_words)) -eq 2; and __kafka_tool help; end'"
        for tool in tools { text += "complete -c kafka -n \(first) -a \(tool.name) -d \(quoted(tool.summary))\n" }
        text += "complete -c kafka -n 'test (count (__kafka_words)) -eq 1' -a help -d 'Show the help of a tool'\n"
        for tool in tools { text += "\n" + lines(tool) }
        text += "\n"
        for tool in tools {
            for link in CompletionScript.links(to: tool.name) {
                text += "complete -c \(link) -w 'kafka \(tool.name)'\n"
            }
        }
        return text
    }

    private static func lines(_ definition: CommandDefinition) -> String {
        let names = definition.name == "topics" ? "topics topic" : definition.name
        let start = "complete -c kafka -n '__kafka_tool \(names)"
        var text = ""
        let actions = definition.actions.map(\.name).joined(separator: " ")
        for action in definition.actions {
            text += "\(start); and __kafka_no_action \(actions)' -a \(action.name) -d \(quoted(action.help))\n"
        }
        if let source = definition.operandSource {
            let condition = actions.isEmpty ? "" : "; and not __kafka_no_action \(actions)"
            text += "\(start)\(condition)' \(arguments(source, isList: false))\n"
        }
        for option in definition.offeredOptions {
            var line = "\(start)' -l \(option.name)"
            if let short = option.short { line += " -s \(short)" }
            let help = " -d \(quoted(option.help))\n"
            let source = CandidateSource(option)
            switch option.kind {
            case .flag: text += line + help
            case .value:
                let values = source.map { " " + arguments($0, isList: option.takesList) } ?? ""
                text += line + (source == .files ? " -r" : " -x") + values + help
            case .optionalValue:
                text += line + help
                if let source {
                    text += "\(start); and __kafka_after --\(option.name)' \(arguments(source, isList: false))\n"
                }
            }
        }
        return text
    }

    private static func arguments(_ source: CandidateSource, isList: Bool) -> String {
        switch source {
        case .files: "-F"
        case .cluster(let list):
            "-a '(\(isList || list == .addedConfigs ? "__kafka_ask_list" : "__kafka_ask") \(list.rawValue))'"
        case .words(let words): "-a \(quoted(words.joined(separator: " ")))"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.reduce(into: "") { $0 += $1 == "'" || $1 == "\\" ? "\\\($1)" : String($1) } + "'"
    }
}
