// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Lists transactional ids by state, producer id (KIP-664), duration (KIP-994) and name (KIP-1152).
struct ListTransactionsHandler: AsyncRequestHandler {
    typealias Request = ListTransactionsRequest

    let coordinator: TransactionCoordinator

    func handle(_ request: ListTransactionsRequest, _ context: RequestContext) async -> ListTransactionsResponse {
        let states = Set(request.stateFilters.compactMap { TransactionState(name: $0) })
        let producerIDs = Set(request.producerIDFilters)
        let (error, found) = await coordinator.list { _, metadata, now in
            (request.stateFilters.isEmpty || states.contains(metadata.state))
                && (producerIDs.isEmpty || producerIDs.contains(metadata.producerID))
                && (request.durationFilter < 0 || now.subtractingSaturating(metadata.startTimestamp) > request.durationFilter)
        }
        var response = ListTransactionsResponse()
        response.errorCode = error
        response.unknownStateFilters = request.stateFilters.filter { TransactionState(name: $0) == nil }
        do {
            let matches = try matcher(request.transactionalIDPattern)
            for (transactionalID, metadata) in found where try matches(transactionalID) {
                response.transactionStates.append(
                    .init {
                        $0.transactionalID = transactionalID
                        $0.producerID = metadata.producerID
                        $0.transactionState = metadata.state.name
                    })
            }
        } catch {
            return ListTransactionsResponse { $0.errorCode = .invalidRegularExpression }
        }
        return response
    }

    /// A pattern has to match the whole id; none and an empty one match all.
    private func matcher(_ pattern: String?) throws -> (String) throws -> Bool {
        guard let pattern, !pattern.isEmpty else { return { _ in true } }
        let expression = try Regex(pattern)
        return { try expression.wholeMatch(in: $0) != nil }
    }
}
