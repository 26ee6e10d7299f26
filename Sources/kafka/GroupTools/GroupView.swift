// SPDX-License-Identifier: Apache-2.0

/// What `--describe` shows of a group.
enum GroupView: String, Sendable, CaseIterable {
    case offsets
    case members
    case state

    init(_ arguments: Arguments) throws {
        let given = Self.allCases.filter { arguments.has($0.rawValue) }
        if given.count > 1 {
            throw CommandError("Option [describe] takes at most one of these options: [members], [offsets], [state]")
        }
        if let value = arguments.string("state") {
            throw CommandError("Option [describe] does not take a value for [state]: '\(value)'")
        }
        self = given.first ?? .offsets
    }
}
