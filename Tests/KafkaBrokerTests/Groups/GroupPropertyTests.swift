// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Groups under churn")
struct GroupPropertyTests {
    /// A consumer of a classic group, which does what clients do.
    private struct Client {
        var memberID = ""
        var instanceID: String?
        var generation: Int32 = -1
        var isDead = false
        /// The request that is under way.
        var join: RequestID?
        var sync: RequestID?
    }

    /// Moves a client one step: reads its answer, and sends what follows from it.
    private func step(_ client: inout Client, _ driver: inout ShardDriver, _ generations: inout [Int32: Set<String>]) {
        if client.isDead { return }
        if let id = client.join {
            guard let response = driver.joins[id] else { return }
            client.join = nil
            switch response.errorCode {
            case .none:
                client.memberID = response.memberID
                client.generation = response.generationID
                generations[response.generationID, default: []].insert(response.memberID)
                let assignments =
                    response.leader == response.memberID && !response.skipAssignment
                    ? Dictionary(uniqueKeysWithValues: response.members.map { ($0.memberID, $0.memberID) }) : [:]
                client.sync = driver.sync(
                    client.memberID, generation: client.generation, instance: client.instanceID,
                    assignments: assignments)
            case .memberIDRequired:
                client.memberID = response.memberID
                client.join = driver.join(client.memberID, instance: client.instanceID)
            case .unknownMemberID, .fencedInstanceID:
                client.memberID = ""
            default:
                break
            }
        } else if let id = client.sync {
            guard let response = driver.syncs[id] else { return }
            client.sync = nil
            switch response.errorCode {
            case .none:
                // A static member that came back has what was assigned to its earlier id.
                let assignment = String(buffer: response.assignment)
                let isOwn = assignment == client.memberID || assignment.hasPrefix((client.instanceID ?? " ") + "-")
                #expect(isOwn, "everyone gets its own assignment")
            case .unknownMemberID, .fencedInstanceID:
                client.memberID = ""
                client.generation = -1
            default:
                client.generation = -1
            }
        } else if client.generation < 0 {
            client.join = driver.join(client.memberID, instance: client.instanceID)
        } else {
            switch driver.heartbeat(client.memberID, generation: client.generation, instance: client.instanceID) {
            case .none: break
            case .unknownMemberID, .fencedInstanceID:
                client.memberID = ""
                client.generation = -1
            default: client.generation = -1
            }
        }
    }

