// SPDX-License-Identifier: Apache-2.0

/// The topics that coordinators keep their state in.
enum InternalTopics {
    static let consumerOffsets = "__consumer_offsets"
    static let transactionState = "__transaction_state"
    static let shareGroupState = "__share_group_state"

    static let names: Set<String> = [consumerOffsets, transactionState, shareGroupState]

    /// The client id that may write to internal topics, as in Kafka.
    static let adminClientID = "__admin_client"
}
