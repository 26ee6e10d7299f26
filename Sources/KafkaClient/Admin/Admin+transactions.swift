// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension Admin {
    /// The transactions of all coordinators.
    public func listTransactions(
        _ request: ListTransactionsRequest = ListTransactionsRequest()
    ) async throws(ClientError) -> [(broker: Int32, result: Result<ListTransactionsResponse, ClientError>)] {
        try await sendToAll(request).map { broker, result in
            (
                broker,
                result.mapError { ClientError($0.kind, "broker \(broker): \($0.message)") }.flatMap { response in
                    Result<Void, ClientError>(response.errorCode, "listing the transactions of broker \(broker)")
                        .map { response }
                }
            )
        }
    }

    /// Gives a transactional id a new epoch, so that its producer is fenced and what it left open is aborted.
    public func fenceProducer(_ id: String) async throws(ClientError) {
        let request = InitProducerIdRequest {
            $0.transactionalID = id
            $0.transactionTimeoutMs = timeoutMs
        }
        let what = "transactional id \(id)"
        // The coordinator first ends what is open, and wants to be asked again (CONCURRENT_TRANSACTIONS).
        try await retrying(
            until: .now + timeout, cluster.retryBackoff, what, troubles: cluster.troubles
        ) { () throws(ClientError) in
            let response = try await send(request, to: .transaction(id))
            guard response.errorCode == .none else { throw ClientError(response.errorCode, what) }
        }
    }

    /// Transactions, each from its coordinator; in the order given.
    public func describeTransactions(
        _ ids: [String]
    ) async -> [(transactionalID: String, result: Result<DescribeTransactionsResponse.TransactionState, ClientError>)] {
        var results:
            [(transactionalID: String, result: Result<DescribeTransactionsResponse.TransactionState, ClientError>)] = []
        for id in ids {
            do throws(ClientError) {
                let response = try await send(
                    DescribeTransactionsRequest { $0.transactionalIDs = [id] }, to: .transaction(id))
                guard let state = response.transactionStates.first else {
                    throw ClientError(.invalidResponse, "the broker's answer lacks transactional id \(id)")
                }
                results.append(
                    (id, Result<Void, ClientError>(state.errorCode, "transactional id \(id)").map { state }))
            } catch {
                results.append((id, .failure(error)))
            }
        }
        return results
    }
}
