// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A stop after which no log needs recovery.
public struct CleanShutdown: Sendable, Equatable {
    /// The epoch that the broker had; nil when the marker doesn't say.
    public var brokerEpoch: Int64?
}

extension LogDirectory {
    var markerPath: String { "\(path)/.kafka_cleanshutdown" }

    /// Whether the last run ended cleanly; nil: it did not. The marker goes, so that a crash from now on shows.
    public func takeCleanShutdownMarker() throws(LogError) -> CleanShutdown? {
        guard let shutdown = try cleanShutdownMarker() else { return nil }
        try FileSystem.remove(markerPath)
        return shutdown
    }

    /// The same, and the marker stays.
    public func cleanShutdownMarker() throws(LogError) -> CleanShutdown? {
        guard let bytes = try FileSystem.contents(markerPath) else { return nil }
        // {"version":0,"brokerEpoch":310}; before Kafka 3.7 the file was empty.
        let text = String(decoding: bytes, as: UTF8.self)
        var epoch: Int64?
        for part in text.split(whereSeparator: { "{},".contains($0) }) where part.contains("\"brokerEpoch\"") {
            epoch = part.split(separator: ":").last.flatMap { Int64($0.filter { $0 == "-" || $0.isNumber }) }
        }
        return CleanShutdown(brokerEpoch: epoch)
    }

    /// To be called when every log is closed and the checkpoints are written.
    public func writeCleanShutdownMarker(brokerEpoch: Int64) throws(LogError) {
        let text = "{\"version\":0,\"brokerEpoch\":\(brokerEpoch)}"
        try FileSystem.replace(markerPath, with: Array(text.utf8), durability: .contentsAndName)
    }
}
