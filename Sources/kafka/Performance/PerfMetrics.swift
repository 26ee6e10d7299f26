// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// The table of `--print-metrics`: what the client counts, under the names that Java's client has for it.
enum PerfMetrics {
    static func print(_ statistics: ProducerStatistics, of configuration: ClientConfiguration, _ context: Context) {
        let batches = Double(max(statistics.batchesDelivered, 1))
        let records = Double(max(statistics.recordsDelivered, 1))
        let requests = Double(max(statistics.requestsSent, 1))
        let bytes = Double(statistics.bytesDelivered)
        print(
            group: "producer-metrics", clientID: configuration.clientID ?? "",
            [
                ("batch-size-avg", bytes / batches), ("record-error-total", Double(statistics.recordsFailed)),
                ("record-retry-total", Double(statistics.retries)),
                ("record-send-total", Double(statistics.recordsDelivered)), ("record-size-avg", bytes / records),
                ("records-per-request-avg", records / requests), ("request-total", Double(statistics.requestsSent)),
            ], context)
    }

    /// - Parameter metrics: in the order of their names.
    static func print(group: String, clientID: String, _ metrics: [(name: String, value: Double)], _ context: Context) {
        let names = metrics.map { "\(group):\($0.name):{client-id=\(clientID)}" }
        let width = names.map(\.count).max() ?? 0
        func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        context.out.line("\n\(padded("Metric Name"))   Value")
        for (name, metric) in zip(names, metrics) {
            context.out.line("\(padded(name)) : \(Decimal.text(metric.value, 3))")
        }
    }
}
