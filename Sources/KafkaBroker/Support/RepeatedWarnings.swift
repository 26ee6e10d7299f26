// SPDX-License-Identifier: Apache-2.0

package import Logging
import Synchronization

/// Says what clients can bring about as often as they like: once a second for each kind, with the number of those left
/// out, so that nobody fills the log.
package final class RepeatedWarnings: Sendable {
    private struct Recent {
        var leftOut = 0
        var last = ""
    }

    private let logger: Logger
    private let sleep: @Sendable () async throws -> Void
    /// By kind: what was said less than a second ago.
    private let recent = Mutex<[String: Recent]>([:])

    /// - Parameter sleep: returns after the second in which a kind is said once.
    package init(
        _ logger: Logger,
        sleep: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }
    ) {
        self.logger = logger
        self.sleep = sleep
    }

    /// - Parameter kind: what the messages have in common, in a few words that are few themselves.
    package func log(_ level: Logger.Level, _ kind: String, _ message: @autoclosure () -> String) {
        guard logger.logLevel <= level else { return }
        let isNew = recent.withLock { recent in
            guard recent[kind] != nil else {
                recent[kind] = Recent()
                return true
            }
            recent[kind]!.leftOut += 1
            recent[kind]!.last = message()
            return false
        }
        guard isNew else { return }
        logger.log(level: level, "\(message())")
        Task {
            repeat { try await self.sleep() } while self.summarize(kind, level)
        }
    }

    /// Says what was left out; false, and the kind is forgotten, if nothing was.
    private func summarize(_ kind: String, _ level: Logger.Level) -> Bool {
        let past = recent.withLock { recent in
            let past = recent[kind] ?? Recent()
            recent[kind] = past.leftOut > 0 ? Recent() : nil
            return past
        }
        guard past.leftOut > 0 else { return false }
        let more = past.leftOut > 1 ? " (and \(past.leftOut - 1) more like it: \(kind))" : ""
        logger.log(level: level, "\(past.last)\(more)")
        return true
    }
}
