// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct MetadataSpeedTests {
    @Test("A thousand topics of one request are one batch")
    func thousandTopics() async throws {
        let directory = MetadataTestDirectory()
        let before = try await directory.run { controller in
            let topics = (0..<1000).map { CreateTopicsRequest.Topic.named("topic-\($0)") }
            let offset = await controller.endOffset
            let clock = ContinuousClock()
            let start = clock.now
            let answers = await controller.createTopics(topics, validateOnly: false)
            print("1,000 topics created in \(clock.now - start)")
            #expect(answers.allSatisfy { $0.errorCode == .none })
            let one = clock.now
            for index in 0..<50 { _ = await controller.create(.named("single-\(index)")) }
            print("one topic created in \((clock.now - one) / 50)")
            return offset
        }
        var epochs: Set<Int64> = []
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            if case .record(let versioned) = entry.content, versioned.record is BeginTransactionRecord {
                epochs.insert(entry.offset)
            }
        }
        #expect(epochs.filter { $0 >= before }.isEmpty, "no transaction was needed")
        let clock = ContinuousClock()
        let start = clock.now
        _ = try await directory.state()
        print("1,050 topics replayed in \(clock.now - start)")
    }
}
