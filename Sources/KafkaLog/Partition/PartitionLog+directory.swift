// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

extension PartitionLog {
    /// Where the files are; follows renames.
    public var directory: String { locked { $0.directory } }

    /// The topic's id as partition.metadata has it; nil if it has none.
    public var topicID: KafkaUUID? { locked { $0.topicID } }

    /// Takes the log out of use: its directory gets a name that marks it for deletion, and all calls fail from now on.
    /// Readers that hold a slice keep it.
    ///
    /// - Returns: The directory, for `LogDirectory.remove` after file.delete.delay.ms.
    public func renameForDeletion() throws(LogError) -> String {
        try changing { (state) throws(LogError) in
            let name = PartitionDirectory.name(topicPartition, marked: .delete)
            let renamed = "\(FileSystem.parent(of: state.directory))/\(name)"
            try FileSystem.rename(state.directory, to: renamed)
            state.location.directory = renamed
            state.end(LogError(.unknownTopicOrPartition, "The log of \(topicPartition) was deleted"))
            return renamed
        }
    }
}
