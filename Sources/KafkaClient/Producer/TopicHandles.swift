// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The topics that `Producer.send` has written to: each is looked up once, however many ask at the same time.
final class TopicHandles: Sendable {
    private enum Handle {
        case known(ProducerTopic)
        case coming(Task<Result<ProducerTopic, ClientError>, Never>)
    }

    private let handles = Mutex<[String: Handle]>([:])

    func topic(_ name: String, of producer: Producer) async throws(ClientError) -> ProducerTopic {
        let handle = handles.withLock { handles in
            if let known = handles[name] { return known }
            let coming = Handle.coming(Task { await self.find(name, producer) })
            handles[name] = coming
            return coming
        }
        switch handle {
        case .known(let topic): return topic
        case .coming(let task): return try await value(of: task, "looking for topic \(name)")
        }
    }

    private func find(_ name: String, _ producer: Producer) async -> Result<ProducerTopic, ClientError> {
        let result: Result<ProducerTopic, ClientError>
        do throws(ClientError) {
            result = .success(try await producer.topic(name))
        } catch {
            result = .failure(error)
        }
        // One that was not found is looked for again by the next who asks.
        handles.withLock { $0[name] = (try? result.get()).map { .known($0) } }
        return result
    }
}
