// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a client does, told as it goes, for whoever looks for a fault. The categories have librdkafka's names where it
/// has such.
public struct ClientDebug: Sendable {
    /// What a line is about.
    public enum Category: String, Sendable, CaseIterable {
        /// Connections: attempts, failures, ends.
        case broker
        /// Leaders of partitions.
        case topic
        /// Metadata requests and what they brought.
        case metadata
        /// All requests and answers.
        case `protocol`
        /// Batches of records on their way to brokers.
        case msg
        /// Requests for records and offsets.
        case fetch
        /// Requests of group members.
        case cgrp
        /// Producer ids and transactions.
        case eos
        /// All other requests.
        case admin
    }

    /// What is told; all else costs nothing.
    public let categories: Set<Category>
    private let write: @Sendable (Category, String) -> Void

    /// - Parameters:
    ///   - categories: what is told.
    ///   - write: called on the client's event loop, where it must not block for long.
    public init(_ categories: Set<Category>, _ write: @escaping @Sendable (Category, String) -> Void) {
        self.categories = categories
        self.write = write
    }

    func callAsFunction(_ category: Category, _ text: @autoclosure () -> String) {
        if categories.contains(category) { write(category, text()) }
    }

    /// A request or its answer.
    func request(_ key: APIKey, _ text: @autoclosure () -> String) {
        let category = Category(key)
        if categories.contains(category) {
            write(category, text())
        } else if categories.contains(.protocol) {
            write(.protocol, text())
        }
    }
}

extension ClientDebug.Category {
    init(_ key: APIKey) {
        switch key {
        case .metadata, .describeCluster, .describeTopicPartitions: self = .metadata
        case .produce: self = .msg
        case .fetch, .listOffsets, .offsetForLeaderEpoch, .shareFetch, .shareAcknowledge: self = .fetch
        case .findCoordinator, .joinGroup, .syncGroup, .heartbeat, .leaveGroup, .offsetCommit, .offsetFetch,
            .consumerGroupHeartbeat, .shareGroupHeartbeat:
            self = .cgrp
        case .initProducerID, .addPartitionsToTxn, .addOffsetsToTxn, .endTxn, .txnOffsetCommit: self = .eos
        case .apiVersions: self = .protocol
        default: self = .admin
        }
    }
}
