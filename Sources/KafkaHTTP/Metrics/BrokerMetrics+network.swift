// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol

// Requests, connections, quotas, and the process.
extension BrokerMetrics {
    private static let quantiles: [(text: String, fraction: Double)] = [
        ("0.50", 0.5), ("0.75", 0.75), ("0.95", 0.95), ("0.98", 0.98), ("0.99", 0.99), ("0.999", 0.999),
    ]

    mutating func writeRequests() {
        text.family("kafka_network_requestmetrics_requests", .counter, "Requests that were answered.")
        for (name, request) in named {
            let labels = Labels("request", name)
            for (version, count) in request.versions.sorted(by: { $0.key < $1.key }) {
                text.sample(labels.and("version", "\(version)"), count)
            }
        }
        times(
            "kafka_network_requestmetrics_totaltimems",
            "Milliseconds from when a request was read to when its answer was handed to the socket; quantiles of the last five minutes."
        ) { $0.total }
        times(
            "kafka_network_requestmetrics_localtimems",
            "Milliseconds in which a request kept its event loop; quantiles of the last five minutes."
        ) { $0.local }
        times(
            "kafka_network_requestmetrics_remotetimems",
            "Milliseconds in which a request waited, for records, members or another thread; quantiles of the last five minutes."
        ) { $0.remote }
    }

    /// With the names that they go by: a consumer's Fetch has two, and on a single node all are consumers'.
    private var named: [(name: String, request: RequestStatistics)] {
        observation.requests.flatMap { request in
            [(request.key.description, request)] + (request.key == .fetch ? [("FetchConsumer", request)] : [])
        }
    }

    private mutating func times(
        _ family: StaticString, _ help: StaticString, _ histogram: (RequestStatistics) -> LatencyHistogram
    ) {
        text.family(family, .summary, help)
        for (name, request) in named {
            let labels = Labels("request", name)
            let all = histogram(request)
            let earlier = past.old?.requests.first { $0.key == request.key }.map(histogram)
            let recent = earlier.map { all.since($0) } ?? all
            for (quantile, fraction) in Self.quantiles {
                text.sample(labels, quantile: quantile, recent.quantileMs(fraction) ?? .nan)
            }
            text.sums(labels, count: all.count, sum: Double(all.nanoseconds) / 1_000_000)
        }
    }

    mutating func writeNetwork() {
        text.family("kafka_server_socket_server_metrics_connection_count", .gauge, "Connections that are open.")
        for listener in observation.listeners { text.sample(Labels("listener", listener.name), listener.openCount) }
        text.family("kafka_server_socket_server_metrics_connection_creation", .counter, "Connections that came.")
        for listener in observation.listeners { text.sample(Labels("listener", listener.name), listener.admittedCount) }
        text.family("kafka_server_socket_server_metrics_connection_close", .counter, "Connections that went.")
        for listener in observation.listeners { text.sample(Labels("listener", listener.name), listener.closedCount) }
        text.family(
            "kafka_server_socket_server_metrics_connection_creation_rate", .gauge,
            "Connections that came in a second, over the last five minutes.")
        for listener in observation.listeners {
            text.sample(Labels("listener", listener.name), rate(listener) { $0.admittedCount })
        }
        text.family(
            "kafka_server_socket_server_metrics_connection_close_rate", .gauge,
            "Connections that went in a second, over the last five minutes.")
        for listener in observation.listeners {
            text.sample(Labels("listener", listener.name), rate(listener) { $0.closedCount })
        }
        let idle = idlePart
        gauge(
            "kafka_network_socketserver_networkprocessoravgidle_percent",
            "The part of the time, 0 to 1, in which event loops did nothing, over the last five minutes.", idle)
        gauge(
            "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
            "The same: requests are served by the event loops.", idle)
        gauge("kafka_network_requestchannel_requestqueuesize", "0: requests are served by the loop that reads them.", 0)
        gauge(
            "kafka_network_requestchannel_responsequeuesize", "0: answers are written by the loop that serves them.", 0)
        text.family(
            "kafka_eventloop_delay_seconds", .summary,
            "By how much tasks of event loops came too late; quantiles of the last five minutes.")
        let delays = observation.loops.reduce(into: LatencyHistogram?.none) { sum, loop in
            if sum == nil { sum = loop.delay } else { sum?.add(loop.delay) }
        }
        if let delays {
            let earlier = past.old?.loops.reduce(into: LatencyHistogram?.none) { sum, loop in
                if sum == nil { sum = loop.delay } else { sum?.add(loop.delay) }
            }
            let recent = earlier.flatMap { $0 }.map { delays.since($0) } ?? delays
            for (quantile, fraction) in Self.quantiles {
                text.sample(.none, quantile: quantile, recent.quantileMs(fraction).map { $0 / 1000 } ?? .nan)
            }
            text.sums(.none, count: delays.count, sum: Double(delays.nanoseconds) / 1_000_000_000)
        }
        text.family(
            "kafka_server_delayedoperationpurgatory_purgatorysize", .gauge, "Requests that wait, by what they wait as.")
        text.sample(Labels("delayedOperation", "Fetch"), observation.waitingFetches)
        text.sample(Labels("delayedOperation", "Rebalance"), observation.waitingMembers)
        gauge(
            "kafka_server_fetchsessioncache_numincrementalfetchsessions", "Fetch sessions that are kept.",
            observation.fetchSessions)
    }

