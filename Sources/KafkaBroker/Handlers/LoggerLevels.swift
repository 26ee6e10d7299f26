// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The levels of this broker's loggers as configurations, which end with the process (KIP-412).
struct LoggerLevels {
    let loggers: BrokerLoggers
    let nodeID: Int32

    func describe() -> [DescribeConfigsResponse.Config] {
        loggers.levels.map { name, level in
            DescribeConfigsResponse.Config {
                $0.name = name
                $0.value = LogLevelName.name(level)
                $0.configSource = ConfigSource.dynamicBrokerLogger.rawValue
            }
        }
    }

    func alter(
        _ broker: String, _ changes: [ConfigChange], validateOnly: Bool
    ) -> MetadataError? {
        do throws(MetadataError) {
            guard let id = Int32(broker) else {
                throw MetadataError(.invalidRequest, "Node id must be an integer, but it is: \(broker)")
            }
            guard id == nodeID else {
                throw MetadataError(.invalidRequest, "Unexpected broker id, expected \(nodeID), but received \(broker)")
            }
            guard Set(changes.map(\.name)).count == changes.count else {
                throw MetadataError(.invalidRequest, "Error due to duplicate config keys")
            }
            // All of them, or none.
            for change in changes { try check(change) }
            guard !validateOnly else { return nil }
            for change in changes {
                let level = ConfigChange.Operation(rawValue: change.operation) == .set ? change.value : nil
                loggers.set(change.name, level.flatMap(LogLevelName.level))
            }
            return nil
        } catch {
            return error
        }
    }

    private func check(_ change: ConfigChange) throws(MetadataError) {
        guard let operation = ConfigChange.Operation(rawValue: change.operation) else {
            throw MetadataError(.invalidRequest, "Unknown operations type \(change.operation)")
        }
        guard operation == .set || operation == .delete else {
            throw MetadataError(
                .invalidRequest, "\(operation.name) operation is not allowed for the BROKER_LOGGER resource")
        }
        guard loggers.exists(change.name) else {
            throw MetadataError(.invalidConfig, "Logger \(change.name) does not exist!")
        }
        if operation == .delete, change.name == BrokerLoggers.root {
            throw MetadataError(.invalidRequest, "Removing the log level of the root logger is not allowed")
        }
        guard operation == .delete || change.value.flatMap(LogLevelName.level) != nil else {
            throw MetadataError(
                .invalidConfig,
                "Cannot set the log level of \(change.name) to \(change.value ?? "null") as it is not a supported log "
                    + "level. Valid log levels are \(LogLevelName.all.joined(separator: ", "))")
        }
    }
}
