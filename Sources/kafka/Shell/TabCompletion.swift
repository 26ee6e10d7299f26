// SPDX-License-Identifier: Apache-2.0

/// What Tab does in the shell.
final class TabCompletion {
    private let defaults: ShellDefaults
    private let environment: Environment
    private let cache = CandidateCache()

    init(_ defaults: ShellDefaults, _ environment: Environment) {
        self.defaults = defaults
        self.environment = environment
    }

    /// Asks for what will be wanted first, before anyone waits for it.
    func prefetch() {
        for list in [CandidateSource.ClusterList.topics, .groups] { cache.refresh(source(list, [])) }
    }

    /// A command may have made topics: what was found before is asked for again.
    func commandEnded() { cache.expire() }

    func complete(_ text: String) -> LineEditor.Completion {
        let parsed = ShellWords(text)
        if case .notPartOfIt = parsed.flaw { return .init() }
        let point = CompletionPoint(words: parsed.finished, current: parsed.last, defaults.tools)
        let found = candidates(point, parsed.finished).filter { $0.hasPrefix(point.typed) && $0 != point.typed + " " }
        return Self.completion(found.map { point.before + $0 }, parsed)
    }

    private func candidates(_ point: CompletionPoint, _ words: [String]) -> [String] {
        switch point.source {
        case nil: []
        case .words(let words): words
        case .files: FileCandidates.find(point.typed)
        case .cluster(let list): cache.candidates(source(list, words), patience: Self.patience)
        }
    }

    /// Tab waits this long, and not longer.
    static let patience = Duration.milliseconds(200)

    private func source(_ list: CandidateSource.ClusterList, _ words: [String]) -> ClusterCandidates {
        ClusterCandidates(list, words: defaults.applied(toUnfinished: words), environment: environment)
    }

    /// One candidate is typed whole, with a blank behind it; several as far as they agree, or else they are shown.
    static func completion(_ candidates: [String], _ parsed: ShellWords) -> LineEditor.Completion {
        guard let first = candidates.first else { return .init() }
        if candidates.count == 1 {
            let isOpen = first.hasSuffix("=") || first.hasSuffix("/")
            let word = ShellWords.quoted(first, in: parsed.quote, closing: !isOpen)
            return .init(replaced: parsed.lastLength, replacement: word + (isOpen ? "" : " "))
        }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        if common.count > parsed.last.count {
            return .init(
                replaced: parsed.lastLength, replacement: ShellWords.quoted(common, in: parsed.quote, closing: false))
        }
        return .init(choices: candidates)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
