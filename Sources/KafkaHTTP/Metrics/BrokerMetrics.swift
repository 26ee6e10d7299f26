// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol

/// Writes an observation under the names that dashboards know.
///
/// The names of beans are lower-case and as the rules of the JMX exporter that Strimzi ships make them; the labels are the
/// beans' own.
struct BrokerMetrics: ~Copyable {
    typealias Labels = MetricsText.Labels

    let observation: BrokerObservation
    let now: RecentPast.Moment
    let past: RecentPast.Comparison
    let process: ProcessFigures
    /// `topic="…"` of each topic of the observation.
    let topicLabels: [Labels]
    let partitionCount: Int
    var text: MetricsText
    var budget: SeriesBudget

    init(
        _ observation: BrokerObservation, now: RecentPast.Moment, past: RecentPast.Comparison, process: ProcessFigures,
        format: MetricsText.Format, dialect: MetricsDialect = .strimzi, limit: Int
    ) {
        self.observation = observation
        self.now = now
        self.past = past
        self.process = process
        topicLabels = observation.topics.map { Labels("topic", $0.name) }
        partitionCount = observation.topics.reduce(0) { $0 + $1.partitions.count }
        text = MetricsText(format, dialect)
        budget = SeriesBudget(limit: limit)
    }

    /// What is most used comes first, so that it has its place where series are limited.
    mutating func write() {
        writeProcess()
        writeGroups()
        writeExportedTopics()
        writeTraffic()
        writeLogs()
        writePartitions()
        writeCluster()
        writeRequests()
        writeNetwork()
        writeCoordinator()
        writeQuotas()
        text.family(
            "kafka_metrics_series_omitted", .gauge,
            "Series that are left out or summed up, because there are more than http.metrics.max.series.")
        text.sample(.none, budget.omitted)
    }

    consuming func finish() -> [UInt8] { text.finish() }

    /// A family of one sample.
    mutating func gauge(_ name: StaticString, _ help: StaticString, _ value: Int) {
        text.family(name, .gauge, help)
        text.sample(.none, value)
    }

    mutating func gauge(_ name: StaticString, _ help: StaticString, _ value: Double) {
        text.family(name, .gauge, help)
        text.sample(.none, value)
    }

    mutating func counter(_ name: StaticString, _ help: StaticString, _ value: UInt64) {
        text.family(name, .counter, help)
        text.sample(.none, value)
    }
}
