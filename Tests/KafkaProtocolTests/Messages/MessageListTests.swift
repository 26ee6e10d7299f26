// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

/// That nothing escapes the tests that walk over all messages.
@Suite("List of messages")
struct MessageListTests {
    @Test(
        "Every message declared in the sources is in the tests' list",
        arguments: [
            ("Messages", MessageCase.messages), ("MetadataRecords", MessageCase.metadataRecords),
            ("CoordinatorRecords", MessageCase.coordinatorRecords),
        ])
    func sources(_ directory: String, _ listed: [any Message.Type]) throws {
        let path = "Sources/KafkaProtocol/" + directory
        var declared: [String] = []
        for file in try Golden.files(in: path) {
            let lines = try Golden.source(path + "/" + file).split(separator: "\n")
            let names = lines.filter { $0.hasPrefix("public struct ") }.map { line in
                String(line.dropFirst("public struct ".count).prefix { $0 != ":" && $0 != " " })
            }
            #expect(!names.isEmpty, "\(file) declares no message")
            declared += names
        }
        #expect(declared.sorted() == listed.map { String(describing: $0) }.sorted())
    }

    @Test("A response that has a throttle time can be told one", arguments: MessageCase.messages.map(MessageCase.init))
    func throttled(message: MessageCase) {
        let hasTime = Mirror(reflecting: message.type.init()).children.contains { $0.label == "throttleTimeMs" }
        #expect(hasTime == (message.type is any ThrottledResponse.Type))
    }

    @Test("A message of the schema is implemented, or left out for a reason")
    func leftOut() throws {
        let implemented = Set(MessageCase.all.map(\.name))
        for name in try Schema.all().keys.sorted() where !implemented.contains(name) {
            #expect(Self.reason(name) != nil, "\(name) is neither implemented nor listed here")
        }
        for name in implemented { #expect(Self.reason(name) == nil, "\(name) is implemented and listed here") }
    }

    /// Why there is no type for a message.
    private static func reason(_ name: String) -> String? {
        for (reason, names) in leftOut where names.contains(where: { $0 == name }) { return reason }
        for suffix in ["Request", "Response"] where name.hasSuffix(suffix) {
            if betweenNodes.contains(String(name.dropLast(suffix.count))) {
                return "spoken among a cluster's nodes only"
            }
        }
        return nil
    }

    private static let betweenNodes: Set = [
        "AllocateProducerIds", "AlterPartition", "AssignReplicasToDirs", "BeginQuorumEpoch", "BrokerHeartbeat",
        "BrokerRegistration", "ControllerRegistration", "EndQuorumEpoch", "Envelope", "FetchSnapshot",
        "UnregisterController", "UpdateRaftVoter", "Vote",
    ]

    private static let leftOut: [String: [String]] = [
        "written by hand, in Headers.swift": ["RequestHeader", "ResponseHeader"],
        "client telemetry (KIP-714) is not offered": [
            "GetTelemetrySubscriptionsRequest", "GetTelemetrySubscriptionsResponse", "PushTelemetryRequest",
            "PushTelemetryResponse",
        ],
        "groups of Kafka Streams (KIP-1071) are described, not served": [
            "StreamsGroupHeartbeatRequest", "StreamsGroupHeartbeatResponse",
            "StreamsGroupTopologyDescriptionUpdateRequest", "StreamsGroupTopologyDescriptionUpdateResponse",
            "StreamsGroupCurrentMemberAssignmentKey", "StreamsGroupCurrentMemberAssignmentValue",
            "StreamsGroupMemberMetadataKey", "StreamsGroupMemberMetadataValue", "StreamsGroupMetadataKey",
            "StreamsGroupMetadataValue", "StreamsGroupTargetAssignmentMemberKey",
            "StreamsGroupTargetAssignmentMemberValue", "StreamsGroupTargetAssignmentMetadataKey",
            "StreamsGroupTargetAssignmentMetadataValue", "StreamsGroupTopologyKey", "StreamsGroupTopologyValue",
        ],
        "tiered storage is not offered": [
            "RemoteLogSegmentMetadataRecord", "RemoteLogSegmentMetadataSnapshotRecord",
            "RemoteLogSegmentMetadataUpdateRecord", "RemotePartitionDeleteMetadataRecord",
        ],
        "written by releases long before Kafka 4 only": [
            "LegacyOffsetCommitKey", "LegacyOffsetCommitValue", "ZkMigrationStateRecord",
        ],
        "no message but a file or a fixed layout, read where it is used": [
            "AbortedTxn", "ControlRecordTypeSchema", "EndTxnMarker", "ProducerSnapshot", "QuorumStateData",
        ],
        "inside Envelope requests only": ["DefaultPrincipalData"],
    ]
}
