// SPDX-License-Identifier: Apache-2.0

/// Completion for bash, from version 3.2 on.
enum BashScript {
    static func text(_ tools: [CommandDefinition]) -> String {
        return """
            \(CompletionScript.notice)
            # shellcheck shell=bash

            # What the tool $1 takes, and in source what the value of its option $2 is: empty for a flag.
            _kafka_describe() {
                actions='' options='' operand='' source='' list=''
                case $1 in
            \(tools.map(tool).joined())    esac
            }

            \(engine(tools.map(\.name)))
            complete -F _kafka kafka \(CompletionScript.links(to: tools).joined(separator: " "))

            """
    }

    private static func tool(_ definition: CommandDefinition) -> String {
        let options = definition.offeredOptions
        var text = "    \(definition.name))\n"
        if !definition.actions.isEmpty {
            text += "        actions=\(quoted(definition.actions.map(\.name).joined(separator: " ")))\n"
        }
        text += "        options=\(quoted(options.map { "--" + $0.name }.joined(separator: " ")))\n"
        if let source = definition.operandSource { text += "        operand=\(quoted(word(source)))\n" }
        let cases = grouped(options)
        if !cases.isEmpty {
            text += "        case $2 in\n"
            for (value, spellings) in cases { text += "        \(spellings.joined(separator: " | "))) \(value) ;;\n" }
            text += "        esac\n"
        }
        return text + "        ;;\n"
    }

    /// Options by what their values are, in the order of their first.
    private static func grouped(_ options: [OptionDefinition]) -> [(value: String, spellings: [String])] {
        var groups: [(value: String, spellings: [String])] = []
        for option in options where option.kind != .flag {
            var value = "source=\(quoted(CandidateSource(option).map(word) ?? "-"))"
            if case .optionalValue = option.kind {
                value = "source=\(quoted("?" + (CandidateSource(option).map(word) ?? "-")))"
            }
            if option.takesList { value += " list=1" }
            let aliases = option.aliases.map { "--" + $0 }
            if let index = groups.firstIndex(where: { $0.value == value }) {
                groups[index].spellings += option.spellings + aliases
            } else {
                groups.append((value, option.spellings + aliases))
            }
        }
        return groups
    }

    private static func word(_ source: CandidateSource) -> String {
        switch source {
        case .words(let words): "=" + words.joined(separator: " ")
        case .files: "file"
        case .cluster(let list): list.rawValue
        }
    }

    private static func quoted(_ text: String) -> String { ShellWords.quoted(text, in: .single) }

    private static func engine(_ tools: [String]) -> String {
        #"""
        # Offers the lines of standard input that begin with what is typed.
        _kafka_offer() {
            local word
            while IFS= read -r word; do
                [[ -z $word || $word != "$value"* ]] || COMPREPLY+=("$head$word")
            done
        }

        # Candidates for a value: a file, =WORDS, or what the cluster knows; silent when it does not answer at once.
        _kafka_values() {
            if [[ -n $list && $value == *,* ]]; then
                head+=${value%,*},
                value=${value##*,}
            fi
            case $1 in
            - | '') ;;
            file)
                compopt -o filenames 2>/dev/null
                _kafka_offer < <(compgen -f -- "$value")
                ;;
            =*) _kafka_offer < <(printf '%s\n' ${1#=}) ;;
            *) _kafka_offer < <("$executable" __complete "$1" "${all[@]}" 2>/dev/null) ;;
            esac
        }

        _kafka() {
            local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} current='' last='' executable tool start=1 seen='' word
            local head='' value actions options operand source list
            local -a words all
            COMPREPLY=()
            read -ra words <<<"$line"
            if [[ $line != *[[:space:]] ]]; then
                current=${words[${#words[@]} - 1]}
                unset "words[$((${#words[@]} - 1))]"
            fi
            [[ ${#words[@]} -gt 0 ]] || return 0
            current=${current#[\"\']}
            value=$current
            all=("${words[@]}")

            executable=${words[0]/#\~/$HOME}
            tool=${executable##*/}
            if [[ $tool == kafka-* ]]; then
                tool=${tool#kafka-}
                tool=${tool%.sh}
                executable=kafka
            else
                if [[ ${words[1]} == --cluster ]]; then
                    if [[ ${#words[@]} -eq 2 ]]; then
                        _kafka_values clusters
                        return 0
                    fi
                    words=("${words[0]}" "${words[@]:3}")
                elif [[ ${words[1]} == --cluster=* ]]; then
                    words=("${words[0]}" "${words[@]:2}")
                fi
                tool=${words[1]}
                start=2
            fi
            [[ $tool != topic ]] || tool=topics
            if [[ ${#words[@]} -lt $start || $tool == help && ${#words[@]} -eq 2 ]]; then
                _kafka_offer < <(printf '%s\n' TOOLS)
                [[ $current != -* ]] || _kafka_offer < <(printf '%s\n' --help --version --cluster)
                return 0
            fi

            [[ ${#words[@]} -eq $start ]] || last=${words[${#words[@]} - 1]}
            if [[ $current == --*=* ]]; then
                _kafka_describe "$tool" "${current%%=*}"
                head=${current%%=*}=
                value=${current#*=}
                [[ -z $source ]] || _kafka_values "${source#\?}"
            else
                _kafka_describe "$tool" "$last"
                if [[ -n $source && ($source != \?* || $current != -*) ]]; then
                    _kafka_values "${source#\?}"
                elif [[ $current == -* ]]; then
                    _kafka_offer < <(printf '%s\n' $options)
                else
                    for word in "${words[@]:start}"; do
                        [[ " $actions " != *" ${word#--} "* ]] || seen=1
                    done
                    if [[ -n $actions && -z $seen ]]; then
                        _kafka_offer < <(printf '%s\n' $actions)
                    else
                        _kafka_values "$operand"
                    fi
                    [[ ${#COMPREPLY[@]} -gt 0 || -n $current ]] || _kafka_offer < <(printf '%s\n' $options)
                fi
            fi
            # What ends in an equals sign or is the beginning of a list goes on.
            [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
            # bash replaces only what stands behind the last of its word breaks.
            word=$head$value
            local breaks=${COMP_WORDBREAKS//[^=:]/} index
            if [[ -n $breaks && $word == *["$breaks"]* ]]; then
                word=${word%"${word##*["$breaks"]}"}
                for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]=${COMPREPLY[index]#"$word"}; done
            fi
        }

        """#.replacing("TOOLS", with: tools.joined(separator: " ") + " help")
    }
}
