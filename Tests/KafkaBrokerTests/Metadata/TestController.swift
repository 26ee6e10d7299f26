// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Synchronization

@testable import KafkaBroker

/// A data directory that goes with the test, and controllers on it.
final class MetadataTestDirectory: Sendable {
    let path: String
    /// What the controllers take for now.
    private let time = Atomic<Int64>(1_795_300_000_000)

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "kafka-metadata-\(UUID().uuidString)").path
    }

    /// A copy of another directory.
    convenience init(copying other: String) throws {
        self.init()
        try FileManager.default.copyItem(atPath: other, toPath: path)
    }

    /// One of the directories that Apache Kafka left.
    convenience init(golden name: String) throws {
        self.init()
        let archive = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Golden/datadir/\(name).tar.zst").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "--sparse", "--zstd", "-C", path, "-xf", archive]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var metadataPath: String { path + "/__cluster_metadata-0" }
    var logPath: String { metadataPath + "/00000000000000000000.log" }

    func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + name)) }

    /// Opens the directory, does something as the controller in office, and closes it again.
    func run<T: Sendable>(
        overrides: [(name: String, value: String)] = [], publisher: @escaping MetadataPublisher = { _, _, _ in },
        listener: MetadataListener? = nil, _ body: (Controller) async throws -> T
    ) async throws -> T {
        let logs = try LogDirectory.open(path)
        defer { logs.close() }
        let controller = try open(logs, overrides)
        try await controller.activate(endpoints: Self.endpoints, publisher: publisher, listener: listener)
        let result = try await body(controller)
        try await controller.close()
        return result
    }

    /// What the directory says, without taking office.
    func state(overrides: [(name: String, value: String)] = []) async throws -> MetadataState {
        let logs = try LogDirectory.open(path)
        defer { logs.close() }
        let controller = try open(logs, overrides)
        let state = controller.store.image.state
        try await controller.close()
        return state
    }

    private func open(_ logs: LogDirectory, _ overrides: [(name: String, value: String)]) throws -> Controller {
        try Controller.open(
            directory: logs, configuration: BrokerConfiguration(overrides: overrides),
            now: { self.time.load(ordering: .relaxed) })
    }

    func pass(hours: Int64) { time.add(hours * 3_600_000, ordering: .relaxed) }

    static let endpoints = BrokerEndpoints(
        listeners: [(name: "PLAINTEXT", endpoint: .init(host: "localhost", port: 9092))])
}

extension CreateTopicsRequest.Topic {
    static func named(_ name: String, partitions: Int32 = 1, replicas: Int16 = 1, configs: [String: String] = [:])
        -> Self
    {
        Self {
            $0.name = name
            $0.numPartitions = partitions
            $0.replicationFactor = replicas
            $0.configs = configs.sorted { $0.key < $1.key }.map { key, value in
                CreateTopicsRequest.Config {
                    $0.name = key
                    $0.value = value
                }
            }
        }
    }
}

extension Controller {
    /// Creates one topic.
    func create(_ topic: CreateTopicsRequest.Topic, validateOnly: Bool = false) -> CreateTopicsResponse.Topic {
        createTopics([topic], validateOnly: validateOnly)[0]
    }
}
