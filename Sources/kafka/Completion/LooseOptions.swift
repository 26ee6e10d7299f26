// SPDX-License-Identifier: Apache-2.0

/// The options of a command line that is still being typed: nothing in it is an error.
struct LooseOptions {
    private var values: [String: String] = [:]
    private var names: Set<String> = []

    init(_ words: [String]) {
        for (index, word) in words.enumerated() where word.hasPrefix("-") {
            let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map(String.init), !name.isEmpty else { continue }
            names.insert(name)
            if parts.count == 2 {
                values[name] = String(parts[1])
            } else if index + 1 < words.count, !words[index + 1].hasPrefix("-") {
                values[name] = words[index + 1]
            }
        }
    }

    /// The value of the first of the options that has one.
    subscript(_ options: String...) -> String? { options.lazy.compactMap { values[$0] }.first { !$0.isEmpty } }

    func has(_ option: some StringProtocol) -> Bool { names.contains(String(option)) }
}
