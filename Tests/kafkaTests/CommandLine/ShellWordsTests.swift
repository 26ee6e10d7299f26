// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Words are quoted as in a POSIX shell")
struct ShellWordsTests {
    @Test(
        "A line becomes words",
        arguments: [
            ("", []),
            ("  topics   --list\t", ["topics", "--list"]),
            ("a 'b c' d", ["a", "b c", "d"]),
            (#"a "b c" d"#, ["a", "b c", "d"]),
            (#"a'b'"c"d"#, ["abcd"]),
            (#"'' """#, ["", ""]),
            (#"a\ b \' \\"#, ["a b", "'", "\\"]),
            (#"'a\b"c'"#, [#"a\b"c"#]),
            (#""a\b\"\\\$\`'""#, [#"a\b"\$`'"#]),
            ("a # comment 'open", ["a"]),
            ("a#b '#c'", ["a#b", "#c"]),
            ("a '|' \\> \";\"", ["a", "|", ">", ";"]),
            ("a \\\n b", ["a", "b"]),
            ("a\\\nb", ["ab"]),
            ("'a\nb'", ["a\nb"]),
            ("größe 'ü x'", ["größe", "ü x"]),
            ("$HOME *.txt ~", ["$HOME", "*.txt", "~"]),
        ])
    func words(line: String, words: [String]) {
        #expect(ShellWords(line).words == words)
        #expect(ShellWords(line).flaw == nil)
    }

    @Test("An open quote and a backslash at the end ask for more", arguments: ["'a", "\"a", "a \\", "a\\", "\"a\\"])
    func unfinished(line: String) { #expect(ShellWords(line).flaw == .unfinished) }

    @Test("Pipes, redirections and lists are named", arguments: ["a | b", "a > f", "a < f", "a; b", "a && b", "(a)"])
    func operators(line: String) throws {
        let character = try #require(line.first { "|><;&(".contains($0) })
        #expect(ShellWords(line).flaw == .notPartOfIt(character))
        guard case .refused(let why) = ShellLine(ShellWords(line), Tools.table) else {
            throw CommandError("not refused")
        }
        #expect(why.contains("'\(character)'") && why.contains("pipes"))
    }

    @Test("The word at the end is known with its length and its open quote")
    func last() {
        let behindBlank = ShellWords("topics ")
        #expect(behindBlank.last == "" && behindBlank.lastLength == 0 && behindBlank.finished == ["topics"])
        let quoted = ShellWords("topics 'a b")
        #expect(quoted.last == "a b" && quoted.lastLength == 4 && quoted.quote == .single)
        #expect(quoted.finished == ["topics"])
        #expect(ShellWords("topics größe").lastLength == 5)
    }

    @Test("A quoted word is that word again, whatever it holds")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ab '\"\\$`|;#ü~\t-=")
        for _ in 0..<2_000 {
            let length = Int.random(in: 1...8, using: &generator)
            let word = String((0..<length).map { _ in alphabet.randomElement(using: &generator)! })
            for quote in [ShellWords.Quote.none, .single, .double] {
                let typed = ShellWords.quoted(word, in: quote)
                #expect(ShellWords(typed).words == [word], "\(typed)")
                #expect(ShellWords(typed).flaw == nil, "\(typed)")
            }
        }
    }
}