    private func rate(
        _ listener: BrokerObservation.Listener, _ value: (BrokerObservation.Listener) -> UInt64
    ) -> Double {
        guard let before = past.oldest else { return 0 }
        let earlier = before.listeners.first { $0.name == listener.name }.map(value) ?? 0
        let seconds = Double(now.uptime &- before.uptime) / 1_000_000_000
        return seconds > 0 ? Double(value(listener) &- earlier) / seconds : 0
    }

    /// 1 while nobody has looked twice.
    private var idlePart: Double {
        var (busy, time) = (0.0, 0.0)
        for (index, loop) in observation.loops.enumerated() {
            let earlier = past.oldest.flatMap { $0.loops.indices.contains(index) ? $0.loops[index] : nil }
            guard let earlier, earlier.uptimeNanoseconds > 0, loop.uptimeNanoseconds > earlier.uptimeNanoseconds else {
                continue
            }
            busy += Double(loop.threadNanoseconds &- earlier.threadNanoseconds)
            time += Double(loop.uptimeNanoseconds &- earlier.uptimeNanoseconds)
        }
        return time > 0 ? min(max(1 - busy / time, 0), 1) : 1
    }

    mutating func writeQuotas() {
        budget.omit(observation.omittedQuotas * 2)
        for (name, help, resources, value) in [
            (
                "kafka_server_quota_byte_rate" as StaticString,
                "Bytes in a second of a client that has a quota." as StaticString, ["Produce", "Fetch"],
                { $0.perSecond } as (QuotaUse) -> Double
            ),
            (
                "kafka_server_quota_request_time", "Percent of a thread's time of a client that has a quota.",
                ["Request"],
                { $0.perSecond }
            ),
            (
                "kafka_server_quota_throttle_time",
                "Milliseconds for which a client that has a quota would have to wait now.",
                ["Produce", "Fetch", "Request"], { Double($0.throttleMs) }
            ),
        ] {
            text.family(name, .gauge, help)
            for use in observation.quotas where resources.contains(use.resource) {
                text.sample(
                    Labels("resource", use.resource).and("user", use.user ?? "").and("clientId", use.clientID ?? ""),
                    value(use))
            }
        }
    }

    mutating func writeProcess() {
        text.family("process_cpu_seconds", .counter, "Seconds of a core's time that the process has used.")
        text.sample(.none, process.cpuSeconds)
        gauge("process_resident_memory_bytes", "Bytes of memory in use.", Int(process.residentBytes))
        gauge("process_virtual_memory_bytes", "Bytes of the address space in use.", Int(process.virtualBytes))
        gauge("process_open_fds", "Open files and sockets.", process.openFiles)
        gauge("process_max_fds", "Files and sockets that may be open.", Double(process.mostOpenFiles))
        gauge("process_start_time_seconds", "When the process was started, in seconds since 1970.", process.startTime)
        gauge("process_threads", "Threads.", process.threadCount)
    }
}

extension BrokerObservation.Listener {
    fileprivate var closedCount: UInt64 { admittedCount &- UInt64(clamping: openCount) }
}