    @Test("Members of a classic group join, leave, die and restart at random: it never gets stuck")
    func classic() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<60 {
            var driver = ShardDriver()
            driver.configuration.initialRebalanceDelayMs = [0, 3_000].randomElement(using: &random)!
            var clients: [Client] = []
            var generations: [Int32: Set<String>] = [:]
            for _ in 0..<150 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0 where clients.count < 6:
                    clients.append(Client(instanceID: Bool.random(using: &random) ? "i\(clients.count)" : nil))
                case 1 where !clients.isEmpty:
                    clients[Int.random(in: clients.indices, using: &random)].isDead = true
                case 2 where !clients.isEmpty:
                    // A restart: a new process with the same instance.
                    let index = Int.random(in: clients.indices, using: &random)
                    clients[index] = Client(instanceID: clients[index].instanceID)
                case 3 where !clients.isEmpty:
                    let index = Int.random(in: clients.indices, using: &random)
                    driver.leave((clients[index].memberID, clients[index].instanceID))
                    clients[index] = Client(instanceID: clients[index].instanceID)
                case 4...10:
                    driver.advance(Int64.random(in: 0...4_000, using: &random))
                case 11 where !driver.shard.classicGroups.isEmpty:
                    driver.nextAppendError = .notCoordinator
                default:
                    guard !clients.isEmpty else { break }
                    step(&clients[Int.random(in: clients.indices, using: &random)], &driver, &generations)
                }
                check(driver, seed)
            }
            driver.nextAppendError = nil
            // From here on all behave, and nobody new comes.
            for _ in 0..<400 {
                for index in clients.indices { step(&clients[index], &driver, &generations) }
                driver.advance(1_000)
            }
            let live = clients.filter { !$0.isDead }
            guard let group = driver.shard.classicGroups[ShardDriver.group] else {
                #expect(live.isEmpty, "seed \(seed), round \(round)")
                continue
            }
            #expect(group.state == (live.isEmpty ? .empty : .stable), "seed \(seed), round \(round)")
            #expect(Set(group.members.keys) == Set(live.map(\.memberID)), "seed \(seed), round \(round)")
            #expect(Set(live.map(\.generation)).count <= 1, "seed \(seed), round \(round)")
            // And without anyone, the group runs empty by its timers alone.
            driver.advance(200_000)
            #expect(driver.classic().state == .empty, "seed \(seed), round \(round)")
            #expect(driver.joins.count >= live.count)
        }
    }

    private func check(_ driver: ShardDriver, _ seed: UInt64) {
        guard let group = driver.shard.classicGroups[ShardDriver.group] else { return }
        switch group.state {
        case .empty:
            #expect(group.members.isEmpty, "seed \(seed)")
        case .stable, .completingRebalance:
            #expect(!group.members.isEmpty && group.members[group.leaderID ?? ""] != nil, "seed \(seed)")
            #expect(group.members.values.allSatisfy { !$0.isAwaitingJoin }, "seed \(seed)")
        case .preparingRebalance:
            #expect(driver.timers.isSet(.join(groupID: group.groupID)), "it ends some time; seed \(seed)")
        case .dead:
            Issue.record("nobody gave the group up; seed \(seed)")
        }
        for member in group.members.values {
            let isWatched = driver.timers.isSet(.session(groupID: group.groupID, memberID: member.memberID))
            #expect(isWatched || member.hasSatisfiedHeartbeat, "a dead member would stay; seed \(seed)")
        }
    }

    @Test("A restart at a random moment yields the group that was last recorded")
    func classicRestart() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            var driver = ShardDriver()
            var clients = (0..<4).map { Client(instanceID: $0 < 2 ? "i\($0)" : nil) }
            var generations: [Int32: Set<String>] = [:]
            for _ in 0..<Int.random(in: 10...120, using: &random) {
                step(&clients[Int.random(in: clients.indices, using: &random)], &driver, &generations)
                if Bool.random(using: &random) { driver.advance(Int64.random(in: 0...3_000, using: &random)) }
            }
            for _ in 0..<100 where driver.shard.classicGroups[ShardDriver.group]?.state != .stable {
                for index in clients.indices { step(&clients[index], &driver, &generations) }
                driver.advance(500)
            }
            var restarted = driver.restarted()
            #expect(restarted.described() == driver.described(), "seed \(seed)")
            // The members go on with what they know.
            for client in clients where client.generation == driver.classic().generationID {
                #expect(
                    restarted.heartbeat(client.memberID, generation: client.generation, instance: client.instanceID)
                        == .none, "seed \(seed)")
            }
        }
    }

    @Test("Members of a consumer group come, go and die at random: no partition has two owners, and all are assigned")
    func consumer() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<60 {
            var driver = ShardDriver()
            driver.topics = FixedTopics(["orders": 6, "payments": 4, "clicks": 3])
            /// What each member knows: its epoch, and the partitions it works on.
            var members: [String: (epoch: Int32, owned: Assignment, topics: [String])] = [:]
            var count = 0
            func beat(_ id: String) {
                let known = members[id]!
                let owned = Dictionary(
                    uniqueKeysWithValues: known.owned.map { (driver.topics.topic(id: $0.key)!.name, $0.value.sorted()) }
                )
                let response = driver.beat(id, epoch: known.epoch, owned: owned)
                guard response.errorCode == .none else {
                    members[id] = nil
                    return
                }
                members[id]!.epoch = response.memberEpoch
                if let assigned = driver.assigned(response) { members[id]!.owned = assigned }
            }
            for _ in 0..<120 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0, 1:
                    count += 1
                    let topics = ["orders", "payments", "clicks"].filter { _ in Bool.random(using: &random) }
                    let response = driver.joinConsumer("m\(count)", topics, rebalance: 20_000)
                    members["m\(count)"] = (response.memberEpoch, driver.assigned(response) ?? [:], topics)
                case 2:
                    guard let id = members.keys.sorted().randomElement(using: &random) else { break }
                    driver.beat(id, epoch: MemberEpoch.leave)
                    members[id] = nil
                case 3:
                    // Dies: its session will tell.
                    members[members.keys.sorted().randomElement(using: &random) ?? ""] = nil
                case 4:
                    driver.topics.set("clicks", partitions: Int32.random(in: 3...9, using: &random))
                    driver.shard.refresh(["clicks"])
                case 5: driver.nextAppendError = .notCoordinator
                case 6...9: driver.advance(Int64.random(in: 0...8_000, using: &random))
                default:
                    if let id = members.keys.sorted().randomElement(using: &random) { beat(id) }
                }
                driver.nextAppendError = nil
                guard let group = driver.shard.consumerGroups[ShardDriver.group] else { continue }
                var owners: [KafkaUUID: [Int32: String]] = [:]
                for member in group.sortedMembers {
                    for (topic, partitions) in member.assigned.merging(
                        member.pendingRevocation, uniquingKeysWith: { $0.union($1) })
                    {
                        for partition in partitions {
                            let other = owners[topic, default: [:]].updateValue(member.memberID, forKey: partition)
                            #expect(other == nil, "seed \(seed), round \(round)")
                        }
                    }
                }
                for (id, known) in members {
                    guard let member = group.members[id] else { continue }
                    let mayHave = member.assigned.merging(member.pendingRevocation) { $0.union($1) }
                    #expect(known.owned.isContained(in: mayHave), "seed \(seed), round \(round)")
                }
            }
            for _ in 0..<30 {
                for id in members.keys.sorted() { beat(id) }
                driver.advance(4_000)
            }
            guard let group = driver.shard.consumerGroups[ShardDriver.group] else { continue }
            #expect(Set(group.members.keys) == Set(members.keys), "seed \(seed), round \(round)")
            #expect(group.state == (members.isEmpty ? .empty : .stable), "seed \(seed), round \(round)")
            for name in ["orders", "payments", "clicks"] {
                let readers = members.filter { $0.value.topics.contains(name) }
                let topic = driver.topics.topic(named: name)!
                let assigned = members.values.flatMap { $0.owned[topic.id] ?? [] }.sorted()
                #expect(
                    assigned == (readers.isEmpty ? [] : Array(0..<topic.partitionCount)), "seed \(seed), round \(round)"
                )
            }
            #expect(
                driver.restarted().describedConsumer() == driver.describedConsumer(), "seed \(seed), round \(round)")
        }
    }
}
