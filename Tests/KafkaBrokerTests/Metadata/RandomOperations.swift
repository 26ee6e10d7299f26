// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import NIOCore

@testable import KafkaBroker

/// Numbers that come again with the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

/// Changes of every kind, some of which fail.
struct RandomOperations {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private let topics = ["a", "b", "c.d", "c_d", "e-f", "bad name"]

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func topic() -> String { topics.randomElement(using: &random)! }

    mutating func perform(_ controller: Controller) async throws {
        switch number(0...9) {
        case 0, 1:
            var requests: [CreateTopicsRequest.Topic] = []
            for _ in 0..<number(1...3) {
                requests.append(
                    .named(
                        topic(), partitions: Int32(number(0...4)),
                        configs: number(0...2) == 0 ? ["retention.ms": "\(number(-3...9))"] : [:]))
            }
            _ = await controller.createTopics(requests, validateOnly: number(0...9) == 0)
        case 2:
            let name = topic()
            _ = await controller.deleteTopics([.init { $0.name = name }], apiVersion: 6)
        case 3:
            let (name, count) = (topic(), Int32(number(0...8)))
            let request = CreatePartitionsRequest.Topic {
                $0.name = name
                $0.count = count
                $0.assignments = nil
            }
            _ = await controller.createPartitions([request], validateOnly: false)
        case 4:
            let change = ConfigChange(
                name: ["cleanup.policy", "retention.ms", "nosuch"][number(0...2)], operation: Int8(number(0...3)),
                value: ["compact", "delete", "17"][number(0...2)])
            _ = await controller.incrementalAlterConfigs(
                [(ConfigResource(.topic, topic()), [change])], validateOnly: false)
        case 5:
            let change = ConfigChange(
                name: "log.retention.ms", operation: Int8(number(0...1)), value: "\(number(1...9))")
            _ = await controller.incrementalAlterConfigs(
                [(ConfigResource(.broker, number(0...1) == 0 ? "" : "1"), [change])], validateOnly: false)
        case 6: _ = try await controller.allocateProducerIDs()
        case 7:
            let (name, value, remove) = ("client\(number(0...2))", Double(number(0...5)), number(0...2) == 0)
            let entry = AlterClientQuotasRequest.EntryData {
                $0.entity = [
                    .init {
                        $0.entityType = "client-id"; $0.entityName = name
                    }
                ]
                $0.ops = [
                    .init {
                        $0.key = "producer_byte_rate"; $0.value = value; $0.remove = remove
                    }
                ]
            }
            _ = await controller.alterClientQuotas([entry], validateOnly: false)
        case 8: await alterCredential(controller)
        default: try await controller.writeSnapshot()
        }
    }

    private mutating func alterCredential(_ controller: Controller) async {
        let (name, mechanism, remove) = ("user\(number(0...2))", Int8(number(1...2)), number(0...2) == 0)
        var request = AlterUserScramCredentialsRequest()
        if remove {
            request.deletions = [
                .init {
                    $0.name = name; $0.mechanism = mechanism
                }
            ]
        } else {
            request.upsertions = [
                .init {
                    $0.name = name
                    $0.mechanism = mechanism
                    $0.iterations = 4096
                    $0.salt = ByteBuffer(string: "salt")
                    $0.saltedPassword = ByteBuffer(string: "password")
                }
            ]
        }
        _ = await controller.alterScramCredentials(request)
    }
}
