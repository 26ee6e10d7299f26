// SPDX-License-Identifier: Apache-2.0

/// The candidate that a misspelt word most likely meant; nil when none is near, or the word is spelt right.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().utf8)
    // One slip in three characters. Of two, any other word could be meant, unless they only stand the wrong way round.
    let limit = wanted.count / 3
    var best: (distance: Int, word: String)?
    for candidate in candidates {
        if candidate == word { return nil }
        if wanted.count == 2, candidate.utf8.elementsEqual(wanted.reversed()) { return candidate }
        let distance = editDistance(wanted, Array(candidate.lowercased().utf8), limit: limit)
        if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.word
}

/// Insertions, deletions, replacements and swaps of neighbours between two words; `limit + 1` when there are more.
package func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
    if abs(a.count - b.count) > limit { return limit + 1 }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        row.reserveCapacity(b.count + 1)
        for j in 0..<b.count {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
