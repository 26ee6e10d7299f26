// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Testing

@testable import kafka

@Suite("The metadata shell")
struct MetadataShellTests {
    static let root = MetadataNode.directory {
        [
            ("b", .directory { [("10", .file("ten")), ("2", .file("two"))] }),
            ("a", .directory { [("x*y", .file("star"))] }), ("file", .file("text")),
        ]
    }

    func run(_ lines: String...) -> (output: String, error: String, failed: Bool) {
        let context = Context(out: Output(), err: Output())
        var shell = MetadataShell(Self.root, context)
        for line in lines {
            do { _ = try shell.run(ShellWords(line).words) } catch { context.fail("\(error)") }
        }
        return (context.out.text, context.err.text, context.failed)
    }

    @Test("lists directories sorted as Java sorts, and names them only when there are several")
    func ls() {
        #expect(run("ls").output == "a\nb\nfile\n")
        #expect(run("ls b").output == "10\n2\n")
        #expect(run("ls file a b").output == "file\n\na:\nx*y\n\nb:\n10\n2\n")
        #expect(run("ls /a /b").output == "a:\nx*y\n\nb:\n10\n2\n")
    }

    @Test("shows files and trees")
    func cat() {
        #expect(run("cat /b/10 /file").output == "ten\ntext\n")
        #expect(run("tree /b").output == "10:\n  ten\n2:\n  two\n")
        #expect(run("find b").output == "b\nb/10\nb/2\n")
        #expect(run("find /").output.hasPrefix("/\n/a\n/a/x*y\n"))
    }

    @Test("goes from directory to directory, with dots and slashes as usual")
    func cd() {
        #expect(run("cd b", "pwd", "cat 2", "cd ../a/.", "pwd", "cd", "pwd").output == "/b\ntwo\n/a\n/\n")
        #expect(run("cd file").error.contains("not a directory"))
        #expect(run("cd nowhere").error.contains("no such directory"))
    }

    @Test("says on standard error what is not there, and fails")
    func missing() {
        for line in ["ls /nope", "cat /nope", "tree /nope", "find /nope", "cat /b", "man nope", "cat", "nope"] {
            let result = run(line)
            #expect(result.failed && result.output.isEmpty && !result.error.isEmpty, "\(line)")
        }
    }

    @Test(
        "takes globs",
        arguments: [
            ("*", "abc", true), ("a?c", "abc", true), ("a?c", "ac", false), ("{ab,x}c", "abc", true),
            ("{ab,x}*", "xyz", true), ("{ab,x}*", "yz", false), ("a\\*", "a*", true), ("a\\*", "ab", false),
            ("*b*", "abc", true), ("", "", true), ("{open", "{open", true), ("*.*", "a.b", true),
            ("{a,b}{c,d}", "bd", true), ("{a,}b", "b", true), ("(a|b)", "a", false), ("[ab]", "a", false),
            ("é?", "éü", true),
            ("*a*a*a*a*a*a*a*a*a*a*a*a*b", String(repeating: "a", count: 200), false),
        ])
    func globs(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(Glob(pattern).matches(name) == matches)
    }

    @Test("takes globs in paths")
    func globPaths() {
        #expect(run("cat b/*").output == "ten\ntwo\n")
        #expect(run("cat {a,b}/?").output == "two\n")
        for line in [#"cat a/x\\*y"#, #"cat 'a/x\*y'"#, #"cat "a/x\*y""#] {
            #expect(run(line).output == "star\n", "\(line): a backslash is left for the glob")
        }
    }

    @Test("takes what stands behind a backslash as it is")
    func backslashes() {
        #expect(run(#"cat no\ pe \'"#).error.contains("no pe: No such file"))
        #expect(run(#"cat /b/\10"#).output == "ten\n")
    }

    @Test("lays out an empty image as Apache Kafka's shell does")
    func layout() {
        let root = MetadataTree.root(.empty)
        #expect(root.entries?.map(\.name) == ["image", "local"])
        let image = root.child("image")
        #expect(
            image?.entries?.map(\.name) == [
                "acls", "clientQuotas", "cluster", "configs", "delegationToken", "features", "producerIds",
                "provenance", "scram", "topics",
            ])
        #expect(image?.child("topics")?.entries?.map(\.name) == ["byId", "byName"])
        #expect(image?.child("producerIds")?.child("nextProducerId")?.text == "0")
    }

    @Test(
        "refuses what it can't read",
        arguments: [
            ("metadata-shell --snapshot /no/such ls", "/no/such"),
            ("metadata-shell --directory /no/such ls", "/no/such"),
            ("metadata-shell --snapshot /dev/null ls", "neither a log nor a snapshot"),
            ("metadata-shell --snapshot /bin/sh ls", "/bin/sh"),
            ("metadata-shell --directory a --snapshot b", "[snapshot]"),
            ("metadata-shell --snapshot /no/such sl", "did you mean ls?"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }
}
