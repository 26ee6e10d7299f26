// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite("A producer that sends records one by one")
struct ProducerSendTests {
    private static let fast = ["linger.ms": "0"]

    /// All that the topic has, in order.
    private static func read(_ servers: String, _ count: Int) async throws -> [ConsumerRecord] {
        try await Consumer.with(
            bootstrapServers: servers, topics: ["orders"], properties: ["auto.offset.reset": "earliest"]
        ) { consumer in
            var records: [ConsumerRecord] = []
            for try await record in consumer {
                records.append(record)
                if records.count == count { break }
            }
            return records
        }
    }

    @Test("Text, bytes, buffers, sequences and nothing arrive as they were sent, and it is told where")
    func contents() async throws {
        try await TestBroker.with { servers in
            let producer = try await Producer(bootstrapServers: servers, properties: Self.fast)
            let text = "välue"
            let first = try await producer.send("orders", key: "k", value: "hello")
            #expect(first == RecordMetadata(topic: "orders", partition: 0, offset: 0, logAppendTime: nil))
            try await producer.send("orders", key: text.dropFirst(), value: text)
            try await producer.send("orders", key: [1, 2] as [UInt8], value: ByteBuffer(string: "buffer"))
            try await producer.send("orders", value: repeatElement(UInt8(7), count: 3))
            try await producer.send("orders", key: "k", value: nil)
            try await producer.send("orders", key: "", value: [] as [UInt8])
            try await producer.send("orders", key: Set<UInt8>([9]), value: "set")
            let last = try await producer.send(
                "orders", value: "all", headers: [RecordHeader("a", "1"), RecordHeader("a", nil)], partition: 0,
                timestamp: 5)
            #expect(last.offset == 7)
            await producer.close()

            let records = try await Self.read(servers, 8)
            #expect(
                records.map { $0.key?.bytes }
                    == ["k", "älue", "\u{1}\u{2}", nil, "k", "", "\u{9}", nil].map {
                        $0.map { Array($0.utf8) }
                    })
            #expect(
                records.map { $0.value?.string } == [
                    "hello", "välue", "buffer", "\u{7}\u{7}\u{7}", nil, "", "set", "all",
                ])
            #expect(records.map(\.offset) == Array(0...7))
            #expect(records[7].headers == [RecordHeader("a", "1"), RecordHeader("a", nil)])
            #expect(records[7].headers["a"] == nil && records[7].timestamp == 5)
            #expect(records[0].headers.isEmpty && records[0].topic == "orders" && records[0].timestamp > 5)
        }
    }

    @Test("Records that many tasks send at a time share batches, and each hears of its own place")
    func concurrent() async throws {
        try await TestBroker.with(partitions: 3) { servers in
            let producer = try await Producer(bootstrapServers: servers, properties: ["linger.ms": "50"])
            let count = 2000
            let places = try await withThrowingTaskGroup(of: (Int, RecordMetadata).self) { group in
                for number in 0..<count {
                    group.addTask {
                        (number, try await producer.send("orders", key: "\(number % 100)", value: "\(number)"))
                    }
                }
                var places: [Int: RecordMetadata] = [:]
                for try await (number, place) in group { places[number] = place }
                return places
            }
            #expect(producer.statistics.batchesDelivered < UInt64(count / 10), "\(producer.statistics)")
            await producer.close()
            let records = try await Self.read(servers, count)
            for record in records {
                let number = try #require(record.value?.string.flatMap { Int($0) })
                #expect(places[number]?.partition == record.partition && places[number]?.offset == record.offset)
            }
            #expect(Set(records.map(\.value)).count == count)
        }
    }

    @Test("Who sends more than buffer.memory holds waits for room")
    func memory() async throws {
        try await TestBroker.with { servers in
            let producer = try await Producer(
                bootstrapServers: servers,
                properties: ["buffer.memory": "2000", "batch.size": "1000", "linger.ms": "0"])
            let value = [UInt8](repeating: 1, count: 900)
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { _ = try await producer.send("orders", value: value) } }
                try await group.waitForAll()
            }
            #expect(producer.statistics.recordsDelivered == 50)
            await #expect { try await producer.send("orders", value: repeatElement(UInt8(1), count: 3000)) } throws: {
                ($0 as? ClientError)?.kind == .tooLarge
            }
            await producer.close()
        }
    }

    @Test("What can't be stored is said, and does not keep others waiting")
    func failures() async throws {
        try await TestBroker.with { servers in
            let producer = try await Producer(bootstrapServers: servers, properties: ["linger.ms": "0"])
            await #expect { try await producer.send("orders", value: "x", partition: 7) } throws: {
                ($0 as? ClientError)?.kind == .invalidArgument
            }
            await #expect { try await producer.send("no such topic", value: "x") } throws: {
                ($0 as? ClientError)?.errorCode == .invalidTopicException
            }
            #expect(try await producer.send("orders", value: "x").offset == 0)
            await producer.close()
            await #expect { try await producer.send("orders", value: "x") } throws: {
                ($0 as? ClientError)?.kind == .closed
            }
        }
        await #expect { try await Producer(bootstrapServers: "localhost:1", properties: ["linger": "0"]) } throws: {
            "\($0)".contains("Unknown configuration linger")
        }
    }

    private actor Shop {
        private let producer: Producer
        private var customer = "alice"
        private var order: ByteBuffer? = ByteBuffer(string: "pizza")

        init(_ producer: Producer) { self.producer = producer }

        func send() async throws -> RecordMetadata {
            try await producer.send("orders", key: customer, value: order)
        }
    }

    @Test("An actor sends what it has")
    func fromActor() async throws {
        try await TestBroker.with { servers in
            let producer = try await Producer(bootstrapServers: servers, properties: Self.fast)
            #expect(try await Shop(producer).send().offset == 0)
            await producer.close()
            #expect(try await Self.read(servers, 1)[0].value == "pizza")
        }
    }

    @Test("A task that is cancelled waits no longer for its record")
    func cancelled() async throws {
        try await TestBroker.with { servers in
            let producer = try await Producer(
                bootstrapServers: servers, properties: ["linger.ms": "600000", "delivery.timeout.ms": "700000"])
            let task = Task { try await producer.send("orders", value: "x") }
            while producer.statistics.recordsAppended == 0 { await Task.yield() }
            task.cancel()
            await #expect { try await task.value } throws: { ($0 as? ClientError)?.kind == .cancelled }
            // It is on its way all the same.
            try await producer.flush()
            #expect(producer.statistics.recordsDelivered == 1)
            await producer.close()
        }
    }
}
