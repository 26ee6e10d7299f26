// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `/transactions`: those that coordinators know, the ones that are under way with what they write to.
enum Transactions {
    private static let most = 500

    static func json(_ data: ClusterData) async throws(ClientError) -> JSON {
        let brokers = try await data.metadata([]).brokers.map(\.nodeID)
        let answers = await ClusterData.each(brokers) { broker -> Result<ListTransactionsResponse, ClientError> in
            do throws(ClientError) {
                let response = try await data.calls.send(ListTransactionsRequest(), to: .broker(broker))
                guard response.errorCode == .none else {
                    return .failure(ClientError(response.errorCode, "listing the transactions of broker \(broker)"))
                }
                return .success(response)
            } catch {
                return .failure(error)
            }
        }
        var states: [ListTransactionsResponse.TransactionState] = []
        for answer in answers { states += try answer.get().transactionStates }
        let isOpen: (ListTransactionsResponse.TransactionState) -> Bool = {
            $0.transactionState == "Ongoing" || $0.transactionState.hasPrefix("Prepare")
        }
        states.sort { (isOpen($0) ? 0 : 1, $0.transactionalID) < (isOpen($1) ? 0 : 1, $1.transactionalID) }
        let shown = Array(states.prefix(most))
        let details = await ClusterData.each(shown) { state -> DescribeTransactionsResponse.TransactionState? in
            guard state.transactionState == "Ongoing" || state.transactionState.hasPrefix("Prepare") else { return nil }
            let id = state.transactionalID
            let response = try? await data.calls.send(
                DescribeTransactionsRequest { $0.transactionalIDs = [id] }, to: .transaction(id))
            return response?.transactionStates.first { $0.errorCode == .none }
        }
        return .members([
            "count": .integer(Int64(states.count)),
            "transactions": .array(
                zip(shown, details).map { state, detail in
                    .members([
                        "id": .string(state.transactionalID),
                        "producer": .integer(state.producerID),
                        "state": .string(state.transactionState),
                        "started": detail.map { .integer($0.transactionStartTimeMs) } ?? .null,
                        "timeout": detail.map { .integer(Int64($0.transactionTimeoutMs)) } ?? .null,
                        "topics": detail.map { detail in
                            .array(
                                detail.topics.map { topic in
                                    .members([
                                        "topic": .string(topic.topic), "partitions": .list(topic.partitions),
                                    ])
                                })
                        } ?? .null,
                    ])
                }),
        ])
    }
}
