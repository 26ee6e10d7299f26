// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Handlers of the group requests")
struct GroupHandlerTests {
    let coordinator: GroupCoordinator
    let log = MemoryCoordinatorLog()

    init() {
        coordinator = GroupCoordinator(
            log: log, topics: FixedTopics(), clock: ManualClock().clock,
            configuration: GroupCoordinatorConfiguration(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func context(_ version: Int16) -> RequestContext {
        RequestContext(
            apiKey: .metadata, apiVersion: version, clientID: nil,
            connection: ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1"),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
    }

    private func finder(_ transactions: (@Sendable (String) async -> ErrorCode)? = nil) -> FindCoordinatorHandler {
        FindCoordinatorHandler(groups: coordinator, transactions: transactions) { connection in
            CoordinatorNode(id: 1, host: connection.listenerName, port: 9092)
        }
    }

    @Test("This node coordinates every group, and creates the topic when it is asked")
    func findGroups() async throws {
        for version in FindCoordinatorRequest.versions {
            let request = FindCoordinatorRequest {
                if version < 4 { $0.key = "g" } else { $0.coordinatorKeys = ["g", "h"] }
            }
            let response = await finder().handle(request, context(version))
            if version < 4 {
                #expect(response.errorCode == .none && response.nodeID == 1)
                #expect(response.host == "PLAINTEXT" && response.port == 9092)
                #expect(response.errorMessage == "NONE", "as Kafka was seen to answer")
            } else {
                #expect(response.coordinators.map(\.key) == ["g", "h"])
                #expect(response.coordinators.map(\.errorCode) == [.none, .none])
                #expect(response.coordinators.map(\.nodeID) == [1, 1])
                #expect(response.coordinators.map(\.errorMessage) == ["", ""])
            }
            #expect(try response.encoded(version: version).readableBytes > 0)
        }
        #expect(log.partitionCount == 50)
    }

    @Test("Coordinators that aren't there are errors, each in its own way")
    func findOthers() async {
        func find(_ keyType: Int8, _ handler: FindCoordinatorHandler) async -> FindCoordinatorResponse.Coordinator {
            let request = FindCoordinatorRequest {
                $0.coordinatorKeys = ["key"]
                $0.keyType = keyType
            }
            return await handler.handle(request, context(6)).coordinators[0]
        }
        #expect(await find(1, finder()).errorCode == .coordinatorNotAvailable)
        #expect(await find(1, finder({ _ in .none })).errorCode == .none)
        #expect(await find(1, finder({ _ in .coordinatorNotAvailable })).nodeID == -1)
        #expect(await find(2, finder()).errorCode == .invalidRequest)
        #expect(await find(9, finder()).errorCode == .invalidRequest)
        #expect(log.partitionCount == nil)
    }

    @Test("Every version of OffsetFetch reads what OffsetCommit wrote")
    func offsets() async throws {
        let commit = OffsetCommitRequest {
            $0.groupID = "g"
            $0.topics = [
                OffsetCommitRequest.Topic {
                    $0.name = "orders"
                    $0.partitions = [OffsetCommitRequest.Partition { $0.committedOffset = 42 }]
                }
            ]
        }
        for version in OffsetCommitRequest.versions where version < 10 {
            let response = await OffsetCommitHandler(coordinator).handle(commit, context(version))
            #expect(response.topics[0].partitions[0].errorCode == .none)
            #expect(try response.encoded(version: version).readableBytes > 0)
        }
        for version in OffsetFetchRequest.versions where version < 10 {
            for all in [false, true] where !all || version >= 2 {
                let request = OffsetFetchRequest {
                    $0.groupID = "g"
                    $0.topics =
                        all
                        ? nil
                        : [
                            OffsetFetchRequest.Topic {
                                $0.name = "orders"
                                $0.partitionIndexes = [0]
                            }
                        ]
                    $0.groups = ["g", "none"].map { name in
                        OffsetFetchRequest.Group {
                            $0.groupID = name
                            $0.topics =
                                all
                                ? nil
                                : [
                                    OffsetFetchRequest.GroupTopic {
                                        $0.name = "orders"
                                        $0.partitionIndexes = [0]
                                    }
                                ]
                        }
                    }
                }
                let response = await OffsetFetchHandler(coordinator).handle(request, context(version))
                if version < 8 {
                    #expect(response.topics[0].partitions[0].committedOffset == 42)
                } else {
                    #expect(response.groups[0].topics[0].partitions[0].committedOffset == 42)
                    #expect(response.groups[1].topics.isEmpty == all)
                }
                #expect(try response.encoded(version: version).readableBytes > 0)
            }
        }
    }

    @Test("An error of a group reaches version 1 of OffsetFetch in each partition")
    func oldFetchErrors() async throws {
        await coordinator.stop()
        _ = try await log.create()
        let request = OffsetFetchRequest {
            $0.groupID = "g"
            $0.topics = [
                OffsetFetchRequest.Topic {
                    $0.name = "orders"
                    $0.partitionIndexes = [0, 1]
                }
            ]
        }
        // The coordinator that stopped never learns of the topic; one that reads it back says so.
        let loading = GroupCoordinator(
            log: log, topics: FixedTopics(), clock: ManualClock().clock,
            configuration: GroupCoordinatorConfiguration(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        log.state.withLock { $0.isHeld = true }
        let old = await OffsetFetchHandler(loading).handle(request, context(1))
        #expect(old.topics[0].partitions.map(\.errorCode) == [.coordinatorLoadInProgress, .coordinatorLoadInProgress])
        let new = await OffsetFetchHandler(loading).handle(request, context(7))
        #expect(new.errorCode == .coordinatorLoadInProgress && new.topics.isEmpty)
        while log.state.withLock({ $0.held.isEmpty }) { await Task.yield() }
        log.release()
    }

    @Test("Refusals can be written in every version of JoinGroup, and descriptions with what may be done")
    func versions() async throws {
        for version in JoinGroupRequest.versions {
            let response = await JoinGroupHandler(coordinator).handle(JoinGroupRequest(), context(version))
            #expect(response.errorCode == .invalidGroupID)
            #expect(response.protocolName == (version < 7 ? "" : nil))
            #expect(try response.encoded(version: version).readableBytes > 0)
        }
        for version in SyncGroupRequest.versions {
            let response = await SyncGroupHandler(coordinator).handle(SyncGroupRequest(), context(version))
            #expect(response.errorCode == (version < 5 ? .invalidGroupID : .inconsistentGroupProtocol))
        }
        for version in DescribeGroupsRequest.versions {
            let request = DescribeGroupsRequest {
                $0.groups = ["g"]
                $0.includeAuthorizedOperations = version >= 3
            }
            let response = await DescribeGroupsHandler(coordinator).handle(request, context(version))
            #expect(
                response.groups[0].authorizedOperations == (version == 3 || version == 4 || version == 5 ? 3400 : .min))
            #expect(try response.encoded(version: version).readableBytes > 0)
        }
        let response = await ListGroupsHandler(coordinator).handle(ListGroupsRequest(), context(5))
        #expect(response.groups.isEmpty)
    }
}
