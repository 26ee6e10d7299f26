// SPDX-License-Identifier: Apache-2.0

// The environment is a global variable of C; nothing here changes it.
@preconcurrency import Libc

/// Environment variables and terminals.
struct Environment: Sendable, Hashable {
    var variables: [String: String]?
    var outputIsTerminal: Bool?
    var errorIsTerminal: Bool?
    var inputIsTerminal: Bool?
    var terminalWidth: Int?

    init(
        variables: [String: String]? = nil, outputIsTerminal: Bool? = nil, errorIsTerminal: Bool? = nil,
        inputIsTerminal: Bool? = nil, terminalWidth: Int? = nil
    ) {
        self.variables = variables
        self.inputIsTerminal = inputIsTerminal
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.terminalWidth = terminalWidth
    }

    subscript(name: String) -> String? {
        if let variables { return variables[name] }
        return getenv(name).map { String(cString: $0) }
    }

    /// Every variable that is set.
    var all: [String: String] {
        if let variables { return variables }
        var all: [String: String] = [:]
        guard var next = environ as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? else { return [:] }
        while let variable = next.pointee {
            let text = String(cString: variable)
            if let mark = text.firstIndex(of: "=") {
                all[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            next += 1
        }
        return all
    }

    /// A variable that is set and holds something.
    func text(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }

    var isTerminalOutput: Bool { outputIsTerminal ?? (isatty(1) == 1) }
    var isTerminalError: Bool { errorIsTerminal ?? (isatty(2) == 1) }
    var isTerminalInput: Bool { inputIsTerminal ?? (isatty(0) == 1) }

    /// The characters of a line where output goes to a terminal; nil where it does not.
    var outputWidth: Int? { isTerminalOutput ? terminalWidth ?? Columns.terminalWidth : nil }

    /// Whether a terminal can more than print one line behind the other.
    var isCapableTerminal: Bool { self["TERM"] != "dumb" }

    /// Whether standard error is where a line may be written over and over.
    var showsProgress: Bool { isTerminalError && isCapableTerminal }

    /// Whether colours are wanted (https://no-color.org).
    var wantsColors: Bool { isCapableTerminal && (self["NO_COLOR"] ?? "").isEmpty }
}
