// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

@testable import KafkaBroker

/// Topics that a test makes up.
final class FixedTopics: TopicLookup {
    private let state: Mutex<(topics: [String: TopicFacts], configurations: [String: [String: String]])>

    init(_ partitionCounts: [String: Int32] = ["orders": 3, "payments": 2]) {
        var topics: [String: TopicFacts] = [:]
        for (name, count) in partitionCounts { topics[name] = Self.facts(name, count) }
        state = Mutex((topics, [:]))
    }

    /// Ids that are the same in every run: from the name.
    private static func facts(_ name: String, _ count: Int32) -> TopicFacts {
        let hash = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return TopicFacts(name: name, id: KafkaUUID(high: hash, low: 1), partitionCount: count)
    }

    func set(_ name: String, partitions: Int32?) {
        state.withLock { $0.topics[name] = partitions.map { Self.facts(name, $0) } }
    }

    func configure(_ groupID: String, _ values: [String: String]) {
        state.withLock { $0.configurations[groupID] = values }
    }

    func topic(named name: String) -> TopicFacts? { state.withLock { $0.topics[name] } }
    func topic(id: KafkaUUID) -> TopicFacts? { state.withLock { $0.topics.values.first { $0.id == id } } }
    var topicNames: [String] { state.withLock { Array($0.topics.keys) } }
    func groupConfiguration(_ groupID: String) -> [String: String] {
        state.withLock { $0.configurations[groupID] ?? [:] }
    }
}

/// A shard with a clock that is moved by hand, timers, and a log in memory.
struct ShardDriver {
    var shard = GroupShard()
    var now: Int64 = 1_000_000
    var configuration = GroupCoordinatorConfiguration()
    var topics = FixedTopics()
    var timers = TimerQueue<GroupTimer>()
    /// Everything that was appended, with the producer of its transaction.
    var log: [(record: GroupRecord, producerID: Int64)] = []
    var joins: [RequestID: JoinGroupResponse] = [:]
    var syncs: [RequestID: SyncGroupResponse] = [:]
    /// The next append fails with this.
    var nextAppendError: ErrorCode?
    private var requests: UInt64 = 0
    private var uuids = 0

    init() {}

    @discardableResult
    mutating func perform<Answer>(
        producerID: Int64 = -1, _ event: (inout GroupShard, GroupContext, inout GroupEffects) -> Answer
    ) -> Answer {
        uuids += 1
        let number = uuids
        let context = GroupContext(
            now: now, configuration: configuration, topics: topics, makeUUID: { "uuid\(number)" })
        var effects = GroupEffects()
        let answer = event(&shard, context, &effects)
        while !effects.records.isEmpty {
            let (records, completion) = effects.takeRecords()
            if let error = nextAppendError {
                nextAppendError = nil
                shard.appendFailed(completion, error, context, &effects)
                continue
            }
            let offset = Int64(log.count)
            // What is read back later is what the bytes say.
            let decoded = records.map { try! GroupRecord(try! $0.encoded()) }
            log += decoded.map { ($0, producerID) }
            shard.appended(
                records, at: offset, producerID: producerID, applies: effects.appliesRecords, completion, context,
                &effects)
        }
        for (id, reply) in effects.replies {
            switch reply {
            case .join(let response):
                precondition(joins.updateValue(response, forKey: id) == nil, "a request is answered once")
            case .sync(let response):
                precondition(syncs.updateValue(response, forKey: id) == nil, "a request is answered once")
            }
        }
        for (timer, change) in effects.timers { timers.apply(change, to: timer, now: now) }
        return answer
    }

    /// Lets time pass, timer by timer.
    mutating func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let next = timers.nextDeadline, next <= end {
            now = max(now, next)
            guard let timer = timers.popDue(now) else { continue }
            perform { shard, context, effects in shard.timerFired(timer, context, &effects) }
        }
        now = end
    }

    /// Lets due timers act, such as that of an initial delay of 0.
    mutating func settle() { advance(0) }

    mutating func makeID() -> RequestID {
        requests += 1
        return RequestID(number: requests)
    }

    /// A shard that has read back what this one wrote.
    func restarted() -> ShardDriver {
        var other = ShardDriver()
        other.now = now
        other.configuration = configuration
        other.topics = topics
        other.log = log
        for (offset, entry) in log.enumerated() {
            other.shard.apply(entry.record, offset: Int64(offset), producerID: entry.producerID, now: now)
        }
        other.perform { shard, context, effects in shard.loaded(context, &effects) }
        return other
    }
}

