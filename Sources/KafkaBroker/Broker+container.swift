// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
package import KafkaProtocol
internal import Logging

extension Broker {
    /// node.id, as it is in the data directory.
    package var nodeID: Int32 { parts.controller.store.nodeID }

    /// What a broker would run with that is started with these options.
    /// - Throws: as its start would, for what can't be.
    package static func configuration(of options: Options) throws(BrokerError) -> BrokerConfiguration {
        do {
            return try BrokerStart(options: options, logger: Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() })
                .configuration()
        } catch {
            throw (error as? BrokerError) ?? BrokerError("\(error)")
        }
    }

    /// The same with what a data directory says, whether a broker runs on it or not: the node's number, and what was
    /// changed while brokers ran.
    /// - Throws: for metadata that can't be read.
    package static func configuration(of options: Options, storedIn directory: String) throws -> BrokerConfiguration {
        let configuration = try configuration(of: options)
        guard let nodeID = try LogDirectory.metaProperties(of: directory)?.nodeID else { return configuration }
        let image = try MetadataImage.read(directory: "\(directory)/\(TopicName.metadata)-0")
        return configuration.with(nodeID: nodeID).applying(image)
    }

    /// Creates topics that aren't there; those that are stay as they are.
    /// - Throws: for the first that can't be, with its name.
    package func createMissingTopics(_ topics: [CreateTopicsRequest.Topic]) async throws(BrokerError) {
        for answer in await parts.controller.createTopics(topics, validateOnly: false) {
            let isThere = answer.errorCode == .none || answer.errorCode == .topicAlreadyExists
            guard isThere else {
                throw BrokerError(
                    "the topic \(answer.name) can't be created: \(answer.errorMessage ?? "\(answer.errorCode)")")
            }
        }
    }
}
