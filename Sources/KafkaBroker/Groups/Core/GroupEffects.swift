// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Names a request that is parked until its group has an answer.
struct RequestID: Hashable, Sendable, Comparable {
    var number: UInt64

    static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }
}

/// The answer to a parked request.
enum GroupReply: Sendable, Equatable {
    case join(JoinGroupResponse)
    case sync(SyncGroupResponse)
}

/// A timer of a group; starting one that runs sets it anew.
enum GroupTimer: Hashable, Sendable {
    /// A member of either protocol, or one that was told to join with its new id, has been silent for too long.
    case session(groupID: String, memberID: String)
    /// The members of a classic group had their time to join.
    case join(groupID: String)
    /// The members of a classic group had their time to ask for their assignments.
    case sync(groupID: String)
    /// A member of a consumer group had its time to give partitions up.
    case rebalance(groupID: String, memberID: String)
    /// A member of a consumer group that uses the classic protocol had its time to join again.
    case memberJoin(groupID: String, memberID: String)
    /// A member of a consumer group that uses the classic protocol had its time to ask for its assignment.
    case memberSync(groupID: String, memberID: String)
}

/// What a group wants to happen after an event: records first, then the rest.
struct GroupEffects: Sendable {
    /// A step that waits for the records.
    enum Completion: Sendable {
        /// A classic group came into being with a request, in place of a consumer group without members.
        case created(groupID: String, RequestID, replacing: ConsumerGroup?)
        /// The leader of a classic group assigned partitions in a generation.
        case assigned(groupID: String, generationID: Int32, [String: ByteBuffer])
        /// A static member of a stable classic group came back under a new id; `before` is the group without it.
        case replaced(groupID: String, ClassicGroup.Replacement, before: ClassicGroup)
        /// A consumer group changed, or came to be from a classic one; a parked request waits for that.
        case changed(ConsumerGroup, RequestID?)
        /// A share group changed.
        case shareChanged(ShareGroup)
        /// The last members of a consumer group use the classic protocol, and so does the group from now on.
        case downgraded(ClassicGroup, rebalances: Bool, RequestID?)
    }

    enum TimerChange: Sendable, Equatable {
        /// Milliseconds from now.
        case start(after: Int64)
        case startUnlessRunning(after: Int64)
        case stop
    }

    private(set) var replies: [(id: RequestID, reply: GroupReply)] = []
    /// In order: a later change overrides an earlier one.
    private(set) var timers: [(timer: GroupTimer, change: TimerChange)] = []
    /// To be appended as one batch.
    var records: [GroupRecord] = []
    /// Whether the appended records are still to be applied to the state; a classic group is ahead of its records.
    var appliesRecords = false
    /// Whether the records may be appended in several batches, because each stands for itself.
    var mayBeDivided = false
    var completion: Completion?
    /// What is worth a line in the broker's log; nil where nobody reads it.
    var notes: [String]?

    mutating func note(_ message: @autoclosure () -> String) {
        if notes != nil { notes!.append(message()) }
    }

    mutating func reply(_ id: RequestID, _ reply: GroupReply) { replies.append((id, reply)) }

    mutating func start(_ timer: GroupTimer, after milliseconds: Int32) {
        timers.append((timer, .start(after: Int64(milliseconds))))
    }

    mutating func startUnlessRunning(_ timer: GroupTimer, after milliseconds: Int32) {
        timers.append((timer, .startUnlessRunning(after: Int64(milliseconds))))
    }

    mutating func stop(_ timer: GroupTimer) { timers.append((timer, .stop)) }

    /// Takes out the records with what waits for them, so that the effects of that can follow.
    mutating func takeRecords() -> (records: [GroupRecord], completion: Completion?) {
        defer { (records, completion) = ([], nil) }
        return (records, completion)
    }

    /// Forgets the answer to a request, because the step that gave it failed.
    mutating func withdrawReply(_ id: RequestID) { replies.removeAll { $0.id == id } }
}

/// What surrounds an event: the time, the configuration and the cluster.
struct GroupContext {
    /// Milliseconds since 1970.
    var now: Int64
    var configuration: GroupCoordinatorConfiguration
    var topics: any TopicLookup
    /// A random identifier in Java's notation, for member ids.
    var makeUUID: () -> String
    /// Whether who caused the event may see a topic.
    var mayDescribe: (_ topic: String) -> Bool = { _ in true }
}

/// Who sends a request.
struct GroupClient: Sendable, Equatable {
    var clientID: String
    /// As Kafka prints it: `/127.0.0.1`.
    var host: String
    var apiVersion: Int16
}
