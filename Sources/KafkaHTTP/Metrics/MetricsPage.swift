// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import NIOCore
internal import Synchronization

/// `/metrics`: what the broker has and has done, for Prometheus, under the names that the JMX exporter's rules for Kafka
/// and kafka_exporter give, so that dashboards made for them work.
///
/// DESCRIBE on the cluster, unless `http.metrics.open`.
final class MetricsPage: Sendable {
    private let broker: Broker
    private let observer: BrokerObserver
    private let past = Mutex(RecentPast())

    init(_ broker: Broker) {
        self.broker = broker
        observer = BrokerObserver(broker)
    }

    func add(to router: inout HTTPRouter) {
        let isOpen = broker.configuration.bool("http.metrics.open")
        router.add(.get, "/metrics", access: isOpen ? .open : .login) { [self] request in
            guard isOpen || broker.mayDescribeCluster(request.principal, from: request.clientAddress) else {
                throw HTTPProblem(403, "\(request.principal) may not DESCRIBE the cluster")
            }
            return try await answer(request)
        }
    }

    private func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        let observation = try await observer.observe()
        let limit = broker.configuration.int("http.metrics.max.series")
        let format = Self.format(request)
        let now = RecentPast.Moment(observation, uptime: NIODeadline.now().uptimeNanoseconds)
        let before = past.withLock { $0.compare(now) }
        let bytes = try await broker.inBackground {
            var metrics = BrokerMetrics(
                observation, now: now, before: before, process: ProcessFigures(), format: format, limit: limit)
            metrics.write()
            return metrics.finish()
        }
        return HTTPResponse(type: format.contentType, ByteBuffer(bytes: bytes))
    }

    /// OpenMetrics for who likes it better, and has said so.
    static func format(_ request: HTTPRequest) -> MetricsText.Format {
        request.preferredType(["text/plain", "application/openmetrics-text"]) == "text/plain"
            ? .prometheus : .openMetrics
    }
}
