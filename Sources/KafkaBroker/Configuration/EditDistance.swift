// SPDX-License-Identifier: Apache-2.0

/// Finds the name that somebody meant.
package enum EditDistance {
    /// The candidate nearest to `name`, if it is near enough to be meant: a third of its letters may differ.
    package static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
        let letters = Array(name.utf8)
        let limit = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where abs(candidate.utf8.count - letters.count) <= limit {
            let distance = between(letters, Array(candidate.utf8))
            guard distance <= limit else { continue }
            if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// Insertions, deletions and substitutions that turn one into the other (Levenshtein).
    private static func between(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substituted = diagonal + (right[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
