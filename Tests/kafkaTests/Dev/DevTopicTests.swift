// SPDX-License-Identifier: Apache-2.0

import Libc
import Testing

@testable import kafka

@Suite("Topics of kafka dev")
struct DevTopicTests {
    @Test("are named alone, with partitions, and with configs")
    func forms() throws {
        #expect(try DevTopic("orders") == DevTopic(name: "orders", partitions: nil))
        #expect(try DevTopic("orders:3") == DevTopic(name: "orders", partitions: 3))
        let full = try DevTopic("orders:3:cleanup.policy=compact,delete,retention.ms=5")
        #expect(full.configs.map(\.name) == ["cleanup.policy", "retention.ms"])
        #expect(full.configs.map(\.value) == ["compact,delete", "5"])
        let throttled = try DevTopic("orders::follower.replication.throttled.replicas=0:1,1:1")
        #expect(throttled.partitions == nil)
        #expect(throttled.configs.map(\.value) == ["0:1,1:1"])
    }

    @Test(
        "are refused with their text",
        arguments: ["", ":3", "t:0", "t:-1", "t:many", "t:99999999999", "t:1:compact", "t:1:=a"])
    func refused(text: String) {
        #expect { try DevTopic(text) } throws: { "\($0)".contains("'\(text)'") }
    }

    @Test("have the partitions that the records of a seed name")
    func seed() throws {
        let lines = """
            {"topic":"a","partition":2,"value":"x"}

            {"topic":"b","value":"x"}
            {"topic":"c","partition":1,"value":"x"}
            """
        try withFile(lines) { path in
            let seed = try DevSeed(path)
            #expect(seed.partitions == ["a": 3, "b": 1, "c": 2])
            let topics = try DevTopic.all([DevTopic("c"), DevTopic("d:4"), DevTopic("a:5")], for: seed)
            #expect(topics.map(\.name) == ["c", "d", "a", "b"])
            #expect(topics.map(\.partitions) == [2, 4, 5, nil])
            #expect { try DevTopic.all([DevTopic("a:2")], for: seed) } throws: { "\($0)".contains("--topic a:3") }
            #expect { try DevTopic.all([DevTopic("a"), DevTopic("a:2")], for: nil) } throws: {
                "\($0)".contains("twice")
            }
        }
    }

    @Test(
        "are not made from a seed that is none",
        arguments: [
            (#"{"value":"x"}"#, "no field 'topic'"), ("{", "line 1"),
            (#"{"topic":"a","partition":-1,"value":"x"}"#, "-1"),
            (#"{"topic":"a","partition":2147483647,"value":"x"}"#, "2147483647"),
            (#"{"topic":"a","colour":1}"#, "colour"),
        ])
    func broken(line: String, cause: String) throws {
        try withFile(line) { path in
            #expect { try DevSeed(path) } throws: { "\($0)".contains(path) && "\($0)".contains(cause) }
        }
    }
}

@Suite("Signals that are passed on")
struct ForwardedSignalsTests {
    typealias Signals = ForwardedSignals

    @Test("go to the command, unless its terminal has sent them")
    func running() {
        #expect(Signals.action(SIGINT, isOfTerminal: true, in: .running(5)) == .nothing)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] {
            #expect(Signals.action(number, isOfTerminal: false, in: .running(5)) == .forward(5))
        }
    }

    @Test("end what comes before and behind the command", arguments: [true, false])
    func others(isOfTerminal: Bool) {
        #expect(Signals.action(SIGINT, isOfTerminal: isOfTerminal, in: .preparing) == .end)
        #expect(Signals.action(SIGTERM, isOfTerminal: isOfTerminal, in: .over) == .exit)
        for phase in [Signals.Phase.preparing, .over] {
            #expect(Signals.action(SIGUSR1, isOfTerminal: isOfTerminal, in: phase) == .nothing)
        }
    }
}

@Suite("The environment of a command")
struct DevEnvironmentTests {
    private func variables(_ given: [String: String]) -> [String: String] {
        let all = DevEnvironment.variables(
            servers: "127.0.0.1:5", kcatConfig: "/tmp/kcat.conf", Environment(variables: given))
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.value) })
    }

    @Test("names the broker in each spelling")
    func addresses() {
        let found = variables([:])
        for name in ["KAFKA_BOOTSTRAP_SERVERS", "BOOTSTRAP_SERVERS", "SPRING_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BROKERS"]
        {
            #expect(found[name] == "127.0.0.1:5")
        }
        #expect(found["KCAT_CONFIG"] == "/tmp/kcat.conf" && found["KAFKA_CONFIG"] == nil)
    }

    @Test("leads to no other cluster that has a name")
    func clusters() throws {
        #expect(variables(["KAFKA_CLUSTER": "production"])["KAFKA_CLUSTER"] == "")
        #expect(variables(["KAFKA_COMMAND_CONFIG": "/x"])["KAFKA_COMMAND_CONFIG"] == "")
        try withFile("current = a\n[a]\nbootstrap.servers = b:1\n") { path in
            #expect(variables(["KAFKA_CONFIG": path])["KAFKA_CONFIG"] == "/dev/null")
        }
        try withFile("[a]\nbootstrap.servers = b:1\n") { path in
            #expect(variables(["KAFKA_CONFIG": path])["KAFKA_CONFIG"] == nil)
        }
    }
}

private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let file = TemporaryFile(text)
    try withExtendedLifetime(file) { try body(file.path) }
}
