// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Administration: typed calls that send each request where it belongs, split it over brokers where needed, and retry
/// what may pass.
///
/// Results for several targets come one by one, so that a caller can report each.
public struct Admin: Sendable {
    /// The cluster that is administered; the caller closes it.
    public let cluster: Cluster

    /// Costs nothing, and asks nobody.
    public init(_ cluster: Cluster) { self.cluster = cluster }

    /// How long a call goes on retrying.
    var timeout: Duration { cluster.configuration.defaultAPITimeout }
    var timeoutMs: Int32 { cluster.configuration.requestTimeout.milliseconds32 }
    /// How long nobody may be there who alone can answer, before that is the answer: ten times
    /// `reconnect.backoff.max.ms`, which makes ten seconds.
    var patience: ContinuousClock.Instant { .now + min(timeout, cluster.configuration.reconnectBackoffMax * 10) }

    /// Sends a request whose answer is taken as a whole; a broker that says it is not the controller, or not the
    /// coordinator, is believed and the right one is asked. One that alone can answer is given up after ten seconds
    /// out of reach, or once the cluster has given it up.
    public func send<R: RequestMessage>(
        _ request: R, to destination: Cluster.Destination = .any
    ) async throws(ClientError) -> R.Response {
        try await send(to: destination) { _ in request }
    }

    func send<R: RequestMessage>(
        to destination: Cluster.Destination = .any, versions: ClosedRange<Int16> = R.versions,
        until end: ContinuousClock.Instant? = nil, _ make: @Sendable (Int16) throws(ClientError) -> R
    ) async throws(ClientError) -> R.Response {
        let deadline = end ?? ContinuousClock.now + timeout
        let patience = patience
        return try await retrying(
            until: deadline, cluster.retryBackoff, "\(R.apiKey)", troubles: cluster.troubles
        ) { () throws(ClientError) in
            let response: R.Response
            if case .broker(let id) = destination {
                do throws(ClientError) {
                    response = try await cluster.sendOnce(to: destination, until: deadline, versions: versions, make)
                } catch {
                    guard error.kind == .connection else { throw error }
                    let isKnown = await cluster.stillHas(id, deadline: deadline)
                    guard isKnown, patience > .now else {
                        throw ClientError(.broker(.brokerNotAvailable), error.message)
                    }
                    throw error
                }
            } else {
                response = try await cluster.send(
                    to: destination, timeout: deadline.remaining, versions: versions, make)
            }
            if let misdirection = Misdirection.of(response) {
                await cluster.forget(destination)
                throw ClientError(misdirection, "\(R.apiKey)")
            }
            return response
        }
    }

    /// Sends a request to several brokers at a time; nil means all that the cluster has.
    public func sendToAll<R: RequestMessage>(
        _ request: R, brokers: [Int32]? = nil
    ) async throws(ClientError) -> [(broker: Int32, result: Result<R.Response, ClientError>)] {
        let ids = if let brokers { brokers } else { try await cluster.brokers().map(\.id) }
        return await withTaskGroup(of: (broker: Int32, result: Result<R.Response, ClientError>).self) { group in
            for id in ids {
                group.addTask {
                    do throws(ClientError) {
                        return (id, .success(try await send(request, to: .broker(id))))
                    } catch {
                        return (id, .failure(error))
                    }
                }
            }
            var results: [(broker: Int32, result: Result<R.Response, ClientError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.broker < $1.broker }
        }
    }
}

extension Result where Success == Void, Failure == ClientError {
    /// Success for `.none`, else the error.
    init(_ code: ErrorCode, _ subject: String, _ brokerMessage: String? = nil) {
        self = code == .none ? .success(()) : .failure(ClientError(code, subject, brokerMessage))
    }
}

/// Finds out whether an answer as a whole says "not me" or "not yet".
enum Misdirection {
    static func of(_ response: some ResponseMessage) -> ErrorCode? {
        let codes: [ErrorCode] =
            switch response {
            case let response as CreateTopicsResponse: response.topics.map(\.errorCode)
            case let response as DeleteTopicsResponse: response.responses.map(\.errorCode)
            case let response as CreatePartitionsResponse: response.results.map(\.errorCode)
            case let response as IncrementalAlterConfigsResponse: response.responses.map(\.errorCode)
            case let response as AlterConfigsResponse: response.responses.map(\.errorCode)
            case let response as ElectLeadersResponse: [response.errorCode]
            case let response as AlterPartitionReassignmentsResponse: [response.errorCode]
            case let response as ListPartitionReassignmentsResponse: [response.errorCode]
            case let response as UpdateFeaturesResponse: [response.errorCode]
            case let response as AlterClientQuotasResponse: response.entries.map(\.errorCode)
            case let response as AlterUserScramCredentialsResponse: response.results.map(\.errorCode)
            case let response as CreateAclsResponse: response.results.map(\.errorCode)
            case let response as DeleteAclsResponse: response.filterResults.map(\.errorCode)
            case let response as UnregisterBrokerResponse: [response.errorCode]
            case let response as DescribeQuorumResponse:
                [response.errorCode] + response.topics.flatMap { $0.partitions.map(\.errorCode) }
            case let response as AddRaftVoterResponse: [response.errorCode]
            case let response as RemoveRaftVoterResponse: [response.errorCode]
            case let response as DescribeAclsResponse: [response.errorCode]
            case let response as DescribeConfigsResponse: response.results.map(\.errorCode)
            case let response as DescribeUserScramCredentialsResponse: [response.errorCode]
            case let response as CreateDelegationTokenResponse: [response.errorCode]
            case let response as RenewDelegationTokenResponse: [response.errorCode]
            case let response as ExpireDelegationTokenResponse: [response.errorCode]
            case let response as ListGroupsResponse: [response.errorCode]
            case let response as ListTransactionsResponse: [response.errorCode]
            case let response as OffsetCommitResponse: response.topics.flatMap { $0.partitions.map(\.errorCode) }
            case let response as TxnOffsetCommitResponse: response.topics.flatMap { $0.partitions.map(\.errorCode) }
            case let response as OffsetFetchResponse: [response.errorCode] + response.groups.map(\.errorCode)
            case let response as OffsetDeleteResponse: [response.errorCode]
            case let response as DescribeGroupsResponse: response.groups.map(\.errorCode)
            case let response as ConsumerGroupDescribeResponse: response.groups.map(\.errorCode)
            case let response as ShareGroupDescribeResponse: response.groups.map(\.errorCode)
            case let response as StreamsGroupDescribeResponse: response.groups.map(\.errorCode)
            case let response as DeleteGroupsResponse: response.results.map(\.errorCode)
            case let response as LeaveGroupResponse: [response.errorCode]
            case let response as DescribeShareGroupOffsetsResponse: response.groups.map(\.errorCode)
            case let response as AlterShareGroupOffsetsResponse: [response.errorCode]
            case let response as DeleteShareGroupOffsetsResponse: [response.errorCode]
            case let response as InitProducerIdResponse: [response.errorCode]
            case let response as AddOffsetsToTxnResponse: [response.errorCode]
            case let response as EndTxnResponse: [response.errorCode]
            case let response as DescribeTransactionsResponse: response.transactionStates.map(\.errorCode)
            default: []
            }
        return codes.first { signs.contains($0) }
    }

    /// A controller that is not the active one leads no metadata.
    private static let signs: Set<ErrorCode> = [
        .notController, .notLeaderOrFollower, .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress,
    ]
}
