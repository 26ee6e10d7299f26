// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// What a variable of the environment is to a broker in a container.
enum ImageVariable: Equatable {
    /// A property of the broker.
    case property(String)
    /// Said by the image of itself, or meant for a tool: nothing is lost by not heeding it.
    case elsewhere
    /// Something that a broker without a Java machine has no use for.
    case unheeded

    /// - Parameter name: begins with `KAFKA_`.
    init(_ name: String, _ value: String) {
        if Self.isOfKubernetes(name, value) || Self.others.contains(name) {
            self = .elsewhere
        } else if Self.java.contains(name) {
            self = .unheeded
        } else {
            self = .property(Self.property(name))
        }
    }

    /// `KAFKA_LOG_RETENTION_MS` is log.retention.ms; two underscores are one, and three a hyphen. `KAFKA_CFG_` is what
    /// the images of bitnami begin with.
    static func property(_ variable: String) -> String {
        let name = variable.dropFirst(variable.hasPrefix("KAFKA_CFG_") ? 10 : 6).lowercased()
        var text = ""
        var underscores = 0
        for character in name {
            if character == "_" {
                underscores += 1
                continue
            }
            text += mark(underscores)
            underscores = 0
            text.append(character)
        }
        return text + mark(underscores)
    }

    private static func mark(_ underscores: Int) -> String {
        String(repeating: "-", count: underscores / 3) + ["", ".", "_"][underscores % 3]
    }

    /// The variable that sets a property.
    static func variable(_ property: String) -> String {
        var text = "KAFKA_"
        for character in property {
            switch character {
            case ".": text += "_"
            case "_": text += "__"
            case "-": text += "___"
            default: text += character.uppercased()
            }
        }
        return text
    }

    /// What Kubernetes tells every container of a service whose name begins with kafka: `KAFKA_PORT=tcp://10.0.0.1:9092`,
    /// `KAFKA_SERVICE_HOST`, `KAFKA_PORT_9092_TCP_ADDR`.
    private static func isOfKubernetes(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_PORT"), ["tcp://", "udp://", "sctp://"].contains(where: value.hasPrefix) { return true }
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        for (index, word) in words.enumerated().dropFirst() {
            let rest = words[(index + 1)...]
            if word == "SERVICE", rest.first == "PORT" || rest.elementsEqual(["HOST"]) { return true }
            guard word == "PORT", let number = rest.first, UInt16(number) != nil,
                let transport = rest.dropFirst().first,
                ["TCP", "UDP", "SCTP"].contains(transport)
            else { continue }
            let end = rest.dropFirst(2)
            if end.isEmpty || end.count == 1 && ["PROTO", "PORT", "ADDR"].contains(end.first) { return true }
        }
        return false
    }

    /// Read by the tools here, or said by images of where they keep things.
    private static let others: Set<String> = [
        "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BROKER", "KAFKA_BROKERS", "KAFKA_BROKER_LIST", "KAFKA_CLUSTER",
        "KAFKA_COMMAND_CONFIG", "KAFKA_CONFIG", "KAFKA_LOG_FORMAT",
        "KAFKA_LOG_LEVEL", "KAFKA_SHELL_LINE", "KAFKA_STRICT",
        "KAFKA_BASE_DIR", "KAFKA_BIN_DIR", "KAFKA_CERTS_DIR", "KAFKA_CONF_DIR", "KAFKA_CONF_FILE",
        "KAFKA_DAEMON_GROUP", "KAFKA_DAEMON_USER", "KAFKA_DATA_DIR", "KAFKA_ENABLE_KRAFT", "KAFKA_HOME",
        "KAFKA_INITSCRIPTS_DIR", "KAFKA_MOUNTED_CONF_DIR", "KAFKA_SKIP_KRAFT_STORAGE_INIT", "KAFKA_VERSION",
        "KAFKA_VOLUME_DIR",
    ]

    private static let java: Set<String> = [
        "KAFKA_DEBUG", "KAFKA_GC_LOG_OPTS", "KAFKA_HEAP_OPTS", "KAFKA_JMX_HOSTNAME", "KAFKA_JMX_OPTS", "KAFKA_JMX_PORT",
        "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_TOOLS_LOG4J_LOGLEVEL",
    ]
}
