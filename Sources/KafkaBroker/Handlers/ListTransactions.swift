// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Lists transactional ids by state, producer id (KIP-664), duration (KIP-994) and name (KIP-1152).
///
/// Those that the client may DESCRIBE.
struct ListTransactionsHandler: AsyncRequestHandler {
    typealias Request = ListTransactionsRequest

    let coordinator: TransactionCoordinator

    func handle(_ request: ListTransactionsRequest, _ context: RequestContext) async -> ListTransactionsResponse {
        let pattern: Pattern?
        do throws(Pattern.SyntaxError) { pattern = try Self.pattern(request.transactionalIDPattern) } catch {
            return ListTransactionsResponse { $0.errorCode = .invalidRegularExpression }
        }
        let states = Set(request.stateFilters.compactMap { TransactionState(name: $0) })
        let producerIDs = Set(request.producerIDFilters)
        let (error, found) = await coordinator.list { _, metadata, now in
            (request.stateFilters.isEmpty || states.contains(metadata.state))
                && (producerIDs.isEmpty || producerIDs.contains(metadata.producerID))
                && (request.durationFilter < 0
                    || now.subtractingSaturating(metadata.startTimestamp) > request.durationFilter)
        }
        var response = ListTransactionsResponse()
        response.errorCode = error
        response.unknownStateFilters = request.stateFilters.filter { TransactionState(name: $0) == nil }
        for (transactionalID, metadata) in found {
            if let pattern {
                // The thread is shared, and both pattern and ids may be long.
                await Task.yield()
                guard pattern.matches(transactionalID) else { continue }
            }
            guard context.authorize(.describe, .transactionalID, transactionalID) else { continue }
            response.transactionStates.append(
                .init {
                    $0.transactionalID = transactionalID
                    $0.producerID = metadata.producerID
                    $0.transactionState = metadata.state.name
                })
        }
        return response
    }

    /// A pattern has to match the whole id; none and an empty one match all.
    private static func pattern(_ text: String?) throws(Pattern.SyntaxError) -> Pattern? {
        guard let text, !text.isEmpty else { return nil }
        return try Pattern(text)
    }
}
