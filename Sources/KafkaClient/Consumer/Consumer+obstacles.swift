// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension Consumer {
    /// What a consumer is busy with, each of which can fail while it goes on trying.
    enum Activity: Hashable {
        case metadata
        case joining
        case positions
        case fetching(Int32)
        case reading(TopicPartition)
    }

    /// Why no records come, as far as is known; nil when nothing is in the way. It may pass, and the consumer goes on
    /// trying meanwhile.
    public var obstacle: ClientError? {
        let order: [Activity] = [.metadata, .joining, .positions]
        if let first = order.lazy.compactMap({ self.obstacles[$0] }).first { return first }
        // A broker that is silent has not failed yet.
        return obstacles.values.min { $0.message < $1.message }
            ?? cluster.troubles?.current.map { ClientError(.timedOut, $0) }
    }

    /// Notes how something went.
    func note(_ activity: Activity, _ failure: ClientError?) {
        // What was given up says nothing about the cluster.
        if failure?.kind == .cancelled || failure?.kind == .closed { return }
        obstacles[activity] = failure
    }

    /// Waits for `body`, but no longer than `limit`, then cancels it.
    func bounded<Value: Sendable>(
        by limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let task = Task { () async -> Result<Value, ClientError> in
            do throws(ClientError) { return .success(try await body()) } catch { return .failure(error) }
        }
        let timer = eventLoop.scheduleTask(in: limit.timeAmount) { task.cancel() }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        timer.cancel()
        if case .failure(let error) = result, error.kind == .cancelled, !Task.isCancelled {
            throw ClientError(.timedOut, "\(what): no answer within \(limit.inWords)")
        }
        return try result.get()
    }
}
