// SPDX-License-Identifier: Apache-2.0

/// Who set the timestamps of a batch's records: bit 3 of its attributes.
public enum TimestampType: Int8, Sendable, Hashable, CaseIterable {
    /// The producer.
    case createTime = 0
    /// The broker; all records have the batch's maximum timestamp.
    case logAppendTime = 1

    /// As `message.timestamp.type` spells it.
    public var name: String {
        switch self {
        case .createTime: "CreateTime"
        case .logAppendTime: "LogAppendTime"
        }
    }
}
