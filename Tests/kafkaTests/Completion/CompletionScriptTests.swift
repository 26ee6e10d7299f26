// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import kafka

@Suite("The completion scripts")
struct CompletionScriptTests {
    @Test("in Completions/ are those of the tools' definitions", arguments: CompletionScript.allCases)
    func fresh(script: CompletionScript) throws {
        let file = Repository.path("Completions/\(script.fileName)")
        #expect(try FileText.read(file, for: "the script") == script.text(Tools.table), "stale: run `make completions`")
    }

    @Test("name every tool, every option that help shows, and the links", arguments: CompletionScript.allCases)
    func complete(script: CompletionScript) {
        for name in Tools.listed { #expect(script.text(Tools.table).contains("kafka-\(name).sh")) }
        for definition in Tools.table.definitions {
            for option in definition.offeredOptions {
                #expect(script.text(Tools.table).contains(script == .fish ? "-l \(option.name)" : "--\(option.name)"))
            }
        }
    }

    @Test("are printed by a hidden command, which refuses unknown shells")
    func command() async {
        #expect(await CommandRun(["__completions", "bash"]).output == CompletionScript.bash.text(Tools.table))
        #expect(await CommandRun(["__completions", "tcsh"]).refusal?.contains("bash or zsh or fish") == true)
        #expect(await CommandRun(["__nonsense"]).refusal?.contains("no tool") == true)
    }
}

/// Files of the repository that this test stands in.
enum Repository {
    static func path(_ file: String) -> String {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path.appending(file).string
    }
}
