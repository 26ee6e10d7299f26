// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a broker remembers of a consumer's fetches, so that only changes are sent (KIP-227). Pure.
struct FetchSession {
    /// What is asked of one partition.
    struct Wish: Hashable {
        var topicID: KafkaUUID
        var offset: Int64
        var maxBytes: Int32
        var leaderEpoch: Int32
    }

    private(set) var id: Int32 = 0
    /// 0 asks for a new session; -1 would do without.
    private(set) var epoch: Int32 = 0
    private var known: [TopicPartition: Wish] = [:]

    /// Fills in the parts of a request that tell the broker what is wanted now.
    mutating func write(_ wishes: [TopicPartition: Wish], into request: inout FetchRequest) {
        request.sessionID = id
        request.sessionEpoch = epoch
        let isFull = epoch == 0
        let changed = isFull ? Array(wishes.keys) : wishes.keys.filter { known[$0] != wishes[$0] }
        request.topics = changed.byTopic.map { topic, indexes in
            FetchRequest.Topic {
                $0.topic = topic
                $0.topicID = wishes[TopicPartition(topic, indexes[0])]?.topicID ?? .zero
                $0.partitions = indexes.compactMap { index in
                    wishes[TopicPartition(topic, index)].map { Self.partition(index, $0) }
                }
            }
        }
        // A topic that was deleted and created again is another one under the old name.
        let forgotten =
            isFull ? [:] : known.filter { wishes[$0.key] == nil || wishes[$0.key]?.topicID != $0.value.topicID }
        request.forgottenTopicsData = forgotten.keys.byTopic.map { topic, indexes in
            FetchRequest.ForgottenTopic {
                $0.topic = topic
                $0.topicID = forgotten[TopicPartition(topic, indexes[0])]?.topicID ?? .zero
                $0.partitions = indexes
            }
        }
        known = wishes
    }

    private static func partition(_ index: Int32, _ wish: Wish) -> FetchRequest.Partition {
        FetchRequest.Partition {
            $0.partition = index
            $0.fetchOffset = wish.offset
            $0.partitionMaxBytes = wish.maxBytes
            $0.currentLeaderEpoch = wish.leaderEpoch
        }
    }

    /// Takes note of an answer.
    /// - Returns: false if the session is over and the answer holds nothing.
    mutating func handle(_ response: FetchResponse) -> Bool {
        guard response.errorCode == .none else {
            restart()
            if response.errorCode == .fetchSessionIDNotFound { id = 0 }
            return false
        }
        id = response.sessionID
        epoch = id == 0 ? 0 : epoch == .max ? 1 : epoch + 1
        return true
    }

    /// The next request asks for everything anew, and has the broker close the session that it may still have.
    mutating func restart() {
        epoch = 0
        known = [:]
    }

    /// Names of topics by their ids, to read answers with.
    var topicNames: [KafkaUUID: String] {
        Dictionary(known.map { ($0.value.topicID, $0.key.topic) }, uniquingKeysWith: { first, _ in first })
    }

    func offset(of partition: TopicPartition) -> Int64? { known[partition]?.offset }
}
