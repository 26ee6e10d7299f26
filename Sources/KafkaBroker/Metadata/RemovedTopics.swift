// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
package import KafkaProtocol
internal import Synchronization

/// The topics whose deletion the metadata log has a record of, before the newest snapshot as well. It is read when
/// somebody asks: a partition that the metadata doesn't know was deleted, or else the metadata lost it.
package final class RemovedTopics: Sendable {
    private let directory: String
    private let ids = Mutex<Set<KafkaUUID>?>(nil)

    /// - Parameter dataDirectory: its path.
    package init(dataDirectory: String) { directory = dataDirectory + "/" + TopicName.metadata + "-0" }

    package func contains(_ id: KafkaUUID) -> Bool {
        ids.withLock { known in
            let all = known ?? read()
            known = all
            return all.contains(id)
        }
    }

    private func read() -> Set<KafkaUUID> {
        var ids: Set<KafkaUUID> = []
        for offset in MetadataFiles.segments(in: directory) {
            // What can't be read tells of no deletion.
            try? MetadataReader.forEachEntry(inFile: MetadataFiles.segmentPath(directory, offset)) { entry in
                if case .record(let versioned) = entry.content, let removed = versioned.record as? RemoveTopicRecord {
                    ids.insert(removed.topicID)
                }
            }
        }
        return ids
    }
}
