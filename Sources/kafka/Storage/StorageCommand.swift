// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// `kafka storage`
struct StorageCommand: Command {
    static let definition = CommandDefinition(
        name: "storage",
        summary: "Make random ids for clusters and directories",
        actions: [.word("random-uuid", "Print a random id")],
        options: [],
        examples: [.init("kafka storage random-uuid", "Print an id for a new cluster")],
        differences: ["A directory needs no format step: kafka broker makes an empty one ready."])

    init(_ arguments: Arguments) throws { _ = try arguments.action() }

    func run(_ context: Context) async throws { context.out.line(KafkaUUID.random().description) }
}
