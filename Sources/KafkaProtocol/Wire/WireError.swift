// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the message that they were said to be, or a message can't be written in a version.
public enum WireError: Error, Sendable, Equatable {
    /// The bytes end inside a field.
    case truncated
    /// A length or count is negative where null is not allowed, or larger than what is left.
    case invalidLength(Int)
    /// A varint is longer than its type allows.
    case invalidVarint
    /// More array elements than a message may have.
    case tooManyElements
    /// Bytes follow the message's last field.
    case trailingBytes(Int)
    /// A field that is set, but that this version can't carry.
    case fieldNotInVersion(Int16)
    /// Null in a version that has no null for the field.
    case nullNotAllowed(Int16)
    /// A string or byte array too long for its length field.
    case tooLong(Int)
    /// The version is outside of the range that the message has.
    case unsupportedVersion(Int16)
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the message ends inside a field"
        case .invalidLength(let length): "a length of \(length) does not fit the message"
        case .invalidVarint: "a variable-length integer is too long"
        case .tooManyElements: "the message has more than \(Wire.maximumElements) array elements"
        case .trailingBytes(let count): "\(count) bytes follow the end of the message"
        case .fieldNotInVersion(let version): "version \(version) of the message can't carry a field that is set"
        case .nullNotAllowed(let version): "version \(version) of the message has no null for a field"
        case .tooLong(let count): "\(count) bytes are too long for the field"
        case .unsupportedVersion(let version): "the message has no version \(version)"
        }
    }
}
