// SPDX-License-Identifier: Apache-2.0

/// How the names of Kafka's beans are written, of which there are two ways that dashboards are made for.
enum MetricsDialect: String, Sendable, CaseIterable {
    /// The rules that Strimzi and the JMX exporter's own example have.
    case strimzi
    /// Those of Confluent's monitoring stacks, which leave the beans' names as they are, but for case.
    case confluent

    /// What a family is called instead; nil if it is called the same.
    /// - Parameter name: as Strimzi has it, of a counter without `_total`.
    func name(of name: StaticString) -> StaticString? {
        self == .confluent ? Self.confluentNames[name.description] : nil
    }

    private static let confluentNames: [String: StaticString] = [
        "kafka_server_brokertopicmetrics_messagesin": "kafka_server_brokertopicmetrics_messagesinpersec",
        "kafka_server_brokertopicmetrics_bytesin": "kafka_server_brokertopicmetrics_bytesinpersec",
        "kafka_server_brokertopicmetrics_bytesout": "kafka_server_brokertopicmetrics_bytesoutpersec",
        "kafka_server_brokertopicmetrics_bytesrejected": "kafka_server_brokertopicmetrics_bytesrejectedpersec",
        "kafka_server_brokertopicmetrics_totalproducerequests":
            "kafka_server_brokertopicmetrics_totalproducerequestspersec",
        "kafka_server_brokertopicmetrics_failedproducerequests":
            "kafka_server_brokertopicmetrics_failedproducerequestspersec",
        "kafka_server_brokertopicmetrics_totalfetchrequests":
            "kafka_server_brokertopicmetrics_totalfetchrequestspersec",
        "kafka_server_brokertopicmetrics_failedfetchrequests":
            "kafka_server_brokertopicmetrics_failedfetchrequestspersec",
        "kafka_network_requestmetrics_requests": "kafka_network_requestmetrics_requestspersec",
        "kafka_server_replicamanager_isrshrinks": "kafka_server_replicamanager_isrshrinkspersec",
        "kafka_server_replicamanager_isrexpands": "kafka_server_replicamanager_isrexpandspersec",
        "kafka_controller_controllerstats_uncleanleaderelections":
            "kafka_controller_controllerstats_uncleanleaderelectionspersec",
        "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent":
            "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_oneminuterate",
        "kafka_network_socketserver_networkprocessoravgidle_percent":
            "kafka_network_socketserver_networkprocessoravgidlepercent",
        "kafka_server_socket_server_metrics_connection_count": "kafka_server_socketservermetrics_connection_count",
        "kafka_server_socket_server_metrics_connection_creation_rate":
            "kafka_server_socketservermetrics_connection_creation_rate",
        "kafka_server_socket_server_metrics_connection_close_rate":
            "kafka_server_socketservermetrics_connection_close_rate",
    ]
}
