// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import NIOCore
internal import Synchronization

/// `/metrics`: what the broker has and has done, for Prometheus, under the names that the JMX exporter's rules for Kafka
/// and kafka_exporter give, so that dashboards made for them work.
///
/// `?compat=confluent` gives the names of Confluent's dashboards where they are others.
///
/// DESCRIBE on the cluster, unless `http.metrics.open`.
final class MetricsPage: Sendable {
    private let broker: Broker
    private let observer: BrokerObserver
    private let past = Mutex(RecentPast())
    /// What is being written: whoever asks meanwhile gets the same, so that many who ask take no more memory than one.
    private let writing = Mutex<[Kind: Task<[UInt8], any Error>]>([:])

    private struct Kind: Hashable {
        var format: MetricsText.Format
        var dialect: MetricsDialect
        var isCompressed: Bool
    }

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
        let kind = try kind(request)
        let task = writing.withLock { writing in
            if let task = writing[kind] { return task }
            let task = Task {
                defer { self.writing.withLock { $0[kind] = nil } }
                return try await write(kind)
            }
            writing[kind] = task
            return task
        }
        var response = HTTPResponse(type: kind.format.contentType, ByteBuffer(bytes: try await task.value))
        response.headers.append(("Vary", "Accept-Encoding"))
        if kind.isCompressed { response.headers.append(("Content-Encoding", "gzip")) }
        return response
    }

    private func kind(_ request: HTTPRequest) throws -> Kind {
        let name = request.query["compat"] ?? broker.configuration.string("http.metrics.compat")
        guard let dialect = MetricsDialect(rawValue: name) else {
            let known = MetricsDialect.allCases.map(\.rawValue).joined(separator: " and ")
            throw HTTPProblem(400, "there are no names of '\(name.printable)' for metrics, but of \(known)")
        }
        // OpenMetrics wants counters to end in _total, whatever others call them.
        return Kind(
            format: dialect == .strimzi ? Self.format(request) : .prometheus, dialect: dialect,
            isCompressed: request.takesGzip)
    }

    private func write(_ kind: Kind) async throws -> [UInt8] {
        let observation = try await observer.observe()
        let limit = broker.configuration.int("http.metrics.max.series")
        let now = RecentPast.Moment(observation, uptime: NIODeadline.now().uptimeNanoseconds)
        let compared = past.withLock { $0.compare(now) }
        return try await broker.inBackground {
            var metrics = BrokerMetrics(
                observation, now: now, past: compared, process: ProcessFigures(), format: kind.format,
                dialect: kind.dialect, limit: limit)
            metrics.write()
            return kind.isCompressed ? try Self.compressed(metrics.finish()) : metrics.finish()
        }
    }

    /// The lines of many partitions are much alike: the quickest level makes a thirtieth of them.
    private static func compressed(_ text: [UInt8]) throws -> [UInt8] {
        var compressor = Compressor()
        return try text.withUnsafeBytes { bytes in
            Array(try compressor.compress(bytes, CompressionSettings(.gzip, level: 1)))
        }
    }

    /// OpenMetrics for who likes it better, and has said so.
    static func format(_ request: HTTPRequest) -> MetricsText.Format {
        request.preferredType(["text/plain", "application/openmetrics-text"]) == "text/plain"
            ? .prometheus : .openMetrics
    }
}
