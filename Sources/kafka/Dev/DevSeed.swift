// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaText

/// Records that are there before the command starts: lines of JSON, as `console-consumer --format json` prints them.
struct DevSeed: Sendable {
    let path: String
    private let bytes: [UInt8]
    /// The topics that its records name, each with as many partitions as they need.
    let partitions: [String: Int32]

    /// A number of a partition beyond this is taken for a slip.
    private static let mostPartitions: Int32 = 10_000

    /// Reads and checks all of it.
    /// - Parameter path: `-` is standard input.
    init(_ path: String) throws {
        let bytes = try FileText.readBytes(path == "-" ? "/dev/stdin" : path, for: "the seed")
        var source = LineSource(line: bytes, number: 1)
        var reader = EnvelopeReader()
        var partitions: [String: Int32] = [:]
        while let line = source.next() {
            guard line.contains(where: { $0 > 32 }) else { continue }
            let envelope: Envelope
            do throws(EnvelopeError) { envelope = try reader.read(line) } catch {
                throw CommandError("'\(path)', line \(source.nextLine - 1): \(error)")
            }
            guard let topic = envelope.topic, !topic.isEmpty else {
                throw CommandError("'\(path)', line \(source.nextLine - 1): no field 'topic' says where it goes")
            }
            let partition = envelope.partition ?? 0
            guard partition >= 0, partition < Self.mostPartitions else {
                throw CommandError(
                    "'\(path)', line \(source.nextLine - 1): 'partition' is \(partition), not a number from 0 to "
                        + "\(Self.mostPartitions - 1)")
            }
            let name = String(decoding: topic, as: UTF8.self)
            partitions[name] = max(partitions[name] ?? 0, partition + 1)
        }
        self.path = path
        self.bytes = bytes
        self.partitions = partitions
    }

    /// Writes the records; when this returns, all are there.
    func write(to cluster: Cluster, _ context: Context) async throws {
        let failures = DeliveryFailures(context)
        let producer = try await Producer(cluster) { failures.add($0) }
        let sender = LineSender(
            producer: producer, failures: failures, context: context, progress: Progress(context, isEnabled: false))
        var appender = EnvelopeAppender(nil, RecordOptions(), context)
        do {
            try await sender.run(&appender, line: bytes)
        } catch {
            await producer.abandon()
            throw error
        }
        await producer.close()
        failures.summarize()
        if context.failed { throw CommandError("not all records of the seed '\(path)' could be written") }
    }
}
