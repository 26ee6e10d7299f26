// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
package import KafkaProtocol

/// Why a change of the metadata was refused, or its log can't be read: Kafka's code and words.
package struct MetadataError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: ErrorCode
    /// Empty where Kafka says nothing beyond the code.
    package var message: String
    /// The disk is full.
    package private(set) var isOutOfSpace = false

    package init(_ code: ErrorCode, _ message: String = "") {
        self.code = code
        self.message = message
    }

    init(_ error: ConfigurationError) { self.init(error.code, error.message) }
    init(_ error: LogError) {
        self.init(error.code, error.message)
        isOutOfSpace = error.isOutOfSpace
    }

    package var description: String { message.isEmpty ? code.description : message }

    /// What answers carry beside the code.
    var answer: String? { message.isEmpty ? nil : message }

    // What is said to who may not.
    static let clusterRefused = MetadataError(.clusterAuthorizationFailed, "Cluster authorization failed.")
    static let topicRefused = MetadataError(.topicAuthorizationFailed, "Topic authorization failed.")
    static let groupRefused = MetadataError(.groupAuthorizationFailed, "Group authorization failed.")
}
