// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

@testable import KafkaClient

/// A coordinator of transactions, for one transactional id.
final class FakeTransactions: Sendable {
    struct Refusal: Error { var code: ErrorCode }

    private struct State {
        var producerID: Int64 = 1000
        var epoch: Int16 = -1
        /// Transactions count from 0.
        var number = 0
        var partitions: Set<TopicPartition> = []
        var isOpen = false
        var outcomes: [Int: Bool] = [:]

        mutating func end(committed: Bool) {
            outcomes[number] = committed
            number += 1
            partitions = []
            isOpen = false
        }

        func check(_ id: Int64, _ epoch: Int16) -> ErrorCode {
            id == producerID ? (epoch == self.epoch ? .none : .producerFenced) : .invalidProducerIDMapping
        }
    }

    private let state = Mutex(State())

    func isCommitted(_ number: Int) -> Bool { state.withLock { $0.outcomes[number] ?? false } }

    /// The transaction that a batch belongs to.
    func transaction(of header: RecordBatchHeader, _ name: TopicPartition) -> Result<Int, Refusal> {
        state.withLock { state in
            guard header.producerEpoch == state.epoch else { return .failure(Refusal(code: .invalidProducerEpoch)) }
            guard state.isOpen, state.partitions.contains(name) else {
                return .failure(Refusal(code: .invalidTxnState))
            }
            return .success(state.number)
        }
    }

    /// - Parameter refusal: what to answer without doing anything.
    func answer(_ request: ScriptedServer.Request, _ refusal: ErrorCode?) -> ScriptedServer.Action {
        switch request.apiKey {
        case .initProducerID:
            return request.reply(
                InitProducerIdResponse {
                    $0.errorCode = refusal ?? .none
                    if refusal == nil { ($0.producerID, $0.producerEpoch) = begin(request) }
                })
        case .addPartitionsToTxn:
            let asked = request.decode(AddPartitionsToTxnRequest.self)
            let code = refusal ?? add(asked)
            return request.reply(
                AddPartitionsToTxnResponse {
                    $0.resultsByTopicV3AndBelow = asked.v3AndBelowTopics.map { topic in
                        AddPartitionsToTxnResponse.TopicResult {
                            $0.name = topic.name
                            $0.resultsByPartition = topic.partitions.map { index in
                                AddPartitionsToTxnResponse.PartitionResult {
                                    $0.partitionIndex = index
                                    $0.partitionErrorCode = code
                                }
                            }
                        }
                    }
                })
        default:
            let code = refusal ?? end(request.decode(EndTxnRequest.self))
            return request.reply(EndTxnResponse { $0.errorCode = code })
        }
    }

    private func begin(_ request: ScriptedServer.Request) -> (Int64, Int16) {
        let known = request.decode(InitProducerIdRequest.self)
        return state.withLock { state in
            // Asked for again by one who got no answer (KIP-360).
            if known.producerID == state.producerID, known.producerEpoch == state.epoch - 1 {
                return (state.producerID, state.epoch)
            }
            if state.isOpen { state.end(committed: false) }
            state.epoch += 1
            return (state.producerID, state.epoch)
        }
    }

    private func add(_ request: AddPartitionsToTxnRequest) -> ErrorCode {
        state.withLock { state in
            let code = state.check(request.v3AndBelowProducerID, request.v3AndBelowProducerEpoch)
            guard code == .none else { return code }
            state.isOpen = true
            for topic in request.v3AndBelowTopics {
                state.partitions.formUnion(topic.partitions.map { TopicPartition(topic.name, $0) })
            }
            return .none
        }
    }

    private func end(_ request: EndTxnRequest) -> ErrorCode {
        state.withLock { state in
            let code = state.check(request.producerID, request.producerEpoch)
            guard code == .none else { return code }
            guard state.isOpen else {
                // Asked for again by one who got no answer.
                return state.outcomes[state.number - 1] == request.committed ? .none : .invalidTxnState
            }
            state.end(committed: request.committed)
            return .none
        }
    }
}
