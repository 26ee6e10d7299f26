// SPDX-License-Identifier: Apache-2.0

extension Sequence {
    /// The elements without those whose key came before: what is asked for twice is answered once, so that a small
    /// request can't have an answer of any size.
    func distinct<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
        var seen: Set<Key> = []
        return filter { seen.insert(key($0)).inserted }
    }
}

extension Sequence where Element: Hashable {
    func distinct() -> [Element] { distinct { $0 } }
}
