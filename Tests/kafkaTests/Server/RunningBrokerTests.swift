// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import kafka

@Suite("The node id of a running broker")
struct RunningBrokerTests {
    @Test("is that of its overrides, else of its properties file, else of its data directory, else 1")
    func nodeID() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: directory.appending(path: name))
        }
        func id(_ words: String...) -> Int32 { RunningBroker.nodeID(words, in: directory.path) }
        try write("node.id=5\n", to: "server.properties")
        try write("version=1\nnode.id=7\n", to: "meta.properties")
        try write("log.dirs=\(directory.path)\n", to: "nameless.properties")
        #expect(id("server.properties") == 5)
        #expect(id(directory.path + "/server.properties", "--override", "node.id=6") == 6)
        #expect(id("nameless.properties") == 7)
        #expect(id("--data-dir", directory.path) == 7)
        #expect(id("--listen", "127.0.0.1:0") == 1)
        #expect(id("--override", "broker.id=3", "--ephemeral") == 3)
        try write("version=0\nbroker.id = 9\n", to: "meta.properties")
        #expect(id("--data-dir", ".") == 9)
    }
}
