// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What can be seen of the cluster that is to be.
struct GrowthView: Sendable, Equatable {
    struct Quorum: Sendable, Equatable {
        var leader: Int32
        /// Whether the leader has topics of the first node; nil while it doesn't say.
        var hasTopics: Bool?
        /// How far each voter's log goes, as the leader knows.
        var ends: [Int32: Int64]
    }

    /// The nodes whose controllers answer.
    var reachable: Set<Int32>
    /// Nil while nobody leads.
    var quorum: Quorum?
}

/// What comes next on the way from one node to a cluster.
enum GrowthStep: Sendable, Equatable {
    /// The node with the data is to be started, and then one other unless some are there.
    case startFirst(andThen: Int32?)
    /// A quorum without the metadata has come up: the first node must not meet it.
    case stopStrangers([Int32])
    /// One more node is to be started, and no other.
    case start(Int32)
    case waitForLeader
    /// The node still reads the metadata.
    case waitFor(Int32, lag: Int64)
    /// All are there: partitions can be given to them.
    case spread

    /// A lag that a moment's traffic makes.
    private static let smallLag: Int64 = 10

    init(_ plan: GrowthPlan, _ view: GrowthView) {
        let others = plan.others.map(\.id)
        let strangers = others.filter(view.reachable.contains)
        if view.quorum?.hasTopics == false {
            self = .stopStrangers(strangers)
            return
        }
        guard view.reachable.contains(plan.first) else {
            // A majority without the first node and its data elects itself, or is about to.
            let isMajority = strangers.count > plan.nodes.count / 2
            self =
                isMajority && view.quorum?.hasTopics != true
                ? .stopStrangers(strangers) : .startFirst(andThen: strangers.isEmpty ? others.first : nil)
            return
        }
        guard let quorum = view.quorum else {
            if let next = others.first, strangers.isEmpty {
                self = .start(next)
            } else {
                self = .waitForLeader
            }
            return
        }
        // Who leads and has the data needs no proof, which others owe.
        guard quorum.leader == plan.first || quorum.hasTopics == true else {
            self = .waitForLeader
            return
        }
        let end = quorum.ends[quorum.leader] ?? 0
        for id in plan.nodes.map(\.id) where view.reachable.contains(id) {
            let lag = end.subtractingSaturating(max(quorum.ends[id] ?? 0, 0))
            if lag > Self.smallLag {
                self = .waitFor(id, lag: lag)
                return
            }
        }
        if let next = others.first(where: { !view.reachable.contains($0) }) {
            self = .start(next)
        } else {
            self = .spread
        }
    }
}
