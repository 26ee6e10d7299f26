// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// Requests that clients sent to a running Kafka, with its responses.
private struct RecordedCall {
    var apiKey: Int16
    var version: Int16
    /// Without their headers.
    var request: ByteBuffer
    var response: ByteBuffer

    static func all(of client: String) throws -> [RecordedCall] {
        let directory = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/wire")
        let text = try String(contentsOf: directory.appendingPathComponent("\(client).txt"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        return try stride(from: 0, to: lines.count - 2, by: 3).map { index in
            let words = lines[index].split(separator: " ")
            let apiKey = Int16(words[words.count - 3])!
            let version = Int16(words[words.count - 1])!
            var request = try ByteBuffer(plainHexEncodedBytes: String(lines[index + 1].split(separator: " ")[1]))
            var response = try ByteBuffer(plainHexEncodedBytes: String(lines[index + 2].split(separator: " ")[1]))
            // API key, version, correlation id, then the client's name; tagged fields in flexible versions.
            request.moveReaderIndex(forwardBy: 8)
            let nameLength = request.readInteger(as: Int16.self)!
            request.moveReaderIndex(forwardBy: Int(max(nameLength, 0)))
            response.moveReaderIndex(forwardBy: 4)
            if isFlexible(apiKey, version) {
                request.moveReaderIndex(forwardBy: 1)
                response.moveReaderIndex(forwardBy: 1)
            }
            return RecordedCall(apiKey: apiKey, version: version, request: request, response: response)
        }
    }

    private static func isFlexible(_ apiKey: Int16, _ version: Int16) -> Bool {
        switch apiKey {
        case 11: JoinGroupRequest.isFlexible(version)
        case 12: HeartbeatRequest.isFlexible(version)
        case 13: LeaveGroupRequest.isFlexible(version)
        case 14: SyncGroupRequest.isFlexible(version)
        case 68: ConsumerGroupHeartbeatRequest.isFlexible(version)
        default: false
        }
    }
}

@Suite("Group requests of real clients")
struct GroupWireTests {
    private func join(
        _ request: JoinGroupRequest, _ client: GroupClient, _ driver: inout ShardDriver
    ) throws -> JoinGroupResponse {
        if let known = driver.shard.classicGroups[request.groupID]?.members[request.memberID] {
            // Joined already, when the recording has the second call too.
            #expect(!known.isAwaitingJoin)
        }
        let id = driver.makeID()
        driver.perform { shard, context, effects in
            shard.join(.init(request: request, client: client, id: id), context, &effects)
        }
        driver.settle()
        return try #require(driver.joins[id])
    }

    @Test(
        "The conversation that a client had with Kafka has the same course here",
        arguments: ["java", "kcat", "librdkafka-2.16", "kafka-python-3", "kafka-python-2.0.2", "aiokafka"])
    func conversation(_ name: String) throws {
        // The recording is sorted by API; this is the order in which a member uses them.
        let order: [Int16] = [11, 14, 12, 13, 68]
        let recordedCalls = try RecordedCall.all(of: name)
        let calls = order.flatMap { apiKey in recordedCalls.filter { $0.apiKey == apiKey } }
        var driver = ShardDriver()
        var memberID = ""
        var generation: Int32 = -1
        var seen: Set<Int16> = []
        for call in calls {
            let client = GroupClient(clientID: name, host: "/127.0.0.1", apiVersion: call.version)
            switch call.apiKey {
            case 11:
                var request = try JoinGroupRequest.decode(call.request, version: call.version)
                let recorded = try JoinGroupResponse.decode(call.response, version: call.version)
                // One that was sent before the topic existed, and repeated.
                if recorded.errorCode == .notCoordinator { continue }
                request.memberID = memberID
                var response = try join(request, client, &driver)
                if call.version < 7 { response.protocolName = response.protocolName ?? "" }
                #expect(response.errorCode == recorded.errorCode)
                #expect(response.protocolName == recorded.protocolName)
                #expect(response.protocolType == recorded.protocolType || call.version < 7)
                #expect(response.members.map(\.metadata) == recorded.members.map(\.metadata))
                #expect((response.leader == response.memberID) == (recorded.leader == recorded.memberID))
                #expect(try response.encoded(version: call.version).readableBytes > 0)
                if response.errorCode == .memberIDRequired {
                    // Of calls that differ in the ids only, the recording has one.
                    request.memberID = response.memberID
                    response = try join(request, client, &driver)
                    #expect(response.errorCode == ErrorCode.none)
                }
                memberID = response.memberID
                generation = response.generationID
            case 14:
                var request = try SyncGroupRequest.decode(call.request, version: call.version)
                let recorded = try SyncGroupResponse.decode(call.response, version: call.version)
                request.memberID = memberID
                request.generationID = generation
                for index in request.assignments.indices { request.assignments[index].memberID = memberID }
                let id = driver.makeID()
                driver.perform { shard, context, effects in shard.sync(request, id, context, &effects) }
                var response = try #require(driver.syncs[id])
                if call.version < 5 { (response.protocolType, response.protocolName) = (nil, nil) }
                #expect(response == recorded)
            case 12:
                var request = try HeartbeatRequest.decode(call.request, version: call.version)
                let recorded = try HeartbeatResponse.decode(call.response, version: call.version)
                request.memberID = memberID
                request.generationID = generation
                let error = driver.perform { shard, context, effects in shard.heartbeat(request, context, &effects) }
                #expect(error == recorded.errorCode)
            case 13:
                var request = try LeaveGroupRequest.decode(call.request, version: call.version)
                let recorded = try LeaveGroupResponse.decode(call.response, version: call.version)
                if call.version < 3 { request.members = [.init()] }
                request.members[0].memberID = memberID
                let response = driver.perform { shard, context, effects in shard.leave(request, context, &effects) }
                #expect(response.errorCode == recorded.errorCode)
                #expect(call.version < 3 || response.members.map(\.errorCode) == recorded.members.map(\.errorCode))
            case 68:
                let request = try ConsumerGroupHeartbeatRequest.decode(call.request, version: call.version)
                let recorded = try ConsumerGroupHeartbeatResponse.decode(call.response, version: call.version)
                guard request.memberEpoch == 0 else { continue }
                driver.topics.set(try #require(request.subscribedTopicNames?.first), partitions: 3)
                let response = driver.heartbeat(request, version: call.version)
                #expect(response.memberEpoch == recorded.memberEpoch)
                #expect(response.heartbeatIntervalMs == recorded.heartbeatIntervalMs)
                #expect(
                    response.assignment?.topicPartitions.map(\.partitions)
                        == recorded.assignment?.topicPartitions.map(\.partitions))
                #expect(response.memberID?.count == recorded.memberID?.count)
            default:
                continue
            }
            seen.insert(call.apiKey)
        }
        #expect(seen.isSuperset(of: [11, 13, 14]))
    }
}
