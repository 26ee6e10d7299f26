// SPDX-License-Identifier: Apache-2.0

import Libc

/// `kafka server-stop`: SIGTERM to the brokers of this user on this machine.
struct ServerStopCommand: Command {
    static let definition = CommandDefinition(
        name: "server-stop",
        summary: "Stop the brokers that run on this machine",
        options: [
            .value(
                "process-role", "ROLE", "broker or controller; a broker here is both",
                completion: .words(["broker", "controller"])),
            .value("node-id", "ID", "Stop the broker with this node.id only"),
        ],
        examples: [
            .init("kafka server-stop", "Stop all brokers of this executable"),
            .init("kafka server-stop --node-id 2", "Stop one of them"),
        ])

    private let nodeID: Int32?

    init(_ arguments: Arguments) throws {
        _ = try arguments.choice("process-role", ["broker", "controller"])
        nodeID = try arguments.integer("node-id")
    }

    func run(_ context: Context) async throws {
        let all = RunningBroker.all()
        guard !all.isEmpty else { throw CommandError("No kafka broker runs on this machine that could be stopped") }
        let chosen = nodeID.map { id in all.filter { $0.nodeID == id } } ?? all
        if let nodeID, chosen.isEmpty {
            let ids = all.map { "\($0.nodeID)" }.joined(separator: ", ")
            throw CommandError("No kafka broker with node id \(nodeID) runs on this machine; there is \(ids)")
        }
        for broker in chosen where kill(broker.process, SIGTERM) != 0 {
            context.fail("Process \(broker.process) can't be stopped: \(String(cString: strerror(errno)))")
        }
    }
}
