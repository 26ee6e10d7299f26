// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Spreads partitions over the members of a share group: each partition has a member, each member a partition, and
/// as few as possible move. Where members outnumber partitions, several share one.
struct SimpleShareAssignor: Sendable {
    static let name = "simple"

    private struct Place: Hashable, Comparable {
        var topicID: KafkaUUID
        var partition: Int32

        static func < (left: Place, right: Place) -> Bool {
            (left.topicID, left.partition) < (right.topicID, right.partition)
        }
    }

    /// - Parameters:
    ///   - members: with the topics that they read, and what they were assigned before.
    ///   - partitions: what can be assigned.
    /// - Returns: an entry for each member, if only an empty one.
    static func assign(_ members: [AssignedMember], partitions: Assignment) -> [String: Assignment] {
        let places = partitions.flatMap { topicID, partitions in
            partitions.map { Place(topicID: topicID, partition: $0) }
        }.sorted()
        var targets: [String: Set<Place>] = [:]
        for member in members { targets[member.memberID] = [] }
        // Members that read the same are served together.
        let groups = Dictionary(grouping: members) { $0.topicIDs.intersection(partitions.keys) }
        for (topicIDs, members) in groups.sorted(by: { $0.value[0].memberID < $1.value[0].memberID }) {
            let own = places.filter { topicIDs.contains($0.topicID) }
            guard !own.isEmpty else { continue }
            share(own, among: members.sorted { $0.memberID < $1.memberID }, &targets)
        }
        return targets.mapValues { places in
            places.reduce(into: [:]) { $0[$1.topicID, default: []].insert($1.partition) }
        }
    }

    private static func share(
        _ places: [Place], among members: [AssignedMember], _ targets: inout [String: Set<Place>]
    ) {
        // How many members have each partition.
        let sharing = (members.count + places.count - 1) / places.count
        let total = sharing * places.count
        let (least, extra) = total.quotientAndRemainder(dividingBy: members.count)
        var free = Dictionary(places.map { ($0, sharing) }) { first, _ in first }
        var larger = extra
        // What members have they keep, as far as it is theirs to have.
        for member in members {
            let current = member.current.flatMap { topicID, partitions in
                partitions.map { Place(topicID: topicID, partition: $0) }
            }.sorted()
            for place in current where free[place, default: 0] > 0 {
                let count = targets[member.memberID]!.count
                if count >= least {
                    guard count == least, larger > 0 else { break }
                    larger -= 1
                }
                targets[member.memberID]!.insert(place)
                free[place]! -= 1
            }
        }
        for place in places {
            while free[place]! > 0 {
                let takers = members.filter { !targets[$0.memberID]!.contains(place) }
                guard let taker = takers.min(by: { targets[$0.memberID]!.count < targets[$1.memberID]!.count }) else {
                    break
                }
                targets[taker.memberID]!.insert(place)
                free[place]! -= 1
            }
        }
    }
}
