// SPDX-License-Identifier: Apache-2.0

/// Completion for zsh, for a directory of `$fpath`.
enum ZshScript {
    static func text(_ tools: [CommandDefinition]) -> String {
        return """
            #compdef kafka \(CompletionScript.links(to: tools).joined(separator: " "))
            \(CompletionScript.notice)

            # What the cluster knows; silent when it does not answer at once.
            _kafka_ask() {
                local executable=kafka
                [[ ${_kafka_line[1]:t} == kafka ]] && executable=${~_kafka_line[1]}
                local -a found open
                found=("${(@f)$("$executable" __complete "${@[-1]}" "${(@)_kafka_line}" 2>/dev/null)}")
                open=("${(@M)found:#*=}")
                found=("${(@)found:#*=}")
                (( $#open )) && compadd "${@[1,-2]}" -S '' -a open
                (( $#found )) && compadd "${@[1,-2]}" -a found
            }

            # The same for a list with commas.
            _kafka_ask_list() {
                compset -P '*,'
                _kafka_ask "$@"
            }

            # Words that a value follows.
            _kafka_open() {
                local -a open=("${(@s: :)@[-1]}")
                compadd "${@[1,-2]}" -S '' -a open
            }

            _kafka_tools() {
                local -a tools=(
            \(tools.map { "        \(entry($0.name, $0.summary))\n" }.joined())        'help:Show the help of a tool'
                )
                _describe -t tools tool tools
                [[ $PREFIX != -* ]] || compadd -- --cluster --help --version
            }

            _kafka_arguments() {
                case $1 in
            \(tools.map(tool).joined())    esac
            }

            _kafka() {
                local tool=${${${words[1]:t}#kafka-}%.sh}
                local -a _kafka_line=("${(@Q)words[1,CURRENT-1]}")
                if [[ ${words[1]:t} != kafka-* ]]; then
                    if [[ ${words[2]} == --cluster ]]; then
                        if (( CURRENT == 3 )); then
                            _kafka_ask clusters
                            return
                        elif (( CURRENT > 3 )); then
                            words[2,3]=()
                            (( CURRENT -= 2 ))
                        fi
                    elif [[ ${words[2]} == --cluster=* ]] && (( CURRENT > 2 )); then
                        words[2]=()
                        (( CURRENT-- ))
                    fi
                    if (( CURRENT == 2 )) || [[ ${words[2]} == help && CURRENT -eq 3 ]]; then
                        _kafka_tools
                        return
                    fi
                    tool=${words[2]}
                    shift words
                    (( CURRENT-- ))
                fi
                [[ $tool == topic ]] && tool=topics
                _kafka_arguments $tool
            }

            _kafka "$@"

            """
    }

    private static func tool(_ definition: CommandDefinition) -> String {
        var specs = definition.offeredOptions.flatMap(specs)
        if !definition.actions.isEmpty {
            let words = definition.actions.map { item($0.name, $0.help) }.joined(separator: " ")
            specs.append(quoted("1:action:((\(words)))"))
        }
        if let source = definition.operandSource {
            let repeated = "*:\(definition.subject ?? "file"):"
            specs.append(quoted(repeated + action(source, isList: false)))
        }
        return "    \(definition.name))\n        _arguments -S \\\n"
            + specs.map { "            \($0)" }.joined(separator: " \\\n") + "\n        ;;\n"
    }

    private static func specs(_ option: OptionDefinition) -> [String] {
        let help = "[" + escaped(option.help, "[]\\:") + "]"
        let many = option.repeats ? "*" : ""
        let source = CandidateSource(option).map { action($0, isList: option.takesList) } ?? " "
        return option.spellings.map { spelling in
            let isLong = spelling.hasPrefix("--")
            return switch option.kind {
            case .flag: quoted("\(many)\(spelling)\(help)")
            case .value(let text):
                quoted("\(many)\(spelling)\(isLong ? "=" : "+")\(help):\(escaped(text, ":\\")):\(source)")
            case .optionalValue(let text):
                quoted("\(many)\(spelling)\(isLong ? "=" : "+")\(help)::\(escaped(text, ":\\")):\(source)")
            }
        }
    }

    private static func action(_ source: CandidateSource, isList: Bool) -> String {
        switch source {
        case .files: "_files"
        case .cluster(let list): (isList || list == .addedConfigs ? "_kafka_ask_list " : "_kafka_ask ") + list.rawValue
        case .words(let words) where words.contains { $0.hasSuffix("=") }:
            "_kafka_open \"\(words.joined(separator: " "))\""
        case .words(let words): "(\(words.map { escaped($0, ":\\() ") }.joined(separator: " ")))"
        }
    }

    /// `name\:"what it does"` within `((…))`.
    private static func item(_ name: String, _ help: String) -> String {
        "\(name)\\:\"\(escaped(help, "\"\\:$`"))\""
    }

    private static func entry(_ name: String, _ help: String) -> String { quoted("\(escaped(name, ":")):\(help)") }

    private static func escaped(_ text: String, _ special: String) -> String {
        text.reduce(into: "") { $0 += special.contains($1) ? "\\\($1)" : String($1) }
    }

    private static func quoted(_ text: String) -> String { ShellWords.quoted(text, in: .single) }
}
