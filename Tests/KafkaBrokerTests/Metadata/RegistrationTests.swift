// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct RegistrationTests {
    private let directoryID = KafkaUUID.random()

    /// The change with which node 1 takes a partition; nil if it must not.
    private func election(
        metadataVersion: Int16 = 25, _ change: (inout PartitionImage) -> Void
    ) -> PartitionChangeRecord? {
        var partition = PartitionImage(newOn: 1, directoryID: directoryID)
        partition.leader = -1
        change(&partition)
        var state = MetadataState()
        state.features[Features.metadataVersion] = metadataVersion
        var topic = TopicImage(name: "t", id: .random())
        topic.partitions = [partition]
        state.topics["t"] = topic
        state.brokers[1] = BrokerImage(registration: RegisterBrokerRecord { $0.brokerID = 1 })
        let image = MetadataImage(state)
        let registration = Registration(
            nodeID: 1, directoryID: directoryID, endpoints: MetadataTestDirectory.endpoints, image: image)
        return registration.unfencing(image).dropFirst().first?.record as? PartitionChangeRecord
    }

    @Test("The node leads what it has in sync, and leaves the rest alone")
    func inSync() {
        #expect(election { _ in }?.leader == 1)
        #expect(
            election {
                $0.replicas = [2, 1]; $0.isr = [2]
            } == nil)
        let joined = election {
            $0.replicas = [2, 1]; $0.isr = [2, 1]
        }
        #expect(joined?.leader == 1 && joined?.isr == nil)
    }

    @Test("Eligible replicas and the last known leader may lead (KIP-966)")
    func eligible() {
        let eligible = election {
            $0.isr = []; $0.eligibleLeaderReplicas = [1]
        }
        #expect(eligible?.isr == [1] && eligible?.eligibleLeaderReplicas == [])
        let last = election {
            $0.isr = []; $0.lastKnownELR = [1]
        }
        #expect(last?.isr == [1] && last?.lastKnownElr == [])
        #expect(
            election {
                $0.isr = []; $0.lastKnownELR = [2]
            } == nil)
    }

    @Test("A replica without a directory gets the node's, where the level has directories")
    func directories() {
        #expect(election { _ in }?.directories == nil)
        #expect(election { $0.directories = [] }?.directories == [directoryID])
        #expect(election { $0.directories = [.zero] }?.directories == [directoryID])
        #expect(election(metadataVersion: 16) { $0.directories = [] }?.directories == nil)
    }
}
