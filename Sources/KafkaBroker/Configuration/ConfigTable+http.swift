// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    /// Of this broker alone: Kafka has no server for HTTP, and its lists don't show them.
    static let brokerHTTP: [ConfigDefinition] = [
        .list(
            "http.listeners", "",
            "Where HTTP is served: http://host:port or https://host:port, separated by commas; none if empty.", .any
        ).hidden,
        .list(
            "http.allowed.hosts", "",
            "Names by which a browser may call HTTP on a loopback address, besides localhost and addresses.", .any
        ).hidden,
        .bool("http.metrics.open", false, "Whether /metrics is for everybody, also where there are logins.").hidden,
        .string(
            "http.metrics.compat", "strimzi", "Whose names /metrics has: strimzi or confluent.",
            .oneOf(["strimzi", "confluent"])
        ).hidden,
        .int(
            "http.metrics.max.series", 20_000,
            "Series of partitions, and of topics, that /metrics has at most; more are summed up.", .atLeast(0)
        ).hidden,
    ]
}
