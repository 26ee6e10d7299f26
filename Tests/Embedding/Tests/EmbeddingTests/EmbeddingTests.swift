// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import Testing

@Test("A test of another package starts a broker in one line, sends records and reads them in a loop")
func embeddedBroker() async throws {
    let broker = try await Broker.start()
    let producer = try await Producer(bootstrapServers: broker.bootstrapServers)
    let stored = try await producer.send(
        "orders", key: "alice", value: "2 pizzas", headers: [RecordHeader("via", "web")])
    #expect(stored.offset == 0)
    try await producer.send("orders", key: "bob", value: [0xff, 0x00] as [UInt8])
    await producer.close()

    let properties = ["auto.offset.reset": "earliest"]
    var orders: [ConsumerRecord] = []
    let consumer = try await Consumer(
        bootstrapServers: broker.bootstrapServers, topics: ["orders"], group: "kitchen", properties: properties)
    for try await record in consumer {
        orders.append(record)
        consumer.settle(record)
        if orders.count == 2 { break }
    }
    await consumer.close()
    #expect(orders.map { $0.key?.string } == ["alice", "bob"])
    #expect(orders[0].value == "2 pizzas" && orders[0].headers["via"] == "web")
    #expect(orders[1].value?.bytes == [0xff, 0x00] && orders[1].value?.string == nil)

    // The group goes on behind what was finished.
    let next = try await Producer(bootstrapServers: broker.bootstrapServers)
    try await next.send("orders", value: "cheque")
    await next.close()
    try await Consumer.with(
        bootstrapServers: broker.bootstrapServers, topics: ["orders"], group: "kitchen", properties: properties
    ) { consumer in
        for try await record in consumer {
            #expect(record.value == "cheque" && record.offset == 2)
            break
        }
    }
    try await broker.stop()
}

@Test("Batches are appended without a copy for each record, by those who want that")
func withoutCopies() async throws {
    let broker = try await Broker.start()
    let configuration = try ClientConfiguration(bootstrapServers: broker.bootstrapServers)
    try await Cluster.with(configuration) { cluster in
        let producer = try await Producer(cluster)
        let topic = try await producer.topic("orders")
        try "hello".withCString { text in
            _ = try producer.withAppender { appender in
                try appender.appendValue(topic, UnsafeRawBufferPointer(start: text, count: 5))
            }
        }
        try await producer.flush()
        await producer.close()
        #expect(try await cluster.topic("orders").partitions.count == 1)
    }
    try await broker.stop()
}
