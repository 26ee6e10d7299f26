// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// What the cluster answered, so that Tab has something to offer at once. Answers are fetched in the background; whoever
/// wants one waits a little for it, and else takes what was known before.
final class CandidateCache: Sendable {
    typealias Key = ClusterCandidates

    private struct Entry {
        var candidates: [String] = []
        var isFresh = false
        /// Who waits for the answer that is under way; nil when none is.
        var waiting: [DispatchSemaphore]?
        /// Whether the answer under way was asked for before something changed.
        var isOutdated = false
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let fetch: @Sendable (Key) async throws -> [String]

    init(fetch: @escaping @Sendable (Key) async throws -> [String] = { try await $0.fetch() }) { self.fetch = fetch }

    /// Blocks for at most `patience`.
    func candidates(_ key: Key, patience: Duration) -> [String] {
        let arrived = DispatchSemaphore(value: 0)
        let isFresh = entries.withLock { entries in
            if entries[key]?.isFresh == true { return true }
            if entries[key]?.waiting != nil { entries[key]?.waiting?.append(arrived) }
            return false
        }
        if !isFresh {
            refresh(key, arrived)
            let nanoseconds =
                patience.components.seconds * 1_000_000_000 + patience.components.attoseconds / 1_000_000_000
            _ = arrived.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
        }
        return entries.withLock { $0[key]?.candidates ?? [] }
    }

    func refresh(_ key: Key) { refresh(key, nil) }

    private func refresh(_ key: Key, _ waiter: DispatchSemaphore?) {
        let isUnderWay = entries.withLock { entries in
            guard entries[key]?.waiting == nil else { return true }
            entries[key, default: Entry()].waiting = waiter.map { [$0] } ?? []
            entries[key]?.isOutdated = false
            return false
        }
        if isUnderWay { return }
        Task {
            let found = try? await fetch(key)
            let waiting = entries.withLock { entries in
                var entry = entries[key] ?? Entry()
                let waiting = entry.waiting ?? []
                entry.waiting = nil
                if let found {
                    entry.candidates = found
                    entry.isFresh = !entry.isOutdated
                }
                entries[key] = entry
                return waiting
            }
            for waiter in waiting { waiter.signal() }
        }
    }

    /// What is known may have changed.
    func expire() {
        entries.withLock { entries in
            for key in entries.keys {
                entries[key]?.isFresh = false
                entries[key]?.isOutdated = true
            }
        }
    }
}
