// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaText

/// A place in partitions, as `--offset` and `--until` name it.
enum ReadPoint: Sendable, Equatable {
    case earliest
    case latest
    case offset(Int64)
    /// So many records before the end.
    case fromEnd(Int64)
    /// The first record that is not older; milliseconds since 1970.
    case time(Int64)

    init(_ text: String, option: String) throws {
        switch text.lowercased() {
        // As kcat calls them.
        case "earliest", "beginning": self = .earliest
        case "latest", "end", "now": self = .latest
        default:
            if let number = Int64(text) {
                // The least number has no positive counterpart.
                self = text.hasPrefix("-") ? .fromEnd(-max(number, -Int64.max)) : .offset(number)
            } else if let time = TimeText.milliseconds(text) {
                self = .time(time)
            } else {
                throw CommandError(
                    "The provided \(option) value '\(text)' is incorrect. Valid values are 'earliest', 'latest', a "
                        + "non-negative long, -N for N records before the end, \(TimeText.forms).")
            }
        }
    }

    /// Whether it is another place in each partition, so that partitions must be named.
    var isNumber: Bool {
        if case .offset = self { return true }
        return false
    }

    var start: StartPosition {
        switch self {
        case .earliest: .earliest
        case .latest: .latest
        case .offset(let offset): .offset(offset)
        case .fromEnd(let count): .fromEnd(count)
        case .time(let time): .timestamp(time)
        }
    }
}
