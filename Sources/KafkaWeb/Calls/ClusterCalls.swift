// SPDX-License-Identifier: Apache-2.0

package import KafkaClient
package import KafkaProtocol

/// Sends requests to a cluster for one who looks at it: to the broker of this process as the one who has logged in, or
/// through a client.
package protocol ClusterCalls: Sendable {
    /// Sends a request in the highest version of `versions` that both sides have; `make` gets it.
    ///
    /// Error codes inside the answer are the caller's.
    func send<R: RequestMessage>(
        to destination: Cluster.Destination, versions: ClosedRange<Int16>, _ make: @Sendable (Int16) -> R
    ) async throws(ClientError) -> R.Response
}

extension ClusterCalls {
    /// The same in any version.
    package func send<R: RequestMessage>(
        _ request: R, to destination: Cluster.Destination = .any
    ) async throws(ClientError) -> R.Response {
        try await send(to: destination, versions: R.versions) { _ in request }
    }
}

/// A cluster anywhere, seen by a client.
package struct ClientCalls: ClusterCalls {
    private let cluster: Cluster

    package init(_ cluster: Cluster) { self.cluster = cluster }

    package func send<R: RequestMessage>(
        to destination: Cluster.Destination, versions: ClosedRange<Int16>, _ make: @Sendable (Int16) -> R
    ) async throws(ClientError) -> R.Response {
        do throws(ClientError) {
            return try await sendOnce(to: destination, versions, make)
        } catch {
            guard case .broker = destination, error.isUnreachable else { throw error }
            // One that has come or moved since brokers were last asked for.
            _ = try await cluster.brokers()
            return try await sendOnce(to: destination, versions, make)
        }
    }

    /// Nobody waits for a page as long as for a command.
    private static let patience = Duration.seconds(15)

    private func sendOnce<R: RequestMessage>(
        to destination: Cluster.Destination, _ versions: ClosedRange<Int16>, _ make: @Sendable (Int16) -> R
    ) async throws(ClientError) -> R.Response {
        try await cluster.send(to: destination, timeout: Self.patience, versions: versions) {
            (version) throws(ClientError) in make(version)
        }
    }
}