// MARK: Classic groups

extension ShardDriver {
    static let group = "readers"

    @discardableResult
    mutating func join(
        _ memberID: String = "", group: String = group, instance: String? = nil, version: Int16 = 9,
        protocols: [(String, String)] = [("range", "subscription")], type: String = "consumer",
        session: Int32 = 10_000, rebalance: Int32 = 60_000, client: String = "client"
    ) -> RequestID {
        let id = makeID()
        let request = JoinGroupRequest {
            $0.groupID = group
            $0.memberID = memberID
            $0.groupInstanceID = instance
            $0.sessionTimeoutMs = session
            $0.rebalanceTimeoutMs = rebalance
            $0.protocolType = type
            $0.protocols = protocols.map { name, metadata in
                JoinGroupRequest.SupportedProtocol {
                    $0.name = name
                    $0.metadata = ByteBuffer(string: metadata)
                }
            }
        }
        let client = GroupClient(clientID: client, host: "/127.0.0.1", apiVersion: version)
        perform { shard, context, effects in
            shard.join(.init(request: request, client: client, id: id), context, &effects)
        }
        return id
    }

    /// Joins with a new id, and again with the one that was given.
    mutating func joinFresh(
        group: String = group, protocols: [(String, String)] = [("range", "subscription")], session: Int32 = 10_000,
        rebalance: Int32 = 60_000, client: String = "client"
    ) -> (memberID: String, id: RequestID) {
        let first = join(
            group: group, protocols: protocols, session: session, rebalance: rebalance, client: client)
        let memberID = joins[first]!.memberID
        let second = join(
            memberID, group: group, protocols: protocols, session: session, rebalance: rebalance, client: client)
        return (memberID, second)
    }

    @discardableResult
    mutating func sync(
        _ memberID: String, generation: Int32, group: String = group, instance: String? = nil,
        assignments: [String: String] = [:], protocolName: String? = "range", protocolType: String? = "consumer"
    ) -> RequestID {
        let id = makeID()
        let request = SyncGroupRequest {
            $0.groupID = group
            $0.memberID = memberID
            $0.generationID = generation
            $0.groupInstanceID = instance
            $0.protocolName = protocolName
            $0.protocolType = protocolType
            $0.assignments = assignments.sorted { $0.key < $1.key }.map { memberID, assignment in
                SyncGroupRequest.Assignment {
                    $0.memberID = memberID
                    $0.assignment = ByteBuffer(string: assignment)
                }
            }
        }
        perform { shard, context, effects in shard.sync(request, id, context, &effects) }
        return id
    }

    mutating func heartbeat(
        _ memberID: String, generation: Int32, group: String = group, instance: String? = nil
    ) -> ErrorCode {
        let request = HeartbeatRequest {
            $0.groupID = group
            $0.memberID = memberID
            $0.generationID = generation
            $0.groupInstanceID = instance
        }
        return perform { shard, context, effects in shard.heartbeat(request, context, &effects) }
    }

    @discardableResult
    mutating func leave(_ members: (id: String, instance: String?)..., group: String = group) -> LeaveGroupResponse {
        let request = LeaveGroupRequest {
            $0.groupID = group
            $0.members = members.map { member in
                LeaveGroupRequest.MemberIdentity {
                    $0.memberID = member.id
                    $0.groupInstanceID = member.instance
                }
            }
        }
        return perform { shard, context, effects in shard.leave(request, context, &effects) }
    }

    /// A stable group of so many members, the leader first.
    mutating func stableGroup(_ count: Int, group: String = group) -> [String] {
        var members = [(joinFresh(group: group).memberID)]
        settle()
        for _ in 1..<max(count, 1) { members.append(joinFresh(group: group).memberID) }
        if count > 1 {
            // The first member learns of the others by its heartbeat, and joins again.
            join(members[0], group: group)
        }
        let leader = classic(group).leaderID!
        members.sort { left, right in left == leader && right != leader }
        let generation = classic(group).generationID
        for member in members.dropFirst() { sync(member, generation: generation, group: group) }
        let assignments = Dictionary(uniqueKeysWithValues: members.map { ($0, "to \($0)") })
        sync(leader, generation: generation, group: group, assignments: assignments)
        return members
    }

    func classic(_ group: String = group) -> ClassicGroup { shard.classicGroups[group]! }

    /// State, generation and members, as an administrator sees them.
    func described(_ group: String = group) -> DescribeGroupsResponse.Group { shard.describe(group, apiVersion: 5) }
}
