// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol

/// Where the metadata log ends at least, as files beside it say: a log that lost its end at a batch's boundary looks
/// whole.
///
/// The checkpoint of the recovery points has a line for it, which Kafka reads over, and the marker of a clean stop
/// names the offset at which the broker had registered.
struct KnownEnd {
    static let partition = TopicPartition(TopicName.metadata, 0)

    var offset: Int64

    init(_ directory: LogDirectory) throws(MetadataError) {
        do throws(LogError) {
            let checkpoint = try Self.checkpoint(directory)
            let registration = try directory.cleanShutdownMarker()?.brokerEpoch ?? -1
            offset = max(checkpoint, registration.addingSaturating(1))
        } catch {
            throw MetadataError(error)
        }
    }

    /// None in a damaged file, which the logs are opened without as well, with a warning.
    private static func checkpoint(_ directory: LogDirectory) throws(LogError) -> Int64 {
        do throws(LogError) { return try directory.readCheckpoint(.recoveryPoint)[partition] ?? 0 } catch
            where error.systemError == nil
        {
            return 0
        }
    }
}
