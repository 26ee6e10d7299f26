// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import Testing

@Test("A test of another package starts a broker in one line and produces to it")
func embeddedBroker() async throws {
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
