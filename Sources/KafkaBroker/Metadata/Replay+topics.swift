// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension TopicRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        guard state.topics[name] == nil else {
            throw MetadataError(.corruptMessage, "topic \(name) is created twice")
        }
        state.topics[name] = TopicImage(name: name, id: topicID)
        state.topicNames[topicID] = name
        if TopicName.mayCollide(name) { state.collidingNames[TopicName.unified(name), default: []].append(name) }
        delta.createdTopics.insert(name)
    }
}

extension RemoveTopicRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        guard let name = state.topicNames.removeValue(forKey: topicID),
            let topic = state.topics.removeValue(forKey: name)
        else { throw MetadataError(.corruptMessage, "topic id \(topicID) is removed and does not exist") }
        if TopicName.mayCollide(name) {
            let key = TopicName.unified(name)
            let rest = state.collidingNames[key]?.filter { $0 != name } ?? []
            state.collidingNames[key] = rest.isEmpty ? nil : rest
        }
        let resource = ConfigResource(.topic, name)
        if state.configurations.removeValue(forKey: resource) != nil { delta.changedConfigs.insert(resource) }
        delta.changedTopics.remove(name)
        // Created and removed between two images: nobody ever saw it.
        if delta.createdTopics.remove(name) == nil { delta.deletedTopics.append(topic) }
    }
}

extension PartitionRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        let name = try state.name(of: topicID, partitionID)
        let index = Int(partitionID)
        guard index >= 0, index < 1 << 24 else {
            throw MetadataError(.corruptMessage, "topic \(name) has no partition \(partitionID)")
        }
        var partition = PartitionImage()
        partition.leader = leader
        partition.leaderEpoch = leaderEpoch
        partition.partitionEpoch = partitionEpoch
        partition.replicas = replicas
        // Most partitions have the same lists everywhere; one copy of each is enough.
        partition.isr = isr == replicas ? replicas : isr
        partition.adding = addingReplicas
        partition.removing = removingReplicas
        partition.directories = directories
        partition.eligibleLeaderReplicas = eligibleLeaderReplicas ?? []
        partition.lastKnownELR = lastKnownElr ?? []
        partition.leaderRecoveryState = leaderRecoveryState
        state.topics[name]!.set(partition, at: index)
        if !delta.createdTopics.contains(name) { delta.changedTopics.insert(name) }
    }
}

extension TopicImage {
    fileprivate mutating func set(_ partition: PartitionImage, at index: Int) {
        if let first = partitions.first, first.replicas == partition.replicas, index > 0 {
            var partition = partition
            partition.replicas = first.replicas
            if partition.isr == first.replicas { partition.isr = first.replicas }
            if partition.directories == first.directories { partition.directories = first.directories }
            return place(partition, at: index)
        }
        place(partition, at: index)
    }

    private mutating func place(_ partition: PartitionImage, at index: Int) {
        while partitions.count <= index { partitions.append(PartitionImage()) }
        partitions[index] = partition
    }
}

extension PartitionChangeRecord: ReplayableRecord {
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        let name = try state.name(of: topicID, partitionID)
        let index = Int(partitionID)
        guard let count = state.topics[name]?.partitions.count, index >= 0, index < count else {
            throw MetadataError(.corruptMessage, "topic \(name) has no partition \(partitionID)")
        }
        apply(to: &state.topics[name]!.partitions[index])
        if !delta.createdTopics.contains(name) { delta.changedTopics.insert(name) }
    }

    private func apply(to partition: inout PartitionImage) {
        if let isr { partition.isr = isr == partition.replicas ? partition.replicas : isr }
        // -2: as before. Any other leader, even the same one again, begins a new epoch.
        if leader != -2 {
            partition.leader = leader
            partition.leaderEpoch = partition.leaderEpoch.addingSaturating(1)
        }
        if let replicas { partition.replicas = replicas }
        if let removingReplicas { partition.removing = removingReplicas }
        if let addingReplicas { partition.adding = addingReplicas }
        if let directories { partition.directories = directories }
        if let eligibleLeaderReplicas { partition.eligibleLeaderReplicas = eligibleLeaderReplicas }
        if let lastKnownElr { partition.lastKnownELR = lastKnownElr }
        if leaderRecoveryState != -1 { partition.leaderRecoveryState = leaderRecoveryState }
        partition.partitionEpoch = partition.partitionEpoch.addingSaturating(1)
    }
}

extension ClearElrRecord: ReplayableRecord {
    /// Of one topic, or of all when it names none.
    func replay(into state: inout MetadataState, noting delta: inout MetadataDelta) throws(MetadataError) {
        let names = topicName.isEmpty ? Array(state.topics.keys) : [topicName]
        for name in names {
            guard var topic = state.topics[name] else { continue }
            for index in topic.partitions.indices {
                topic.partitions[index].eligibleLeaderReplicas = []
                topic.partitions[index].lastKnownELR = []
            }
            state.topics[name] = topic
        }
    }
}

extension MetadataState {
    fileprivate func name(of topicID: KafkaUUID, _ partition: Int32) throws(MetadataError) -> String {
        guard let name = topicNames[topicID] else {
            throw MetadataError(.corruptMessage, "partition \(partition) belongs to the unknown topic id \(topicID)")
        }
        return name
    }
}
