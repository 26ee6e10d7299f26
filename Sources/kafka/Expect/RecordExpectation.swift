// SPDX-License-Identifier: Apache-2.0

/// How many records there must be.
struct RecordExpectation: Sendable, Equatable {
    enum Verdict: Equatable {
        case fulfilled
        case missed
        case undecided
    }

    let least: Int
    /// Nil for no limit.
    let most: Int?

    init(least: Int, most: Int?) {
        self.least = least
        self.most = most
    }

    init(_ arguments: Arguments) throws {
        let others = ["count", "at-most"]
        try arguments.refuse(["exactly"] + others, with: "none")
        try arguments.refuse(others, with: "exactly")
        func number(_ option: String) throws -> Int? {
            guard let number = try arguments.integer(option, Int.self) else { return nil }
            guard number >= 0 else {
                throw CommandError("Invalid value '\(number)' of option \(option): it must not be less than 0.")
            }
            return number
        }
        if arguments.flag("none") {
            self.init(least: 0, most: 0)
        } else if let count = try number("exactly") {
            self.init(least: count, most: count)
        } else {
            let most = try number("at-most")
            let least = try number("count") ?? (most == nil ? 1 : 0)
            if let most, most < least {
                throw CommandError("--at-most \(most) contradicts --count \(least), which is at least so many.")
            }
            if most == nil, least == 0 {
                throw CommandError("--count 0 is always fulfilled; --none is that none comes.")
            }
            self.init(least: least, most: most)
        }
    }

    /// - Parameter isOver: whether no more records are waited for.
    func verdict(_ count: Int, isOver: Bool) -> Verdict {
        if let most, count > most { return .missed }
        if count >= least, most == nil || isOver { return .fulfilled }
        return isOver ? .missed : .undecided
    }

    /// Such as `at least 3 records`.
    var words: String {
        switch (least, most) {
        case (_, nil): "at least \(Self.records(least))"
        case (0, 0?): "no record"
        case (0, let most?): "at most \(Self.records(most))"
        case (let least, let most?):
            least == most ? "exactly \(Self.records(least))" : "\(least) to \(Self.records(most))"
        }
    }

    static func records(_ count: Int) -> String { "\(count) record\(count == 1 ? "" : "s")" }
}
