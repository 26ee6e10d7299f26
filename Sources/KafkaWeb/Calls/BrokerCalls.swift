// SPDX-License-Identifier: Apache-2.0

package import KafkaBroker
package import KafkaClient
package import KafkaProtocol

/// The broker of this process, asked as somebody who has logged in, so that access control lists count as over Kafka's
/// protocol.
package struct BrokerCalls: ClusterCalls {
    private let broker: KafkaBroker.Broker
    private let principal: Principal
    private let host: String

    /// - Parameter host: the address of who asks.
    package init(_ broker: KafkaBroker.Broker, as principal: Principal, host: String) {
        self.broker = broker
        self.principal = principal
        self.host = host
    }

    package func send<R: RequestMessage>(
        to destination: Cluster.Destination, versions: ClosedRange<Int16>, _ make: @Sendable (Int16) -> R
    ) async throws(ClientError) -> R.Response {
        let newest = R.versions.upperBound
        let version = min(versions.upperBound, newest)
        do {
            return try await broker.call(
                make(version), as: principal, version: version == newest ? nil : version, clientID: "kafka-web",
                host: host)
        } catch is CancellationError {
            throw ClientError(.cancelled, "the request was given up")
        } catch {
            throw ClientError(.invalidArgument, "\(error)")
        }
    }
}
