// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// What stands between the headers of a line: to Kafka a regular expression of Java. One character is itself, and so is
/// what is no expression or would match between any two characters, which Kafka makes nothing of.
enum Separator: Sendable {
    case text([UInt8])
    case pattern(Pattern)

    /// - Parameter text: not empty.
    init(_ text: String) {
        guard text.unicodeScalars.count > 1, let pattern = try? Pattern(text, .java, .anywhere), !pattern.matches("")
        else {
            self = .text(Array(text.utf8))
            return
        }
        self = pattern.literal.map(Separator.text) ?? .pattern(pattern)
    }

    /// Where it first is.
    func first(in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        switch self {
        case .text(let text): return bytes.firstIndex(of: text).map { $0..<($0 + text.count) }
        case .pattern(let pattern):
            guard let range = pattern.firstMatch(in: bytes), !range.isEmpty else { return nil }
            return range
        }
    }
}
