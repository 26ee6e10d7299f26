// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite("Polling")
struct PollTests {
    @Test("of a task that is cancelled takes nothing, though there are records without end; the next one takes them")
    func cancelled() async throws {
        let script = try await FetchScript { _, offset in .records(FetchScript.batch(offset, 1)) }
        try await script.reading { consumer in
            // Three fetches were sent when two have been answered.
            while script.count(.fetch) < 3 { _ = try await consumer.poll(timeout: .zero, maxBytes: 0) }
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await consumer.poll(timeout: .zero)
            }
            task.cancel()
            let error = await #expect(throws: ClientError.self) { _ = try await task.value }
            #expect(error?.kind == .cancelled)
            let first = try await consumer.poll(timeout: .seconds(60)).first
            #expect(first?.startOffset == 0)
        }
    }
}
