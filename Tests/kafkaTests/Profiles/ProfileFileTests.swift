// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import Testing

@testable import kafka

@Suite("The file of named clusters")
struct ProfileFileTests {
    static let text = """
        # Where I work.
        current : staging

        [local]
        bootstrap.servers = localhost:9092

        [staging]
        description = for tests
        bootstrap.servers = a:9093,\\
            b:9093
        sasl.jaas.config = x required \\
          password="[not a section]";
        # [commented]
        ! protected = true
        [production-1.eu]
        protected = TRUE
        bootstrap.servers: c:9093

        """

    @Test("has sections of properties as Java writes them")
    func sections() throws {
        let file = try ProfileFile(parsing: Self.text, path: "f")
        #expect(file.current == "staging")
        #expect(file.profiles.map(\.name) == ["local", "staging", "production-1.eu"])
        let staging = try #require(file["staging"])
        #expect(staging.properties["bootstrap.servers"] == "a:9093,b:9093")
        #expect(staging.properties["sasl.jaas.config"] == "x required password=\"[not a section]\";")
        #expect(staging.properties["description"] == nil && staging.description == "for tests")
        #expect(!staging.isProtected)
        let production = try #require(file["production-1.eu"])
        #expect(production.isProtected && production.properties.entries.map(\.name) == ["bootstrap.servers"])
    }

    @Test("may be empty, begin with a byte order mark, and have the lines of Windows")
    func ends() throws {
        #expect(try ProfileFile(parsing: "", path: "f").profiles.isEmpty)
        let file = try ProfileFile(parsing: "\u{FEFF}current=a\r\n[a]\r\nclient.id=x\\\r\n y\r\n", path: "f")
        #expect(file.current == "a" && file["a"]?.properties["client.id"] == "xy")
    }

    @Test(
        "is refused with the line that is wrong",
        arguments: [
            ("[a]\n[a]\n", "f:2: the cluster 'a' is there twice"), ("\n[a b]\n", "f:2: '[a b]'"), ("[a\n", "f:1: '[a'"),
            ("[]\n", "f:1: '[]'"), ("[--x]\n", "f:1: "),
            ("client.id=x\n[a]\n", "f:1: 'client.id' stands in no cluster's section"),
            ("[a]\nprotected=maybe\n", "'maybe'"),
        ])
    func refused(text: String, reason: String) {
        do {
            _ = try ProfileFile(parsing: text, path: "f")
            Issue.record("not refused")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test("keeps every other line when another cluster becomes the current one")
    func selecting() throws {
        let file = try ProfileFile(parsing: Self.text, path: "f")
        #expect(file.text(selecting: "local") == Self.text.replacing("current : staging", with: "current = local"))
        let none = try ProfileFile(parsing: "# only\n[a]\n", path: "f")
        #expect(none.text(selecting: "a") == "current = a\n# only\n[a]\n")
        let twice = try ProfileFile(parsing: "current=a\ncurrent=\\\n  b\n[a]\n[b]\n", path: "f")
        #expect(twice.current == "b" && twice.text(selecting: "a") == "current = a\n[a]\n[b]\n")
        let windows = try ProfileFile(parsing: "current=a\r\n[a]\r\n[b]\r\n", path: "f")
        #expect(windows.text(selecting: "b") == "current = b\r\n[a]\r\n[b]\r\n")
    }

    @Test("is replaced as a whole, keeps its mode, and stays a link where it is one")
    func written() async throws {
        let target = TemporaryFile("[a]\n[b]\n")
        chmod(target.path, 0o640)
        let link = target.path + "-link"
        #expect(symlink(target.path, link) == 0)
        defer { unlink(link) }
        let run = await CommandRun(["clusters", "use", "b"], variables: ["KAFKA_CONFIG": link])
        #expect(run.status == 0 && run.output == "The current cluster is b.\n")
        var status = stat()
        #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(target.path, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try FileText.read(target.path, for: "it") == "current = b\n[a]\n[b]\n")
        let refused = await CommandRun(["clusters", "use", "c"], variables: ["KAFKA_CONFIG": link])
        #expect(refused.refusal?.contains("it has a, b") == true)
    }

    @Test("stands where the XDG rules put it, unless a variable names another")
    func place() {
        func place(_ variables: [String: String]) -> String? { ProfileFile.place(Environment(variables: variables)) }
        #expect(place(["HOME": "/h"]) == "/h/.config/kafka/config")
        #expect(place(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/kafka/config")
        #expect(place(["HOME": "/h", "XDG_CONFIG_HOME": "x"]) == "/h/.config/kafka/config")
        #expect(place(["HOME": "/h", "KAFKA_CONFIG": "c"]) == "c")
        #expect(place([:]) == nil)
    }

    @Test("hides secrets and shows references as they are written")
    func shown() async throws {
        let file = TemporaryFile(
            "[a]\nsasl.password=hunter2\nssl.key.password=${env:KEY}\nsasl.jaas.config=M required password=hunter2 \\\n"
                + "secret=\"${env:KEY}\";\nssl.keystore.password=hunter2${no:reference}\n")
        for more in [[], ["--output", "json"]] {
            let run = await CommandRun(
                ["clusters", "show", "a"] + more, variables: ["KAFKA_CONFIG": file.path, "KEY": "hunter2"])
            #expect(run.status == 0 && run.output.contains("${env:KEY}"))
            #expect(!run.output.contains("hunter2") && !run.error.contains("hunter2"))
        }
    }
}
