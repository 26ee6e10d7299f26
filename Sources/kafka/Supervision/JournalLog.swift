// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import Logging

/// A log for the journal: each line begins with its priority (sd-daemon(3)), and the time is the journal's.
struct JournalLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let words = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // One write a line, so that lines of several threads don't mix.
        let line =
            Array(VisibleText.of("\(Self.prefix(event.level))[\(event.source)] \(event.message)\(words)").utf8) + [
                UInt8(ascii: "\n")
            ]
        _ = write(2, line, line.count)
    }

    /// The priority as syslog(3) counts it.
    static func prefix(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "<7>"
        case .info: "<6>"
        case .notice: "<5>"
        case .warning: "<4>"
        case .error: "<3>"
        case .critical: "<2>"
        }
    }
}
