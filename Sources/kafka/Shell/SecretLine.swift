// SPDX-License-Identifier: Apache-2.0

/// A line with a secret on its way to the process that runs it: everybody may read the words of a process, but only its
/// owner the environment.
enum SecretLine {
    static let variable = "KAFKA_SHELL_LINE"
    /// The hidden command that takes it.
    static let command = "__line"

    static func words(_ tool: String, _ words: [String]) -> [String] {
        isSecret(words) ? [command] : [tool] + words
    }

    static func environment(_ tool: String, _ words: [String]) -> [(name: String, value: String)] {
        isSecret(words) ? [(variable, ([tool] + words).map { ShellWords.quoted($0) }.joined(separator: " "))] : []
    }

    private static func isSecret(_ words: [String]) -> Bool { words.contains(where: HistoryFile.holdsSecret) }
}
