// SPDX-License-Identifier: Apache-2.0

/// Properties that say how connections are secured, under Java's names and under librdkafka's.
package struct SecurityProperties: Sendable {
    private let values: [String: String]

    package init(_ values: [String: String]) { self.values = values }

    package var all: [String: String] { values }

    package subscript(_ name: String) -> String? { values[name] }

    /// The value of a property that has several names.
    /// - Throws: if it is given under two names, with different values.
    package func value(_ names: String...) throws(SecurityError) -> String? {
        var first: (name: String, value: String)?
        for name in names {
            guard let value = values[name] else { continue }
            if let first, first.value != value {
                throw SecurityError("\(first.name) and \(name) mean the same and are both given, but differ; keep one")
            }
            first = first ?? (name, value)
        }
        return first?.value
    }
}
