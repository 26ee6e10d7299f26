// SPDX-License-Identifier: Apache-2.0

/// What a command finds in its environment, so that whatever it is written with finds the broker, and nothing else.
enum DevEnvironment {
    /// The names under which programs look for brokers, and who does.
    static let addressVariables: [(name: String, readers: String)] = [
        ("KAFKA_BOOTSTRAP_SERVERS", "these tools, Quarkus, Micronaut, many programs of their own"),
        ("BOOTSTRAP_SERVERS", "many programs with librdkafka or kafka-python"),
        ("KAFKA_BROKERS", "many programs in Go and JavaScript"), ("KAFKA_BROKER", "the same, where there is one"),
        ("KAFKA_BROKER_LIST", "older programs"), ("BROKERS", "kafkactl"), ("RPK_BROKERS", "rpk"),
        ("SPRING_KAFKA_BOOTSTRAP_SERVERS", "Spring Boot"),
        ("SPRING_CLOUD_STREAM_KAFKA_BINDER_BROKERS", "Spring Cloud Stream"),
        ("MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_BOOTSTRAP_SERVERS", "SmallRye and Quarkus' messaging"),
    ]
    /// kcat's file of properties.
    static let kcatVariable = "KCAT_CONFIG"

    /// - Parameters:
    ///   - servers: HOST:PORT of the broker.
    ///   - kcatConfig: a file that names it.
    static func variables(
        servers: String, kcatConfig: String, _ environment: Environment
    ) -> [(name: String, value: String)] {
        var all = addressVariables.map { (name: $0.name, value: servers) }
        all.append((kcatVariable, kcatConfig))
        // A cluster that the user has named, with its address and password, is not meant here.
        for name in [ChosenProfile.variable, PropertySources.fileVariable] where environment.text(name) != nil {
            all.append((name, ""))
        }
        if let file = try? ProfileFile.load(environment), file.current != nil {
            all.append(("KAFKA_CONFIG", "/dev/null"))
        }
        return all
    }
}
