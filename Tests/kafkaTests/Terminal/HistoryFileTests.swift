// SPDX-License-Identifier: Apache-2.0

import Libc
import SystemPackage
import Testing

@testable import kafka

@Suite("The history of the shell")
struct HistoryFileTests {
    /// A directory of its own, which goes with the test.
    final class Directory: Sendable {
        let path: String
        init() {
            var template = Array("/tmp/kafka-history-XXXXXX".utf8CString)
            path = String(cString: mkdtemp(&template))
        }
        deinit {
            for file in ["/kafka/history", "/kafka/history.new"] { unlink(path + file) }
            rmdir(path + "/kafka")
            rmdir(path)
        }
    }

    let directory = Directory()

    func file() throws -> HistoryFile {
        try #require(HistoryFile(Environment(variables: ["XDG_STATE_HOME": directory.path, "HOME": "/nonexistent"])))
    }

    @Test("stands where the XDG rules put it, and belongs to its owner alone")
    func place() throws {
        let home = HistoryFile(Environment(variables: ["HOME": "/home/u"]))
        #expect(home?.path.string == "/home/u/.local/state/kafka/history")
        #expect(HistoryFile(Environment(variables: [:])) == nil)
        let relative = HistoryFile(Environment(variables: ["HOME": "/h", "XDG_STATE_HOME": "relative"]))
        #expect(relative?.path.string == "/h/.local/state/kafka/history")
        try file().append("topics --list")
        var information = stat()
        #expect(stat(directory.path + "/kafka/history", &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
    }

    @Test("is kept between runs, the newest last, without secrets")
    func kept() throws {
        #expect(try file().load() == [])
        for line in [
            "topics --list", " not kept", "configs --add-config SCRAM-SHA-256=[password=x]", "cluster cluster-id",
        ] {
            try file().append(line)
        }
        #expect(try file().load() == ["topics --list", "cluster cluster-id"])
    }

    @Test("is cut when it has grown long")
    func cut() throws {
        for number in 0...(2 * HistoryFile.limit) { try file().append("topics \(number)") }
        #expect(try file().load().count == HistoryFile.limit)
        let bytes = try FileText.read(directory.path + "/kafka/history", for: "history")
        #expect(bytes.split(separator: "\n").count == HistoryFile.limit)
        #expect(bytes.hasSuffix("topics \(2 * HistoryFile.limit)\n"))
    }
}
